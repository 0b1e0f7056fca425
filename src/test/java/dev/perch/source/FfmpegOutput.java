package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink;
import dev.perch.media.TrackId;
import dev.perch.testing.Await;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the pictures and the sound that a session gives. The sinks are to be read after {@link #awaitEnd}. */
final class FfmpegOutput implements SourceOutput {
    final RecordingSink picture = new RecordingSink();
    final RecordingSink sound = new RecordingSink();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<CaptureException> end = Optional.empty();
    private final AtomicInteger pictures = new AtomicInteger();
    private final AtomicInteger sounds = new AtomicInteger();

    @Override
    public FrameSink track(TrackId track) {
        return switch (track.encoding()) {
            case H264 -> counted(picture, pictures::incrementAndGet);
            case AAC -> counted(sound, sounds::incrementAndGet);
            case JPEG -> throw new AssertionError("ffmpeg hands over no JPEG");
        };
    }

    @Override
    public boolean wanted(TrackId track) {
        return true;
    }

    @Override
    public void raw(RawPicture raw) {
        throw new AssertionError("ffmpeg hands over no raw pictures");
    }

    @Override
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    public void ended(Optional<CaptureException> reason) {
        check();
        end = reason;
        ended.countDown();
    }

    /** Waits for so many pictures. */
    void awaitPictures(int count) {
        Await.until(30, () -> pictures.get() >= count || ended.getCount() == 0, () -> pictures + " pictures");
        if (pictures.get() < count) {
            throw new AssertionError(pictures + " pictures, then " + end);
        }
    }

    int pictures() {
        return pictures.get();
    }

    int sounds() {
        return sounds.get();
    }

    Optional<CaptureException> awaitEnd() throws InterruptedException {
        if (!ended.await(40, TimeUnit.SECONDS)) {
            throw new AssertionError("the session has not ended");
        }
        return end;
    }

    private void check() {
        if (ended.getCount() == 0) {
            throw new AssertionError("called after the end");
        }
    }

    private FrameSink counted(FrameSink sink, Runnable frame) {
        return new ForwardingSink(sink) {
            @Override
            public void publish(FrameTime time, boolean key) {
                check();
                super.publish(time, key);
                frame.run();
            }
        };
    }
}
