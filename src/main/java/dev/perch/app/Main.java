package dev.perch.app;

import dev.perch.config.AccessConfig;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;

/** The standalone program: the command line, then the embedded Tomcat until SIGTERM or SIGINT. */
public final class Main {
    private static final long START_NANOS = System.nanoTime();
    private static final int SHUTDOWN_SECONDS = 4;

    /** Also the exit status of -XX:+ExitOnOutOfMemoryError. */
    private static final int FAILED = 3;

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";
    private static final String LOCALES = "java.locale.providers";

    private Main() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%1$tF %1$tT %4$s %5$s%6$s%n");
        }
        if (System.getProperty(LOCALES) == null && Runtime.version().feature() < 21) {
            // the English names of days for HTTP, without all other languages: 0.5 MB; newer JVMs warn about it
            System.setProperty(LOCALES, "COMPAT");
        }
        CommandLine line = CommandLine.parse(args);
        if (line instanceof CommandLine.Serve serve) {
            run(configuration(serve));
        } else if (line instanceof CommandLine.Rehearse) {
            System.exit(rehearse());
        } else {
            System.exit(CommandAnswers.answer(line, System.out, System.err));
        }
    }

    private static PerchConfig configuration(CommandLine.Serve serve) {
        try {
            PerchConfig config = serve.configuration(System.getenv());
            if (config.access().filter(AccessConfig::containerUsers).isPresent()) {
                System.err.println("access.users: found container, accepted: the absolute path of the file that"
                        + " \"perch user\" writes; a container's users are known inside Tomcat only");
                System.exit(1);
            }
            return config;
        } catch (ConfigException e) {
            e.problems().forEach(System.err::println);
            System.exit(1);
            throw new IllegalStateException(e);
        }
    }

    private static void run(PerchConfig config) throws InterruptedException, IOException {
        Thread.setDefaultUncaughtExceptionHandler(Main::died);
        try {
            EmbeddedTomcat server = start(config);
            KeyFile localKey = KeyFile.of(System.getenv(), server.port());
            if (!config.server().operatorKey().isEmpty()
                    || config.access().filter(AccessConfig::named).isPresent()) {
                localKey.write();
                Runtime.getRuntime().addShutdownHook(new Thread(localKey::delete, "exit-key"));
            }
            CountDownLatch closed = closeAtExit(server);
            Reach.log(config, server.port(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - START_NANOS));
            if (config.server().tls().isPresent()) {
                Reach.log(config.server(), config.server().tls().get(), server.tlsPort());
            }
            closed.await();
        } catch (UnknownHostException | LifecycleException e) {
            System.err.println("perch: " + reason(e, config.server()));
            System.exit(1);
        }
    }

    /** Ends the program when a thread dies without which nobody is served: its supervisor starts it again. */
    static void died(Thread thread, Throwable failure) {
        String sentence = "The thread " + thread.getName() + " has failed";
        boolean needed =
                thread.getName().endsWith("-Acceptor") || thread.getName().endsWith("-Poller");
        System.getLogger(Main.class.getName())
                .log(Level.ERROR, needed ? sentence + "; Perch ends, to be started again" : sentence, failure);
        if (needed) {
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static EmbeddedTomcat start(PerchConfig config) throws IOException, LifecycleException {
        String unpacked = System.getProperty("perch.web");
        Path web = unpacked != null ? Path.of(unpacked) : Path.of("webapp").toAbsolutePath();
        Path work = unpacked != null ? web.resolveSibling("work") : Files.createTempDirectory("perch");
        return EmbeddedTomcat.start(config, web, work);
    }

    /** Returns the exit status of the process. */
    private static int rehearse() throws IOException {
        PerchConfig config = Rehearsal.configuration();
        try (EmbeddedTomcat server = start(config)) {
            Rehearsal.visit(config, server.port());
            return 0;
        } catch (UnknownHostException | LifecycleException e) {
            System.err.println("perch: " + reason(e, config.server()));
            return 1;
        }
    }

    private static String reason(Throwable failure, PerchConfig.ServerConfig server) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (root instanceof BindException || root instanceof UnknownHostException) {
            String why = root instanceof BindException ? root.getMessage() : "no address of this machine";
            return "cannot listen at " + server.address() + ":" + server.port() + ": " + why
                    + "; choose another with --port or --address";
        }
        return root.toString();
    }

    /** Registers the orderly end at exit. The hook waits only for a while, so that nothing stuck can keep the process. */
    private static CountDownLatch closeAtExit(EmbeddedTomcat server) {
        CountDownLatch closed = new CountDownLatch(1);
        Thread close = new Thread(
                () -> {
                    server.close();
                    closed.countDown();
                },
                "exit-close");
        close.setDaemon(true);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            close.start();
                            join(close);
                        },
                        "exit-wait"));
        return closed;
    }

    private static void join(Thread close) {
        try {
            close.join(TimeUnit.SECONDS.toMillis(SHUTDOWN_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
