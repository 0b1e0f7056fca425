package dev.perch.push;

import dev.perch.camera.Camera;
import dev.perch.camera.Standby;
import dev.perch.camera.Watch;
import dev.perch.config.PrivacyConfig;
import dev.perch.config.PushConfig;
import dev.perch.feed.Cursor;
import dev.perch.feed.Feed;
import dev.perch.feed.Follower;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Interleave;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.GrowingLease;
import dev.perch.memory.MemoryBudget;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends one camera to one server, on its own thread, as long as an operator wants it. While the server is away the camera goes on and its frames are
 * dropped; each connection begins with a key frame. Safe from any thread.
 */
public final class Push implements Follower.Reader, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Push.class.getName());

    /** How long a server may take no bytes. */
    private static final long STALL_NANOS = 15_000_000_000L;

    /** The duration after which a connection counts as successful. */
    private static final long WORKED_NANOS = 10_000_000_000L;

    private final Camera camera;
    private final PushConfig config;
    private final MemoryBudget budget;
    private final Clock clock;
    private final TrackId picture;
    private final BackOff backOff = new BackOff(); // used by the follower's thread, like the next
    private @Nullable TagStream stream;
    private @Nullable GrowingLease connectionLease;
    private @Nullable GrowingLease streamLease;
    private final KeyFrameWatch keyFrames;
    private long openedNanos;
    private @Nullable Keeping keeping; // null unless the push continues without the camera
    private String logged = "";

    private volatile CountDownLatch over = new CountDownLatch(0); // the last run's thread
    private volatile boolean stopped; // whether an operator has stopped it
    private volatile boolean suspended; // whether to continue when the camera is shown again
    private volatile @Nullable Follower follower; // written under this; null once it must end
    private List<Watch> watches = List.of(); // guarded by this

    // the follower's thread writes, any thread reads
    private volatile @Nullable Target target;
    private volatile long waitingSinceNanos; // 0 while the server is not waited for
    private volatile PushStatus.State state = PushStatus.State.OFF;
    private volatile String reason = "";
    private final AtomicLong earlierBytes = new AtomicLong(); // of earlier connections
    private final AtomicLong frames = new AtomicLong();
    private volatile long dropped;
    private final AtomicInteger connects = new AtomicInteger();

    Push(Camera camera, PushConfig config, MemoryBudget budget, Clock clock) {
        this.camera = camera;
        this.config = config;
        this.budget = budget;
        this.clock = clock;
        this.picture = new TrackId(config.rendition(), Encoding.H264);
        this.keyFrames = new KeyFrameWatch(config.service(), camera::suggestKeyFrame);
    }

    /** Returns the name by which the push is started and stopped. */
    public String name() {
        return config.name();
    }

    /** Returns true if the push begins with the program. */
    boolean startsItself() {
        return config.start();
    }

    /**
     * Starts the push; does nothing if it runs.
     *
     * @return false if it was stopped so recently that it has not ended
     */
    public synchronized boolean start() {
        if (follower != null) {
            return true;
        }
        if (pauses()) {
            suspended = true; // until the camera is shown
            return true;
        }
        if (over.getCount() > 0) {
            return false;
        }
        over = new CountDownLatch(1);
        stopped = false;
        List<Watch> held = new ArrayList<>();
        List<Cursor> cursors = new ArrayList<>();
        held.add(camera.watchPatiently(picture, /* packager= */ null));
        if (config.audio() != PushConfig.Audio.OFF && camera.config().sound().on()) {
            held.add(camera.watchPatiently(Encoding.AAC, /* packager= */ null));
        }
        held.forEach(watch -> cursors.add(watch.cursor()));
        watches = held;
        backOff.begin(clock.nanoTime());
        earlierBytes.set(0);
        frames.set(0);
        dropped = 0;
        connects.set(0);
        reason = "";
        state = PushStatus.State.CONNECTING;
        keeping = config.keep() ? new Keeping(camera, lease()) : null;
        Interleave reading = new Interleave(cursors, Interleave.MOST_WAIT_NANOS, clock.nanoTime());
        Follower made =
                new Follower("perch-" + camera.id() + "-push-" + config.name(), reading, this, budget.faults(), clock);
        follower = made;
        made.start();
        return true;
    }

    /** Stops the push and tells the server; does nothing if it does not run. */
    public synchronized void stop() {
        suspended = false;
        end();
    }

    /** Ends the run, and waits for its thread for a while. */
    private synchronized void end() {
        Follower running = follower;
        if (running == null) {
            return;
        }
        stopped = true;
        follower = null;
        running.close();
        Target open = target;
        if (open != null) {
            open.cut(); // the thread has not ended in time: it waits for the server
        }
        watches.forEach(Watch::close);
        watches = List.of();
        state = PushStatus.State.OFF;
    }

    @Override
    public void close() {
        stop();
    }

    /** Returns whether nothing is sent because the camera is private. */
    private boolean pauses() {
        return camera.hidden()
                && !camera.config().privacy().map(PrivacyConfig::recordsCard).orElse(false);
    }

    /**
     * Stops the push while the camera is private, and starts it again later. Takes the lock only if no holder of it waits for the server.
     */
    private void pause() {
        if (suspended) {
            if (!pauses() && (follower != null || over.getCount() == 0)) {
                suspended = !start();
            }
            return;
        }
        if (pauses() && follower != null) {
            suspended = true;
            Thread stopping =
                    new Thread(this::suspend, "perch-" + camera.id() + "-push-pause"); // it waits for the server
            stopping.setDaemon(true);
            stopping.start();
        }
    }

    private synchronized void suspend() {
        if (suspended) { // and no operator has stopped it in between
            end();
        }
    }

    /** Ends a wait for a server that takes nothing, and pauses while the camera is private. Called every second or so; does not wait. */
    void tend() {
        pause();
        long since = waitingSinceNanos;
        Target open = target;
        if (open != null && since != 0 && clock.nanoTime() - since > STALL_NANOS) {
            open.cut();
        }
    }

    /** Returns the current state. */
    public PushStatus status() {
        Target open = target;
        String trouble = suspended && pauses() ? camera.state().reason() : reason;
        if (trouble.isEmpty() && state == PushStatus.State.CONNECTING) {
            trouble = camera.derivations().trouble(picture).orElse("");
        }
        return new PushStatus(
                config.name(),
                config.shown(),
                state,
                trouble,
                earlierBytes.get() + (open == null ? 0 : open.sentBytes()),
                frames.get(),
                dropped,
                connects.get());
    }

    // ---- the follower's thread

    @Override
    public void frame(Cursor cursor) throws FrameLostException {
        long nowNanos = clock.nanoTime();
        Frame frame = cursor.frame();
        boolean begins = frame.key() && cursor.encoding() == Encoding.H264;
        Keeping kept = keeping;
        if (kept != null && kept.away() && !begins) {
            return; // the standby picture continues until the camera's can begin
        }
        try {
            if (target == null && begins && backOff.due(nowNanos)) {
                connect();
                return; // so late that the camera's begins with a later key frame
            }
            Target open = target;
            if (open == null || (stream == null && !begins)) {
                return;
            }
            waitingSinceNanos = nowNanos | 1;
            TagStream sending = stream == null
                    ? begin(
                            open,
                            (StreamConfig.H264) frame.config(),
                            frame.time().decodeNanos())
                    : stream;
            sending.send(cursor);
            waitingSinceNanos = 0;
            if (cursor.encoding() == Encoding.H264) {
                if (kept != null) {
                    kept.shown(nowNanos);
                }
                frames.incrementAndGet();
                dropped = cursor.skippedFrames();
                keyed(frame, nowNanos);
            }
        } catch (PushException failed) {
            lost(String.valueOf(failed.getMessage()));
        }
    }

    /** Continues without the camera if that is wanted. */
    @Override
    public void idle(long nowNanos) {
        Keeping kept = keeping;
        if (kept == null || !kept.due(nowNanos)) {
            return;
        }
        StreamConfig.H264 as = keyFrames.config();
        Standby shown = as == null ? null : kept.picture(as);
        try {
            if (shown == null || (target == null && !backOff.due(nowNanos))) {
                return;
            }
            if (target == null) {
                connect();
            }
            Target open = target;
            if (open == null) {
                return;
            }
            waitingSinceNanos = nowNanos | 1;
            TagStream sending = stream == null ? begin(open, shown.config(), nowNanos) : stream;
            kept.send(shown, sending, nowNanos);
            waitingSinceNanos = 0;
            reason = "The camera gives no picture: one of text stands in.";
            frames.incrementAndGet();
        } catch (PushException failed) {
            lost(String.valueOf(failed.getMessage()));
        }
    }

    private GrowingLease lease() {
        return new GrowingLease(budget, camera.id() + " push", "cameras." + camera.id() + ".push");
    }

    private void connect() throws PushException {
        GrowingLease lease = lease();
        connectionLease = lease;
        Target made = switch (config.scheme()) {
            case "rtmp", "rtmps" -> new RtmpTarget(config, lease);
            case "http", "https" -> new HttpTarget(config, lease);
            default -> new FfmpegTarget(camera.id(), config, lease);
        };
        target = made;
        made.open();
        openedNanos = clock.nanoTime();
        connects.incrementAndGet();
    }

    private TagStream begin(Target open, StreamConfig.H264 first, long firstNanos) throws PushException {
        GrowingLease lease = lease();
        streamLease = lease;
        StreamConfig.Aac heard = watched(Encoding.AAC)
                .flatMap(Feed::config)
                .filter(StreamConfig.Aac.class::isInstance)
                .map(StreamConfig.Aac.class::cast)
                .orElse(null);
        TagStream begun = new TagStream(open, first, firstNanos, heard, config.silence(), lease);
        stream = begun;
        state = PushStatus.State.SENDING;
        reason = "";
        keyFrames.begin(first);
        LOG.log(Level.INFO, "camera {0}: push {1} sends.", camera.id(), config);
        return begun;
    }

    private Optional<Feed> watched(Encoding encoding) {
        return camera.feeds().stream()
                .filter(feed -> feed.track().equals(TrackId.main(encoding)))
                .filter(feed -> config.audio() != PushConfig.Audio.OFF)
                .findFirst();
    }

    private void keyed(Frame frame, long nowNanos) {
        if (nowNanos - openedNanos > WORKED_NANOS) {
            backOff.worked();
        }
        keyFrames.seen(frame, nowNanos);
        if (frame.key()) {
            reason = keyFrames.complaint();
        }
    }

    private void lost(String why) {
        waitingSinceNanos = 0;
        let();
        if (stopped) {
            return;
        }
        backOff.failed(clock.nanoTime());
        reason = why;
        state = PushStatus.State.RETRYING;
        if (!why.equals(logged)) {
            logged = why;
            LOG.log(Level.WARNING, "camera {0}: push {1}: {2} It is tried again.", camera.id(), config, why);
        }
    }

    /** Releases the connection. */
    private void let() {
        Target open = target;
        if (open != null) {
            earlierBytes.addAndGet(open.sentBytes());
            target = null;
            open.cut();
        }
        stream = null;
        if (connectionLease != null) {
            connectionLease.close();
            connectionLease = null;
        }
        if (streamLease != null) {
            streamLease.close();
            streamLease = null;
        }
    }

    @Override
    public void ended() {
        Target open = target;
        if (open != null) {
            waitingSinceNanos = clock.nanoTime() | 1;
            open.finish();
            waitingSinceNanos = 0;
        }
        let();
        Keeping kept = keeping;
        if (kept != null) {
            kept.close();
        }
        over.countDown();
    }
}
