package dev.perch.app;

import dev.perch.config.PerchConfig;
import dev.perch.config.TlsConfig;
import dev.perch.web.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.IntrospectionUtils;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.util.modeler.Registry;
import org.jspecify.annotations.Nullable;

/**
 * The Tomcat of {@code java -jar perch.war}, without what a small machine does not need: no JMX, no web.xml, no scanning of jars, no JSP, no
 * WebSocket, no naming, no servlets but the program's own.
 */
public final class EmbeddedTomcat implements AutoCloseable {
    /** Below a stock Tomcat's values where they cost memory; conf/tomcat-connector.xml has the same for a stock one. */
    private static final Map<String, String> CONNECTOR = Map.ofEntries(
            Map.entry("maxThreads", "8"), // live answers are asynchronous: a thread is busy only while one starts
            Map.entry("minSpareThreads", "1"),
            // fewer where there is less memory: see RoomyEndpoint
            Map.entry("maxConnections", "2048"),
            // connections that wait in the kernel until there is room for them
            Map.entry("acceptCount", "1024"),
            // also the write time-out: a viewer that takes nothing for so long is closed
            Map.entry("connectionTimeout", "15000"),
            Map.entry("keepAliveTimeout", "15000"),
            // the wait for the body of a PUT, kept short; other bodies are not read
            Map.entry("disableUploadTimeout", "false"),
            Map.entry("connectionUploadTimeout", "1000"),
            Map.entry("maxSwallowSize", "0"),
            Map.entry("continueResponseTiming", "onRead"),
            Map.entry("executorTerminationTimeoutMillis", "1000"),
            // the kernel's buffer for a viewer that does not read: 0.25 MB instead of 3.8
            Map.entry("socket.txBufSize", "131072"),
            // live streams go to the socket past this buffer; pages and snapshots in a few writes
            Map.entry("socket.appWriteBufSize", "16384"),
            Map.entry("socket.directBuffer", "true"),
            // buffers and processors of closed connections that are kept for new ones
            Map.entry("socket.bufferPool", "8"),
            Map.entry("socket.eventCache", "32"),
            Map.entry("socket.processorCache", "8"),
            Map.entry("processorCache", "8"));

    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache"); // referenced, or its level is lost

    private final Tomcat tomcat;
    private final @Nullable TlsConnector tls;

    private EmbeddedTomcat(Tomcat tomcat, @Nullable TlsConnector tls) {
        this.tomcat = tomcat;
        this.tls = tls;
    }

    /**
     * Starts the server and in it the program.
     *
     * @param webFolder the unpacked WAR without its classes and libraries
     * @param workFolder a folder that Tomcat may write to; created if missing
     * @throws UnknownHostException when the configured address is no address
     * @throws LifecycleException when the port cannot be had, the certificate cannot be used, or the program does not start
     */
    public static EmbeddedTomcat start(PerchConfig config, Path webFolder, Path workFolder)
            throws UnknownHostException, LifecycleException {
        return start(config.server(), webFolder, workFolder, context -> {
            context.addApplicationListener(PerchListener.class.getName());
            context.getServletContext().setAttribute(PerchListener.CONFIG_ATTRIBUTE, config);
        });
    }

