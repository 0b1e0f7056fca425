package dev.perch.testing;

import dev.perch.app.EmbeddedTomcat;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.AccessConfig;
import dev.perch.config.Origins;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.web.Site;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;
import org.jspecify.annotations.Nullable;

/** Puts the program's servlets over cameras that the test makes, into the program's own Tomcat or into a plain one. */
public final class PerchSetup {
    private static final Path PAGES = Path.of("webapp").toAbsolutePath();

    private final List<Camera> cameras;
    private final ArenaPool pool;
    private MemoryWatch watch = new MemoryWatch(MemoryGauge.ofThisProcess());
    private ServerConfig server = new ServerConfig(
            "127.0.0.1",
            0,
            "",
            List.of(),
            Origins.none(),
            /* hosts= */ Set.of(),
            OptionalInt.empty(),
            /* as many as come= */ OptionalInt.of(65535),
            /* tls= */ Optional.empty());
    private String output = "";
    private @Nullable Path pages;
    private @Nullable AccessConfig access;
    private Optional<String> localKey = Optional.empty();
    private Consumer<Site> onSite = site -> {};
    private Consumer<Context> inTomcat = context -> {};
    private Consumer<ServletContext> besideServlets = servlets -> {};

    PerchSetup(List<Camera> cameras, ArenaPool pool) {
        this.cameras = List.copyOf(cameras);
        this.pool = pool;
    }

    /** Lets {@code other} watch the memory, which the test polls. */
    public PerchSetup watchedBy(MemoryWatch other) {
        watch = other;
        return this;
    }

    /** Writes live answers by {@code way}: {@code servlet}, or anything else for Tomcat's sockets. */
    public PerchSetup output(String way) {
        output = way;
        return this;
    }

    /** Serves the program's own pages. */
    public PerchSetup pages() {
        pages = PAGES;
        return this;
    }

    /** Sets who may do what, and the address. */
    public PerchSetup server(ServerConfig other) {
        server = other;
        return this;
    }

    /** Sets who may watch and publish. */
    public PerchSetup access(AccessConfig other) {
        access = other;
        return this;
    }

    /** Writes {@code key} into the key file. */
    public PerchSetup localKey(String key) {
        localKey = Optional.of(key);
        return this;
    }

    /** Sets up something in Tomcat beside the program. */
    public PerchSetup inTomcat(Consumer<Context> more) {
        inTomcat = more;
        return this;
    }

    /** Hands the site over. */
    public PerchSetup onSite(Consumer<Site> more) {
        onSite = more;
        return this;
    }

    /** Registers something beside the program's servlets. */
    public PerchSetup besideServlets(Consumer<ServletContext> more) {
        besideServlets = more;
        return this;
    }

    /** Starts it in the Tomcat of {@code java -jar perch.war}, with the program's own connector. */
    public PerchServer start(Path workFolder) throws IOException, LifecycleException {
        Cameras all = new Cameras(cameras, pool, watch);
        Path webFolder = pages == null ? workFolder : pages;
        EmbeddedTomcat tomcat = EmbeddedTomcat.start(server, webFolder, workFolder, context -> {
            context.addParameter("perch.output", output);
            addProgram(context, all);
        });
        return new PerchServer("http://127.0.0.1:" + tomcat.port() + "/", all, tomcat::close);
    }

    /** Starts it with its pages under {@code /cams} in a Tomcat that knows nothing of it. */
    public PerchServer startInPlainTomcat() throws IOException, LifecycleException {
        Cameras all = new Cameras(cameras, pool, watch);
        Path work = Files.createTempDirectory("perch-site");
        Registry.disableRegistry(); // Tomcats of one program would register by the same names
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(work.toString());
        tomcat.setPort(0);
        if (!server.address().equals("0.0.0.0")) {
            tomcat.getConnector().setProperty("address", server.address());
        }
        Context context = tomcat.addContext("/cams", PAGES.toString());
        addProgram(context, all);
        if (context instanceof StandardContext standard) { // what a redeploy would leave behind is looked for elsewhere
            standard.setClearReferencesRmiTargets(false);
            standard.setClearReferencesObjectStreamClassCaches(false);
            standard.setClearReferencesThreadLocals(false);
            standard.setUnloadDelay(100); // milliseconds for answers to end by themselves, which live ones never do
        }
        try {
            tomcat.start();
        } catch (LifecycleException failed) {
            all.close();
            stop(tomcat, work);
            throw failed;
        }
        String address = "http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/cams/";
        return new PerchServer(address, all, () -> stop(tomcat, work));
    }

    private static void stop(Tomcat tomcat, Path work) {
        try {
            tomcat.stop();
            tomcat.destroy();
            delete(work);
        } catch (LifecycleException | IOException failed) {
            throw new AssertionError(failed);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> left = Files.walk(folder)) {
            left.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    private PerchConfig config() {
        PerchConfig plain = PerchConfig.defaults().withServer(server);
        return access == null ? plain : plain.with(access);
    }

    /** Does what {@code Program} does, with cameras that the test has made. */
    private void addProgram(Context context, Cameras all) {
        context.addServletContainerInitializer(
                (classes, servlets) -> {
                    Site site = Site.open(
                            new Site.Served(all, Optional.empty(), Optional.empty(), "0.0.1-test"),
                            config(),
                            port -> localKey,
                            servlets);
                    site.shedders().forEach(all.watch()::register);
                    onSite.accept(site);
                    besideServlets.accept(servlets);
                    servlets.addListener(new ServletContextListener() {
                        @Override
                        public void contextDestroyed(ServletContextEvent event) {
                            site.close();
                            all.close();
                        }
                    });
                },
                null);
        inTomcat.accept(context);
    }
}
