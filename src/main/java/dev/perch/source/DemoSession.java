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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of the demo, on a thread of its own, from the loop's first frame. Frame n is due n frame intervals after the first, so nothing drifts.
 * Frames that are a little late are played at once; after a longer pause (a stopped process) the run goes on with the next key frame that falls due.
 */
final class DemoSession implements Source.Session {
    /** The lateness beyond which frames are skipped: the time that a driver with eight buffers would wait for its reader at 30 fps. */
    static final long LATE_LIMIT_NANOS = 250_000_000;

    private static final Logger LOG = System.getLogger(DemoSession.class.getName());

    private final DemoSource source;
    private final DemoLoop.Header header;
    private final SourceOutput output;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicLong frames = new AtomicLong(); // the session's thread counts, any thread reads
    private final AtomicLong skipped = new AtomicLong(); // the same

    DemoSession(DemoSource source, SourceOutput output) {
        this.source = source;
        this.header = source.header();
        this.output = output;
    }

    /** Runs the session, on its own thread. */
    void run() {
        Optional<CaptureException> reason = Optional.empty();
        try (Arena memory = source.leaseMemory();
                DemoLoop loop = new DemoLoop(memory.memory())) {
            play(loop);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt(); // all threads are being ended: counts as asked for
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

    private void play(DemoLoop loop) throws IOException, InterruptedException {
        DemoClock clock = source.clock();
        H264Publisher h264 = new H264Publisher(output.track(TrackId.main(Encoding.H264)), header.dueNanos(1));
        JpegPublisher jpeg = new JpegPublisher(output.track(TrackId.main(Encoding.JPEG)));
        long startNanos = clock.nanoTime();
        loop.advance();
        while (clock.reaches(startNanos + header.dueNanos(loop.index()), stop)) {
            long dueNanos = startNanos + header.dueNanos(loop.index());
            long lateNanos = clock.nanoTime() - dueNanos;
            if (lateNanos > LATE_LIMIT_NANOS) {
                skip(loop, dueNanos + lateNanos - startNanos);
                continue;
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
        // the loop has one every second
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
