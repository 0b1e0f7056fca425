package dev.perch.camera;

import dev.perch.feed.Feed;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One run of a camera's source: takes its frames to the feeds, and its raw pictures to whatever makes frames of them. */
final class CameraSession implements SourceOutput {
    /** How the run ended: with a reason when nobody asked for it. */
    record End(@Nullable CaptureException reason) {}

    private final Map<Encoding, NativeSink> sinks = new EnumMap<>(Encoding.class);
    private final List<DerivedFeed> derived;
    private final Runnable wake;
    private final CountDownLatch over = new CountDownLatch(1);

    private volatile Source.@Nullable Session running; // written once by start, read by everybody
    private volatile boolean frames; // written by the source's thread, as all below, read by the pump
    private volatile long firstFrameNanos;
    private volatile boolean raw;
    private volatile @Nullable End end;

    private CameraSession(Map<Encoding, Feed> feeds, List<DerivedFeed> derived, Runnable wake) {
        feeds.forEach((encoding, feed) -> sinks.put(encoding, new NativeSink(feed)));
        this.derived = derived;
        this.wake = wake;
    }

    /** @param derived what may want the source's frames */
    static CameraSession start(Source source, Map<Encoding, Feed> feeds, List<DerivedFeed> derived, Runnable wake) {
        CameraSession session = new CameraSession(feeds, derived, wake);
        session.running = source.start(session);
        return session;
    }

    @Override
    public FrameSink h264() {
        return used(Encoding.H264);
    }

    @Override
    public FrameSink jpeg() {
        return used(Encoding.JPEG);
    }

    /** Whoever asks for it fills it, even if the first frames are none that it takes. */
    private NativeSink used(Encoding encoding) {
        NativeSink sink = sink(encoding);
        sink.used = true;
        return sink;
    }

    private NativeSink sink(Encoding encoding) {
        NativeSink sink = sinks.get(encoding);
        if (sink == null) {
            throw new IllegalStateException("no such feed: encoding=" + encoding);
        }
        return sink;
    }

    @Override
    public void raw(RawPicture picture) {
        if (!raw) {
            raw = true;
            frameCame();
            wake.run();
        }
        List<DerivedFeed> takers = derived.stream().filter(DerivedFeed::running).toList();
        if (takers.isEmpty()) {
            picture.close();
        } else if (takers.size() == 1) {
            takers.get(0).accept(picture);
        } else {
            AtomicInteger holds = new AtomicInteger(takers.size());
            takers.forEach(taker -> taker.accept(new SharedPicture(picture, holds)));
        }
    }

    @Override
    public void ended(Optional<CaptureException> reason) {
        end = new End(reason.orElse(null));
        over.countDown();
        wake.run();
    }

    /** A frame came, whole, from the source. */
    private void frameCame() {
        if (!frames) {
            firstFrameNanos = System.nanoTime();
            frames = true;
        }
    }

    /** Whether the source gives {@code encoding} itself. */
    boolean gives(Encoding encoding) {
        return sink(encoding).used;
    }

    /** Whether it gives raw pictures. */
    boolean raw() {
        return raw;
    }

    /** When the first frame came, on the monotonic clock; 0 before. */
    long firstFrameNanos() {
        return firstFrameNanos;
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

    /** A feed as the source sees it: notes that it is used. */
    private final class NativeSink extends ForwardingSink {
        volatile boolean used; // written by the source's thread, read by the pump

        NativeSink(Feed feed) {
            super(feed);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            frameCame();
            super.publish(time, key);
        }
    }
}
