package dev.perch.v4l2;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the classes that are bound to C functions. JNA holds each of them, and with it its class loader, until it is unbound. */
public final class NativeBindings {
    private static final System.Logger LOG = System.getLogger(NativeBindings.class.getName());
    private static final String CLEANER_THREAD = "JNA Cleaner";
    private static final Map<Class<?>, NativeLibrary> BOUND = new ConcurrentHashMap<>();

    private NativeBindings() {}

    /**
     * Returns the exception for a machine on which no C function can be called: JNA unpacks a library of its own and has the system load it, which a
     * folder that is read-only or mounted noexec forbids.
     *
     * @param wanted the thing that needs it, as the beginning of a sentence
     * @param failure the error of the first call
     */
    public static CaptureException unusable(String wanted, LinkageError failure) {
        String folder = System.getProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        return new CaptureException(
                Kind.UNSUPPORTED,
                wanted + " needs JNA, whose native library cannot be unpacked and loaded (" + reason(failure)
                        + "). A folder that is read-only or mounted noexec forbids that, as " + folder
                        + " may: -Djna.tmpdir=FOLDER names another one for the JVM.",
                failure);
    }

    private static String reason(LinkageError failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
    }

    /**
     * Checks that JNA itself can work.
     *
     * @param wanted the thing that needs it, as the beginning of a sentence
     */
    public static void require(String wanted) throws CaptureException {
        try {
            if (Native.POINTER_SIZE <= 0) { // initializes the class
                throw new UnsatisfiedLinkError("no pointer size");
            }
        } catch (LinkageError failure) {
            throw unusable(wanted, failure);
        }
    }

    /** Binds the native methods of {@code calls} to the functions of {@code library}. */
    public static void bind(Class<?> calls, NativeLibrary library) {
        BOUND.put(calls, library);
        Native.register(calls, library);
    }

    /**
     * Unbinds every class, closes its library, and ends the rest of JNA; loads nothing of JNA if no class is bound. No thread may be in one of the
     * functions, nor call one again.
     */
    public static void undo() {
        if (BOUND.isEmpty()) {
            return;
        }
        BOUND.keySet().forEach(Native::unregister);
        if (Native.class.getClassLoader() == NativeBindings.class.getClassLoader()) { // otherwise others use JNA too
            endJna();
        }
        BOUND.clear();
    }

    private static void endJna() {
        try {
            Trampolines.release();
        } catch (IOException | RuntimeException | LinkageError kept) {
            LOG.log(Level.WARNING, "a page of memory and a file descriptor of JNA's are not given back", kept);
        }
        BOUND.values().forEach(NativeLibrary::close);
        endCleaner();
    }

    /**
     * Ends JNA's cleaner thread, which only cleans up libraries for this program. Left alone, it waits for half a minute until it sees that there are
     * none.
     */
    private static void endCleaner() {
        ClassLoader ours = NativeBindings.class.getClassLoader();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(CLEANER_THREAD) && thread.getClass().getClassLoader() == ours) {
                thread.interrupt(); // which ends it
            }
        }
    }
}