    /** Starts the server with whatever {@code program} adds to the context. */
    public static EmbeddedTomcat start(
            PerchConfig.ServerConfig server, Path webFolder, Path workFolder, Consumer<Context> program)
            throws UnknownHostException, LifecycleException {
        TOMCAT_LOG.setLevel(Level.WARNING);
        Registry.disableRegistry();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(workFolder.toString());
        RoomyEndpoint endpoint = new RoomyEndpoint();
        tomcat.setConnector(connector(server, new Connector(new Http11NioProtocol(endpoint))));
        RoomyEndpoint secure = new RoomyEndpoint();
        TlsConnector tls = server.tls().isPresent() ? tls(server, server.tls().get(), secure, tomcat) : null;
        Context context = addProgram(tomcat, webFolder, program);
        EmbeddedTomcat started = new EmbeddedTomcat(tomcat, tls);
        try {
            tomcat.start();
            if (context.getServletContext().getAttribute(Site.MAKE_ROOM) instanceof Runnable making) {
                endpoint.makeRoomBy(making);
                secure.makeRoomBy(making);
            }
            if (tls != null) {
                tls.watch(tomcat.getServer().getUtilityExecutor());
            }
            IntrospectionUtils.clear(); // every method of what had properties to set
        } catch (LifecycleException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private static TlsConnector tls(
            PerchConfig.ServerConfig server, TlsConfig config, RoomyEndpoint endpoint, Tomcat tomcat)
            throws UnknownHostException, LifecycleException {
        try {
            TlsConnector tls = TlsConnector.of(config, endpoint);
            connector(server.withPort(config.port()), tls.connector());
            tls.bound();
            tomcat.getService().addConnector(tls.connector());
            if (config.redirect() || config.hsts().isPresent()) {
                tomcat.getHost()
                        .getPipeline()
                        .addValve(new SecureValve(config, server.trustedProxies(), tls.connector()::getLocalPort));
            }
            return tls;
        } catch (UnknownHostException unknown) {
            throw unknown;
        } catch (IOException unusable) {
            throw new LifecycleException(unusable.getMessage(), unusable);
        }
    }

    private static Connector connector(PerchConfig.ServerConfig server, Connector connector)
            throws UnknownHostException {
        connector.setPort(server.port());
        connector.setThrowOnFailure(true);
        connector.setAllowTrace(true); // refused like other methods by the program, not by a page of Tomcat's
        setProperty(
                connector, "address", InetAddress.getByName(server.address()).getHostAddress());
        CONNECTOR.forEach((name, value) -> setProperty(connector, name, value));
        connector.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.AFTER_INIT_EVENT)) {
                UnreadBodies.leave(connector);
            }
        });
        return connector;
    }

    private static void setProperty(Connector connector, String name, String value) {
        if (!connector.setProperty(name, value)) {
            throw new IllegalArgumentException("not a property of Tomcat's connector: " + name + "=" + value);
        }
    }

    private static Context addProgram(Tomcat tomcat, Path webFolder, Consumer<Context> program) {
        ErrorReportValve errors = new ErrorReportValve(); // Tomcat's own valve would show stack traces and its version
        errors.setShowReport(false);
        errors.setShowServerInfo(false);
        tomcat.getHost().getPipeline().addValve(errors);
        Context context = tomcat.addContext("", webFolder.toString());
        context.setParentClassLoader(EmbeddedTomcat.class.getClassLoader());
        context.setCookies(false);
        context.setManager(new NoSessions());
        // else Tomcat adds an authenticator, which like its sessions asks every security provider for random numbers
        context.setLoginConfig(new LoginConfig("NONE", null, null, null));
        context.setResources(new ReadOnlyFiles(context));
        program.accept(context);
        if (context instanceof StandardContext standard) {
            standard.setDelegate(true); // the classes belong to this class loader and are not loaded a second time
            standard.setFailCtxIfServletStartFails(true);
            standard.setUnloadDelay(100); // milliseconds for answers to end, which live ones never do
            leaveReferencesAlone(standard);
        }
        return context;
    }

    /** Skips Tomcat's search for leaks: the process ends with its only context. */
    private static void leaveReferencesAlone(StandardContext context) {
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesObjectStreamClassCaches(false);
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesHttpClientKeepAliveThread(false);
    }

    /** Returns the port at which the server listens: the configured one, or the one that the system chose. */
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** Returns the TLS port; -1 if there is none. */
    public int tlsPort() {
        return tls == null ? -1 : tls.connector().getLocalPort();
    }

    /** Ends the program and then the server. Does nothing the second time. */
    @Override
    public synchronized void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            Logger.getLogger(EmbeddedTomcat.class.getName())
                    .log(Level.WARNING, "The web server did not stop cleanly.", e);
        }
    }
}
