package dev.perch.app;

import dev.perch.access.UserFile;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.camera.KeptPrivacy;
import dev.perch.config.AccessConfig;
import dev.perch.config.CameraConfig;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Clock;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.memory.SystemMemory;
import dev.perch.push.Pushes;
import dev.perch.record.Recordings;
import dev.perch.source.Devices;
import dev.perch.source.Sources;
import dev.perch.web.Site;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The running program: the cameras and the servlets that show them. Created and closed by {@link PerchListener}. */
final class Program implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Program.class.getName());

    /** The longest search for a camera: all drivers together answer in well under a second. */
    private static final int SEARCH_SECONDS = 5;

    private final Cameras cameras;
    private final Site site;
    private final WatchTimer timer;
    private final List<AutoCloseable> rtmp; // the listeners and what they need, in the order in which to close them
    private final EverySecond events;

    private Program(Cameras cameras, Site site, WatchTimer timer, List<AutoCloseable> rtmp, EverySecond events) {
        this.events = events;
        this.cameras = cameras;
        this.site = site;
        this.timer = timer;
        this.rtmp = rtmp;
    }

    /**
     * Starts what {@code config} asks for and registers the servlets with {@code context}.
     *
     * @throws ConfigException if something configured cannot be used
     */
    static Program start(PerchConfig config, ServletContext context) throws ConfigException {
        requireUsers(config);
        MemoryWatch watch = new MemoryWatch(MemoryGauge.ofThisProcess());
        ArenaPool pool = new ArenaPool(SystemMemory.budget(config.memory().budgetBytes()));
        List<CameraConfig> named =
                config.cameras().isEmpty() ? List.of(config.environment().camera(found())) : config.cameras();
        List<CameraConfig> wanted = named.stream()
                .filter(camera -> !(camera.source() instanceof SourceConfig.Wildcard))
                .toList();
        List<CameraConfig> wildcards =
                named.stream().filter(camera -> !wanted.contains(camera)).toList();
        List<Camera> all = new ArrayList<>();
        KeptPrivacy kept = stateFolder(config).map(KeptPrivacy::new).orElse(null);
        for (CameraConfig camera : wanted) {
            all.add(Camera.start(
                    camera,
                    Sources.of(camera, wanted, pool),
                    pool,
                    Clock.SYSTEM,
                    kept != null && kept.kept(camera.id())));
        }
        Cameras cameras = new Cameras(all, wildcards, pool, watch, kept);
        Optional<Recordings> recordings = recordings(config, cameras);
        Optional<Pushes> pushes = pushes(cameras);
        Site site = Site.open(
                new Site.Served(cameras, recordings, pushes, CommandAnswers.version()),
                config,
                port -> KeyFile.of(System.getenv(), port).read(),
                context);
        EverySecond events = EverySecond.of(config, new EventHooks.Seen(cameras, recordings, pushes), site.events());
        site.shedders().forEach(watch::register);
        return new Program(
                cameras,
                site,
                WatchTimer.start(watch, site, events, pool.budget().faults(), context),
                rtmp(config, site),
                events);
    }

    /** Checks the file of users at the start; otherwise nobody would notice before a login fails. */
    private static void requireUsers(PerchConfig config) throws ConfigException {
        Optional<Path> file = config.access().flatMap(AccessConfig::users);
        if (file.isEmpty()) {
            return;
        }
        String accepted = ", accepted: a file as \"perch user add NAME\" makes it";
        try {
            UserFile.read(file.get());
        } catch (UserFile.RefusedException refused) {
            throw usersRefused(String.valueOf(refused.getMessage()));
        } catch (NoSuchFileException missing) {
            throw usersRefused("there is no " + file.get() + accepted);
        } catch (IOException unreadable) {
            throw usersRefused(file.get() + " cannot be read: " + unreadable.getMessage() + accepted);
        }
    }

    private static ConfigException usersRefused(String message) {
        return new ConfigException(List.of(new ConfigException.Problem("access.users", 0, 0, message)));
    }

    /** Returns the configured folder, or systemd's for a service (systemd.exec(5)). */
    private static Optional<Path> stateFolder(PerchConfig config) {
        String service = System.getenv().getOrDefault("STATE_DIRECTORY", "");
        return config.state()
                .or(() -> service.isEmpty() ? Optional.empty() : Optional.of(Path.of(service.split(":", 2)[0])));
    }

    /** Opens the RTMP ports. A method of its own, so that the verifier loads no RTMP class without RTMP. */
    private static List<AutoCloseable> rtmp(PerchConfig config, Site site) {
        return config.rtmp().isEmpty()
                ? List.of()
                : RtmpPorts.open(config.rtmp().get(), config.server().tls(), site.served(SystemMemory.heap()));
    }

    private static Optional<Recordings> recordings(PerchConfig config, Cameras cameras) {
        boolean any = Stream.concat(
                        cameras.all().stream().map(Camera::config), cameras.wildcards().wildcards().stream())
                .anyMatch(camera -> camera.record().isPresent());
        return any ? Optional.of(Recordings.start(cameras, config.retention())) : Optional.empty();
    }

    private static Optional<Pushes> pushes(Cameras cameras) {
        boolean any = cameras.all().stream()
                .anyMatch(camera -> !camera.config().pushes().isEmpty());
        return any ? Optional.of(Pushes.start(cameras)) : Optional.empty();
    }

    /** Returns the first device that is a camera, else the demo. A driver that does not answer must not keep the program from starting. */
    private static SourceConfig found() {
        FutureTask<Optional<Path>> search = new FutureTask<>(Devices::firstCamera);
        Thread thread = new Thread(search, "perch-find-camera");
        thread.setDaemon(true);
        thread.start();
        SourceConfig found =
                answer(search).<SourceConfig>map(SourceConfig.Device::new).orElseGet(SourceConfig.Demo::new);
        LOG.log(
                Level.INFO,
                found instanceof SourceConfig.Demo
                        ? "No camera was found: showing the demo."
                        : "No camera is configured: showing {0}, the first that was found.",
                found);
        return found;
    }

    private static Optional<Path> answer(FutureTask<Optional<Path>> search) {
        try {
            return search.get(SEARCH_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            LOG.log(Level.WARNING, "The search for cameras failed or took too long.", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** Ends the viewers and the recordings, then the cameras, whatever an earlier end throws. */
    @Override
    public void close() {
        quietly(timer);
        quietly(events);
        rtmp.forEach(Program::quietly);
        quietly(site);
        quietly(cameras);
    }

    private static void quietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception | Error fault) { // as AutoCloseable declares it
            LOG.log(Level.ERROR, "a part of the program did not end in order", fault);
        }
    }
}
