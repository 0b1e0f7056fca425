package dev.perch.camera;

import dev.perch.h264.H264Publisher;
import dev.perch.h264.StillPicture;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.HeldSink;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A session that shows the card, on its own thread: H.264 with a key frame a second, and two JPEG images a second. {@link CameraSession} adds
 * silence.
 */
final class CardSession implements Source.Session {
    private static final System.Logger LOG = System.getLogger(CardSession.class.getName());
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Card card;
    private final SourceOutput output;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicLong frames = new AtomicLong(); // counted by the session's thread, read by any
    private volatile boolean keyWanted; // set by any thread

    private CardSession(Card card, SourceOutput output) {
        this.card = card;
        this.output = output;
    }

    static CardSession start(Card card, SourceOutput output) {
        CardSession session = new CardSession(card, output);
        Thread thread = new Thread(session::run, "perch-" + card.camera() + "-card");
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    private void run() {
        Optional<CaptureException> reason = Optional.empty();
        try {
            show();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt(); // counts as a stop that was asked for
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "The card of a private camera failed; this is a bug in Perch.", fault);
            reason = Optional.of(new CaptureException(CaptureException.Kind.FAULT, "The card has failed.", fault));
        } finally {
            output.ended(reason);
        }
    }

    private void show() throws InterruptedException {
        H264Publisher video = new H264Publisher(
                new HeldSink(output.track(TrackId.main(Encoding.H264)), card.held()), card.frameNanos());
        JpegPublisher images = new JpegPublisher(output.track(TrackId.main(Encoding.JPEG)));
        if (card.sound()) {
            output.track(TrackId.main(Encoding.AAC));
        }
        int perSecond = (int) Math.max(1, SECOND_NANOS / card.frameNanos());
        long startNanos = card.clock().nanoTime();
        List<String> text = card.text();
        StillPicture picture = card.video(text);
        ByteBuffer jpeg = card.jpeg(text);
        int behindKey = 0;
        for (long frame = 0; ; frame++) {
            if (!awaits(startNanos + frame * card.frameNanos())) {
                return;
            }
            List<String> present = frame % perSecond == 0 ? card.text() : text;
            if (!present.equals(text)) {
                text = present;
                picture = card.video(text);
                jpeg = card.jpeg(text);
            }
            FrameTime time = new FrameTime(card.clock().nanoTime(), card.clock().wallClockMicros());
            if (frame % Math.max(1, perSecond / 2) == 0) {
                images.frame(jpeg.duplicate(), time);
            }
            boolean key = frame % perSecond == 0 || keyWanted;
            keyWanted = false;
            behindKey = key ? 0 : behindKey + 1;
            Bytes unit = key ? picture.key() : picture.repeat(behindKey);
            video.accessUnit(unit.buffer(), time);
            frames.incrementAndGet();
        }
    }

    /** Returns false if it was stopped meanwhile. */
    private boolean awaits(long dueNanos) throws InterruptedException {
        long leftNanos = Math.min(SECOND_NANOS, dueNanos - card.clock().nanoTime());
        return !stop.await(leftNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void requestKeyFrame() {
        keyWanted = true;
    }

    @Override
    public void stop() {
        stop.countDown();
    }

    @Override
    public SessionStats stats() {
        return new SessionStats(frames.get(), 0, 0, card.width(), card.height(), 1e9 / card.frameNanos(), "H264");
    }
}
