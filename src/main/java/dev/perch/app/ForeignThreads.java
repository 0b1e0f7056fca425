package dev.perch.app;

import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Optional;

/**
 * Threads of the JDK and of the container that began while this program's code ran, and so hold its class loader as long as they run: by their
 * context class loader, or by their inherited access control context. A container's request thread that ends creates its successor, and so passes the
 * latter on for ever.
 */
final class ForeignThreads {
    private static final System.Logger LOG = System.getLogger(ForeignThreads.class.getName());

    private ForeignThreads() {}

    /**
     * Removes the hold of {@code threads}. Inherited contexts can only be removed with {@code --add-opens=java.base/java.lang=ALL-UNNAMED}, which
     * Tomcat's scripts pass to the JVM; later JVMs have none, and without a security manager nobody checks them.
     *
     * @param ours the class loader to free
     */
    static void release(Collection<Thread> threads, ClassLoader ours) {
        Optional<Field> inherited = inherited();
        for (Thread thread : threads) {
            if (thread.getContextClassLoader() == ours && thread != Thread.currentThread()) {
                thread.setContextClassLoader(ours.getParent());
            }
            inherited.ifPresent(field -> forget(thread, field));
        }
    }

    private static Optional<Field> inherited() {
        try {
            Field inherited = Thread.class.getDeclaredField("inheritedAccessControlContext");
            inherited.setAccessible(true);
            return Optional.of(inherited);
        } catch (ReflectiveOperationException | RuntimeException closed) {
            LOG.log(Level.DEBUG, "what a thread inherited cannot be taken from it", closed);
            return Optional.empty();
        }
    }

    private static void forget(Thread thread, Field inherited) {
        try {
            inherited.set(thread, null);
        } catch (IllegalAccessException impossible) { // it was made accessible
            LOG.log(Level.DEBUG, "what a thread inherited cannot be taken from it", impossible);
        }
    }
}
