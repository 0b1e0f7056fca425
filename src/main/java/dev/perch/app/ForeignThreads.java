package dev.perch.app;

import java.lang.System.Logger.Level;
import java.lang.reflect.Field;

/** Threads of the JDK that began while this program's code ran, and so hold its class loader for as long as they run. */
final class ForeignThreads {
    private static final System.Logger LOG = System.getLogger(ForeignThreads.class.getName());

    private ForeignThreads() {}

    /**
     * Frees the program of the hold of {@code thread}: neither by its context class loader nor by the access control context that it was born with.
     * The latter needs {@code --add-opens=java.base/java.lang=ALL-UNNAMED}, which Tomcat's scripts give the JVM; later JVMs have none.
     */
    static void release(Thread thread, ClassLoader outside) {
        thread.setContextClassLoader(outside);
        try {
            Field inherited = Thread.class.getDeclaredField("inheritedAccessControlContext");
            inherited.setAccessible(true);
            inherited.set(thread, null);
        } catch (ReflectiveOperationException | RuntimeException closed) {
            LOG.log(Level.DEBUG, "what a thread inherited cannot be taken from it", closed);
        }
    }
}
