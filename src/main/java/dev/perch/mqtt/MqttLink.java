package dev.perch.mqtt;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.MqttConfig;
import dev.perch.media.Clock;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the cameras to an MQTT broker, on its own thread: their existence, for Home Assistant to find; their state; a picture now and then. While
 * the broker is away it tries again. Nothing from a broker is interpreted. Safe from any thread.
 */
public final class MqttLink implements Runnable, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MqttLink.class.getName());
    private static final int TICK_MILLIS = 250;
    private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
    private static final long MOST_PAUSE_NANOS = 60_000_000_000L;

    /** The duration after which a connection counts as successful. */
    private static final long WORKED_NANOS = 10_000_000_000L;

    /** The longest that a broker may take no bytes. */
    private static final long STALL_NANOS = 15_000_000_000L;

    private static final long CLOSE_MILLIS = 2_000;

    private final MqttConfig config;
    private final Cameras cameras;
    private final String version;
    private final Clock clock;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);

    // the thread writes, any thread reads
    private volatile @Nullable Connection connection;
    private volatile long writingSinceNanos; // 0 while nothing is being written

    // used by the thread only
    private final Map<String, KnownCamera> known = new LinkedHashMap<>();
    private final PictureBuffer buffer;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private String logged = "";

    private MqttLink(MqttConfig config, Cameras cameras, String version) {
        this.config = config;
        this.cameras = cameras;
        this.version = version;
        this.clock = cameras.clock();
        this.buffer = new PictureBuffer(cameras.pool().budget());
        this.thread = new Thread(this::work, "perch-mqtt");
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     *
     * @param version of this program
     */
    public static MqttLink start(MqttConfig config, Cameras cameras, String version) {
        MqttLink link = new MqttLink(config, cameras, version);
        link.thread.start();
        return link;
    }

    /** Cuts the connection to a broker that takes nothing. Called every second or so; does not wait. */
    @Override
    public void run() {
        long since = writingSinceNanos;
        Connection open = connection;
        if (open != null && since != 0 && clock.nanoTime() - since > STALL_NANOS) {
            open.cut();
        }
    }

    // ---- the thread

    private void work() {
        Topics topics = new Topics(config.prefix().isEmpty() ? "perch/" + machine() : config.prefix());
        while (!stopped()) {
            long beganNanos = clock.nanoTime();
            String trouble = "";
            try {
                serve(topics);
            } catch (MqttException lost) {
                trouble = String.valueOf(lost.getMessage());
            } catch (RuntimeException | Error fault) {
                cameras.pool().budget().faults().tell("MQTT", fault);
                LOG.log(Level.ERROR, "MQTT failed. This is a bug in Perch.", fault);
            } finally {
                let();
            }
            if (!stopped()) {
                failed(trouble, clock.nanoTime() - beganNanos);
            }
        }
        buffer.close();
    }

    /** Returns a name that Home Assistant does not show, but that distinguishes several Perches at one broker. */
    private static String machine() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "-");
            return name.isEmpty() ? "perch" : name;
        } catch (UnknownHostException nameless) {
            LOG.log(Level.DEBUG, "this machine's name leads to no address", nameless);
            return "perch";
        }
    }

    private void serve(Topics topics) throws MqttException {
        Connection open = new Connection(config);
        connection = open;
        if (stopped()) {
            return; // it was closed before it could be cut
        }
        open.open(
                "perch" + Long.toHexString(ThreadLocalRandom.current().nextLong()), topics.status(), clock.nanoTime());
        LOG.log(Level.INFO, "MQTT: {0} is told of the cameras, under {1}.", config, topics.prefix());
        logged = "";
        writing(() -> open.keep(topics.status(), Topics.ONLINE));
        Announcement announcement = new Announcement(topics, version);
        while (!stopped()) {
            writing(() -> tell(open, announcement));
            open.attend(TICK_MILLIS, clock.nanoTime());
        }
        writing(() -> open.keep(topics.status(), Topics.OFFLINE));
        open.leave();
    }

    private interface Writing {
        void run() throws MqttException;
    }

    private void writing(Writing task) throws MqttException {
        writingSinceNanos = clock.nanoTime() | 1;
        try {
            task.run();
        } finally {
            writingSinceNanos = 0;
        }
    }

    private void tell(Connection open, Announcement announcement) throws MqttException {
        List<Camera> all = cameras.all();
        for (KnownCamera each : List.copyOf(known.values())) {
            if (!all.contains(each.camera())) {
                each.close();
                each.gone(open);
                known.remove(each.camera().id());
            }
        }
        for (Camera camera : all) {
            known.computeIfAbsent(
                            camera.id(),
                            id -> new KnownCamera(camera, announcement, config.discovery(), config.pictures()))
                    .tell(open, buffer);
        }
    }

    private void let() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.cut();
        }
        known.values().forEach(KnownCamera::forget);
    }

    private void failed(String trouble, long lastedNanos) {
        if (!trouble.isEmpty() && !trouble.equals(logged)) {
            logged = trouble;
            LOG.log(Level.WARNING, "MQTT: " + trouble + ". It is tried again.");
        }
        if (lastedNanos > WORKED_NANOS) {
            pauseNanos = FIRST_PAUSE_NANOS;
        }
        long jitterNanos = ThreadLocalRandom.current().nextLong(pauseNanos / 4); // not all at once
        try {
            boolean ended = stop.await(pauseNanos + jitterNanos, TimeUnit.NANOSECONDS);
            pauseNanos = ended ? pauseNanos : Math.min(MOST_PAUSE_NANOS, 2 * pauseNanos);
        } catch (InterruptedException stranger) {
            LOG.log(Level.DEBUG, "an interrupt is not how this thread ends", stranger);
        }
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    /** Publishes that the cameras are gone, and ends. Waits some seconds for that at most. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(CLOSE_MILLIS);
            Connection open = connection;
            if (open != null) {
                open.cut();
                thread.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
