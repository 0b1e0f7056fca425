package dev.perch.camera;

import dev.perch.codec.RawToJpeg;
import dev.perch.feed.Feed;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamKind;
import dev.perch.memory.ArenaPool;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of a camera's source: takes its frames to the feeds, raw pictures by way of an encoder. */
final class CameraSession implements SourceOutput {
    /** How the run ended: with a reason when nobody asked for it. */
    record End(@Nullable CaptureException reason) {}

    private final String cameraId;
    private final Map<StreamKind, Feed> feeds;
    private final ArenaPool pool;
    private final Runnable wake;
    private final CountDownLatch over = new CountDownLatch(1);

    private @Nullable RawToJpeg encoder; // the source's thread only
    private volatile @Nullable CaptureException encoderFault; // written by the encoder's thread, read by the source's
    private volatile Source.@Nullable Session running; // written once by start, read by everybody
    private volatile boolean frames; // written by the source's thread, read by the pump
    private volatile @Nullable End end; // written by the source's thread, read by the pump

    private CameraSession(String cameraId, Map<StreamKind, Feed> feeds, ArenaPool pool, Runnable wake) {
        this.cameraId = cameraId;
        this.pool = pool;
        this.feeds = feeds;
        this.wake = wake;
    }

    static CameraSession start(
            String cameraId, Source source, Map<StreamKind, Feed> feeds, ArenaPool pool, Runnable wake) {
        CameraSession session = new CameraSession(cameraId, feeds, pool, wake);
        session.running = source.start(session);
        return session;
    }

    @Override
    public FrameSink h264() {
        return sink(StreamKind.H264);
    }

    @Override
    public FrameSink jpeg() {
        return sink(StreamKind.JPEG);
    }

    private FrameSink sink(StreamKind kind) {
        Feed feed = feeds.get(kind);
        if (feed == null) {
            throw new IllegalStateException("no such feed: kind=" + kind);
        }
        return feed;
    }

    @Override
    public void raw(RawPicture picture) {
        if (encoderFault != null) {
            picture.close();
            return;
        }
        RawToJpeg worker = encoder;
        if (worker == null) {
            worker = RawToJpeg.start(cameraId, pool, jpeg(), this::encoderFailed);
            encoder = worker;
        }
        worker.accept(picture);
    }

    /** On the encoder's thread: the session is of no use without it. */
    private void encoderFailed(CaptureException reason) {
        encoderFault = reason;
        stop();
    }

    @Override
    public void ended(Optional<CaptureException> reason) {
        if (encoder != null) {
            encoder.close();
        }
        CaptureException fault = encoderFault;
        end = new End(fault != null ? fault : reason.orElse(null));
        over.countDown();
        wake.run();
    }

    void frameCame() {
        frames = true;
    }

    boolean hasFrames() {
        return frames;
    }

    Optional<End> end() {
        return Optional.ofNullable(end);
    }

    void stop() {
        Source.Session session = running;
        if (session != null) {
            session.stop();
        }
    }

    void requestKeyFrame() {
        Source.Session session = running;
        if (session != null) {
            session.requestKeyFrame();
        }
    }

    SessionStats stats() {
        Source.Session session = running;
        return session == null ? SessionStats.NONE : session.stats();
    }

    boolean awaitEnd(long millis) {
        try {
            return over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
