package dev.perch.source;

import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.TrackId;
import dev.perch.memory.Arena;
import dev.perch.memory.BudgetExceededException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of the demo on its own thread, from the loop's first frame. Frame n is due n frame intervals after the first, so nothing drifts. Frames
 * that are a little late are played at once; after a longer pause (a stopped process) the run continues with the next key frame that falls due.
 */
final class DemoSession implements Source.Session {
    /** The lateness beyond which frames are skipped: as long as a driver with eight buffers would wait for its reader at 30 fps. */
    static final long LATE_LIMIT_NANOS = 250_000_000;

    private static final Logger LOG = System.getLogger(DemoSession.class.getName());

    private final DemoSource source;
    private final DemoLoop.Header header;
    private final SourceOutput output;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicLong frames = new AtomicLong(); // counted by the session's thread, read by any
    private final AtomicLong skipped = new AtomicLong(); // the same

    DemoSession(DemoSource source, SourceOutput output) {
        this.source = source;
        this.header = source.header();
        this.output = output;
    }

    /** Runs the session on its own thread. */
    void run() {
        Optional<CaptureException> reason = Optional.empty();
        try (Arena memory = source.leaseMemory();
                DemoLoop loop = new DemoLoop(memory.memory())) {
            if (source.sounds()) {
                playWithSound(loop, memory.memory());
            } else {
                play(loop, source.clock().nanoTime());
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt(); // the program is ending: counts as a stop
        } catch (BudgetExceededException full) {
            reason = Optional.of(
                    new CaptureException(CaptureException.Kind.NO_ROOM, String.valueOf(full.getMessage()), full));
        } catch (IOException | RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "The demo failed; this is a bug in Perch.", fault);
            String sentence = "The demo has stopped: " + fault.getMessage() + ".";
            reason = Optional.of(new CaptureException(CaptureException.Kind.FAULT, sentence, fault));
        } finally {
            output.ended(reason);
        }
    }

    private void play(DemoLoop loop, long startNanos) throws IOException, InterruptedException {
        Pictures pictures = new Pictures(loop, startNanos);
        while (source.clock().reaches(pictures.dueNanos(), stop)) {
            pictures.play();
        }
    }

    private void playWithSound(DemoLoop loop, ByteBuffer memory) throws IOException, InterruptedException {
        DemoClock clock = source.clock();
        long startNanos = clock.nanoTime();
        try (DemoVoice voice = new DemoVoice(output, memory, startNanos)) {
            Pictures pictures = new Pictures(loop, startNanos);
            while (clock.reaches(Math.min(pictures.dueNanos(), voice.dueNanos()), stop)) {
                if (voice.dueNanos() < pictures.dueNanos()) {
                    voice.play(clock);
                } else {
                    pictures.play();
                    voice.look(clock.nanoTime());
                }
            }
        }
    }

    private final class Pictures {
        private final DemoClock clock = source.clock();
        private final H264Publisher h264 =
                new H264Publisher(output.track(TrackId.main(Encoding.H264)), header.dueNanos(1));
        private final JpegPublisher jpeg = new JpegPublisher(output.track(TrackId.main(Encoding.JPEG)));
        private final DemoLoop loop;
        private final long startNanos;

        Pictures(DemoLoop loop, long startNanos) throws IOException {
            this.loop = loop;
            this.startNanos = startNanos;
            loop.advance();
        }

        long dueNanos() {
            return startNanos + header.dueNanos(loop.index());
        }

        /** Publishes the picture that is due, or skips those that are too late. */
        void play() throws IOException {
            long dueNanos = dueNanos();
            long lateNanos = clock.nanoTime() - dueNanos;
            if (lateNanos > LATE_LIMIT_NANOS) {
                skip(loop, dueNanos + lateNanos - startNanos);
                return;
            }
            FrameTime time = new FrameTime(dueNanos, clock.wallClockMicros() - lateNanos / 1000);
            if (loop.kind() == DemoLoop.Kind.JPEG) {
                jpeg.frame(loop.payload(), time);
            } else {
                h264.accessUnit(loop.payload(), time);
                frames.incrementAndGet();
                source.played(loop.number());
            }
            loop.advance();
        }
    }

    private void skip(DemoLoop loop, long sinceStartNanos) throws IOException {
        long unplayed = loop.kind() == DemoLoop.Kind.JPEG ? loop.index() + 1 : loop.index();
        loop.skipToKeyFrame(header.indexAt(sinceStartNanos));
        skipped.addAndGet(loop.index() - unplayed);
    }

    @Override
    public void requestKeyFrame() {
        // the loop has a key frame every second
    }

    @Override
    public void stop() {
        stop.countDown();
    }

    @Override
    public SessionStats stats() {
        return new SessionStats(
                frames.get(), skipped.get(), 0, header.width(), header.height(), header.framesPerSecond(), "H264");
    }
}
