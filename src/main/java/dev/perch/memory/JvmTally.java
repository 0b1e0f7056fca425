package dev.perch.memory;

/**
 * Counts the direct memory of the arenas of all Perches in this JVM. Each has its own budget, and one Tomcat may carry several: together they must
 * leave room for the sockets' buffers. The count is a system property, because the classes of two web applications share nothing else. Safe from any
 * thread.
 */
final class JvmTally {
    static final String PROPERTY = "dev.perch.direct-bytes";

    private static final long LIMIT_BYTES = SystemMemory.mediaBytes();

    private JvmTally() {}

    /**
     * Adds {@code bytes} to the count.
     *
     * @throws OutOfMemoryError when the sum would exceed the part of the JVM's direct memory that is for media
     */
    static void take(long bytes) {
        if (add(bytes) > LIMIT_BYTES) {
            add(-bytes);
            throw new OutOfMemoryError("all arenas of this JVM together have " + LIMIT_BYTES + " bytes at most");
        }
    }

    static void giveBack(long bytes) {
        add(-bytes);
    }

    private static long add(long bytes) {
        Object now = System.getProperties()
                .merge(
                        PROPERTY,
                        Long.toString(bytes),
                        (before, more) ->
                                Long.toString(Long.parseLong((String) before) + Long.parseLong((String) more)));
        return Long.parseLong((String) now);
    }
}
