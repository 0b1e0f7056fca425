package dev.perch.launch;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The WAR's main class, at its root. {@code java -jar} sees only the classes of this package, because the JVM reads no jar within a jar; so the
 * program runs from an unpacked copy, in one class loader over its classes, its libraries and the embedded Tomcat.
 */
public final class Launcher {
    /** The system property with the archive of the WAR's pages. */
    private static final String WEB_FOLDER = "perch.web";

    private static final String MAIN_CLASS = "dev.perch.app.Main";

    private static @Nullable UnpackedWar unpacked; // holds a lock until the process ends; used by the main thread

    private Launcher() {}

    public static void main(String[] args) throws ReflectiveOperationException, URISyntaxException {
        if (args.length == 1 && args[0].equals("--version")) {
            System.out.println("perch " + Launcher.class.getPackage().getImplementationVersion());
            return; // without unpacking anything
        }
        Path war = Path.of(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        URL[] classPath;
        try {
            unpacked = UnpackedWar.of(war);
            System.setProperty(WEB_FOLDER, unpacked.web().toString());
            classPath = unpacked.classPath();
        } catch (IOException e) {
            System.err.println("perch: " + e.getMessage());
            System.exit(1);
            return;
        }
        start(classPath, args);
    }

    /** Starts the program. The class loader lives as long as the process and is never closed. */
    @SuppressWarnings("resource")
    private static void start(URL[] classPath, String[] args) throws ReflectiveOperationException {
        URLClassLoader program = new URLClassLoader("perch", classPath, ClassLoader.getPlatformClassLoader());
        program.findResource("none"); // makes it open every jar while that is possible
        Thread.currentThread().setContextClassLoader(program);
        try {
            program.loadClass(MAIN_CLASS).getMethod("main", String[].class).invoke(/* obj= */ null, (Object) args);
        } catch (InvocationTargetException e) {
            Thread.currentThread().getThreadGroup().uncaughtException(Thread.currentThread(), e.getCause());
            System.exit(1);
        }
    }
}
