package dev.perch.source;

import dev.perch.flv.FlvReader;
import dev.perch.flv.TrackReader;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.HeldSink;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.process.ExternalProgram;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads ffmpeg's FLV from stdout, on its own thread, directly into the tracks. That thread may wait in a read until the program ends, or until a
 * frame of a recording is due, so another thread watches it. Nothing is published after {@link #close}, whatever the thread is doing.
 */
final class FlvPipe implements AutoCloseable {
    /** The capacity of a pipe (pipe(7)), and so the most bytes available at once. */
    private static final int READ_BYTES = 64 << 10;

    /** How long to wait for the description of the input, which ffmpeg prints before its first output; another thread reads it. */
    private static final long TOLD_MILLIS = 2_000;

    /** A live stream begins with less than this; a recording continues faster than it plays. */
    private static final long LIVE_NANOS = 3_000_000_000L;

    private static final System.Logger LOG = System.getLogger(FlvPipe.class.getName());

    private final FfmpegSource source;
    private final SourceOutput output;
    private final FfmpegReport report;
    private final StreamClock clock;
    private final Lease lease;
    private final CountDownLatch stop;
    private final Runnable changed;
    private final TrackReader tracks;
    private final FlvReader flv;
    private boolean closed; // guarded by this
    private @Nullable Thread thread; // used by the session's thread

    // the reading thread writes, the session's thread and pages read
    private volatile @Nullable SteadySink picture;
    private volatile @Nullable CaptureException fault;
    private volatile boolean over;
    private volatile boolean printed;
    private volatile long waitingSinceNanos; // for the program; 0 while it has given something
    private volatile String refusedPicture = "";
    private volatile String refusedSound = "";

    /** The parts of a session that a pipe works with. */
    record Parts(SourceOutput output, FfmpegReport report, StreamClock clock, CountDownLatch stop, Runnable changed) {}

    /**
     * Leases the memory for reading.
     *
     * @throws BudgetExceededException if there is no room
     */
    FlvPipe(FfmpegSource source, Parts parts) throws BudgetExceededException {
        this.source = source;
        this.output = parts.output();
        this.report = parts.report();
        this.clock = parts.clock();
        this.stop = parts.stop();
        this.changed = parts.changed();
        this.tracks = new TrackReader(new Tracks());
        this.flv = new FlvReader(tracks);
        String camera = source.camera().id();
        this.lease = source.arenas()
                .budget()
                .lease(
                        camera + " stream",
                        READ_BYTES + TrackReader.HELD_BYTES + source.input().heldBytes(),
                        "cameras." + camera + ".size");
    }

    /** Starts reading the output of {@code program} until the program ends. */
    void start(ExternalProgram program) {
        Thread reading =
                new Thread(() -> run(program), "perch-" + source.camera().id() + "-flv");
        reading.setDaemon(true);
        thread = reading;
        reading.start();
    }

    /** Returns whether the program has written anything. */
    boolean printed() {
        return printed;
    }

    boolean over() {
        return over;
    }

    Optional<CaptureException> fault() {
        return Optional.ofNullable(fault);
    }

    /** Returns since when the program has been awaited; 0 if it is not. */
    long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    /** Returns why the picture was refused as it is, as a sentence; empty if it was not. */
    String refusedPicture() {
        return refusedPicture;
    }

    /** Returns why the sound was refused as it is, as a sentence; empty if it was not. */
    String refusedSound() {
        return refusedSound;
    }

    SessionStats stats() {
        SteadySink sink = picture;
        return sink == null ? SessionStats.NONE : sink.stats("H264", /* unknownRate= */ 0);
    }

    /** Waits until the reading has ended. */
    void awaitEnd(long millis) throws InterruptedException {
        Thread reading = thread;
        if (reading != null) {
            reading.join(millis);
        }
    }

    private void run(ExternalProgram program) {
        try (InputStream in = program.stdout()) {
            read(in);
        } catch (IOException closedMeanwhile) {
            LOG.log(Level.DEBUG, "the output of ffmpeg was closed", closedMeanwhile);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } catch (MalformedBitstreamException notFlv) {
            fault = new CaptureException(Kind.FAULT, "ffmpeg wrote something that is no FLV: " + notFlv.getMessage());
        } catch (RuntimeException | Error bug) {
            String name = "the reading of " + source.description();
            source.arenas().budget().faults().tell(name, bug);
            LOG.log(
                    Level.ERROR,
                    name + " failed; this is a bug in Perch. "
                            + source.input().redaction().trace(bug));
            fault = new CaptureException(
                    Kind.FAULT,
                    "The reading of " + source.description() + " ended by a defect of Perch: "
                            + source.input().redaction().redact(bug.toString()));
        } finally {
            abandon();
            over = true;
            changed.run();
        }
    }

    private synchronized void abandon() {
        if (!closed) {
            tracks.abandon();
        }
    }

    private void read(InputStream in) throws IOException, InterruptedException, MalformedBitstreamException {
        byte[] bytes = new byte[READ_BYTES];
        ByteBuffer piece = ByteBuffer.wrap(bytes);
        int count = next(in, bytes);
        if (count < 0 || !report.awaitTold(TOLD_MILLIS) || !source.fits(report)) {
            return; // the session finds the reason
        }
        while (count >= 0 && publish(piece.clear().limit(count))) {
            count = next(in, bytes);
        }
    }

    private int next(InputStream in, byte[] bytes) throws IOException {
        waitingSinceNanos = System.nanoTime() | 1;
        int count = in.read(bytes);
        printed |= count > 0;
        waitingSinceNanos = 0;
        return count;
    }

    private synchronized boolean publish(ByteBuffer piece) throws MalformedBitstreamException {
        if (closed || stop.getCount() == 0) {
            return false;
        }
        flv.bytes(piece);
        return refusedPicture.isEmpty() && refusedSound.isEmpty();
    }

    /** Stops publishing, and frees all memory. The wait for a frame's time must have been ended before. */
    @Override
    public synchronized void close() {
        closed = true;
        lease.close();
    }

    /** Gives the sinks for the tracks of the FLV. */
    private final class Tracks implements TrackReader.Output {
        private @Nullable SteadySink sound;
        private boolean recorded;
        private boolean passing = source.input().pace() == FfmpegInput.Pace.GROWING; // skips earlier frames

        @Override
        public FrameSink video(StreamConfig.H264 first) {
            SteadySink sink = picture;
            return sink == null ? open() : sink;
        }

        private boolean publishes() {
            return !passing && stop.getCount() > 0;
        }

        /** Names all tracks before the first frame of any. */
        private SteadySink open() {
            recorded = source.recorded(report);
            if (source.sounds(report)) {
                sound = new SteadySink(output.track(TrackId.main(Encoding.AAC)), this::publishes);
            }
            // what ffmpeg encodes it turns itself
            Orientation held = source.plan().picture() ? Orientation.UPRIGHT : source.held(report);
            FrameSink upright = output.track(TrackId.main(Encoding.H264));
            SteadySink sink = new SteadySink(new HeldSink(upright, held), this::publishes);
            picture = sink;
            return sink;
        }

        @Override
        public FrameSink sound(StreamConfig.Aac first) {
            if (picture == null) {
                open();
            }
            SteadySink sink = sound;
            if (sink == null) {
                throw new IllegalStateException("ffmpeg told of no sound");
            }
            return sink;
        }

        @Override
        public FrameTime time(long millis) {
            if (passing) {
                if (!clock.caughtUp(millis)) {
                    return clock.arrived(millis);
                }
                passing = false;
                clock.restart();
                recorded = true; // Matroska comes cluster by cluster: it is spread out again
            }
            recorded |= source.input().pace() == FfmpegInput.Pace.TOLD && clock.aheadNanos() > LIVE_NANOS;
            return recorded ? clock.due(millis) : clock.arrived(millis);
        }

        @Override
        public void refused(Medium medium, String why) {
            switch (medium) {
                case VIDEO -> refusedPicture = why;
                case SOUND -> refusedSound = why;
            }
        }
    }
}
