package dev.perch.containers;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A servlet container with one web application under {@code /cams}; ends the application with its standard input, and says what it does. */
public final class ContainerMain {
    /** Precedes the port that it listens at. */
    static final String PORT = "container listens at ";

    /** The application was undeployed. */
    static final String UNDEPLOYED = "container has undeployed it";

    private ContainerMain() {}

    /** With {@code tomcat} or {@code jetty}, the WAR and a folder for what the container writes. */
    public static void main(String[] words) throws Exception {
        Runnable undeploy = switch (words[0]) {
            case "tomcat" -> InTomcat.start(Path.of(words[1]), Path.of(words[2]));
            case "jetty" -> jetty(words[1], new File(words[2]));
            default -> throw new IllegalArgumentException("container=" + words[0]);
        };
        if (System.in.read() < 0) {
            undeploy.run();
            System.out.println(UNDEPLOYED);
        }
        Thread.sleep(20_000); // for the test to look at what is left; it ends this process
    }

    /** Jetty 12 for Jakarta EE 10, whose classes the build does not have. */
    private static Runnable jetty(String war, File work) throws Exception {
        Class<?> serverType = Class.forName("org.eclipse.jetty.server.Server");
        Object server = serverType
                .getConstructor(InetSocketAddress.class)
                .newInstance(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Object context = Class.forName("org.eclipse.jetty.ee10.webapp.WebAppContext")
                .getConstructor()
                .newInstance();
        call(context, "setContextPath", String.class, "/cams");
        call(context, "setWar", String.class, war);
        call(context, "setTempDirectory", File.class, work);
        call(server, "setHandler", Class.forName("org.eclipse.jetty.server.Handler"), context);
        call(server, "start");
        Object connector = ((Object[]) serverType.getMethod("getConnectors").invoke(server))[0];
        System.out.println(PORT + connector.getClass().getMethod("getLocalPort").invoke(connector));
        return () -> {
            try {
                call(context, "stop");
            } catch (ReflectiveOperationException failed) {
                throw new LinkageError("Jetty does not stop", failed);
            }
        };
    }

    private static void call(Object target, String method) throws ReflectiveOperationException {
        target.getClass().getMethod(method).invoke(target);
    }

    private static void call(Object target, String method, Class<?> type, Object value)
            throws ReflectiveOperationException {
        target.getClass().getMethod(method, type).invoke(target, value);
    }
}
