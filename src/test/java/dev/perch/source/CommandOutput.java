package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink;
import dev.perch.media.TrackId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Keeps what a session hands over; the sinks are to be read after {@link #awaitEnd}. */
final class CommandOutput implements SourceOutput {
    final RecordingSink h264 = new RecordingSink();
    final RecordingSink jpeg = new RecordingSink();
    final List<RawPicture> pictures = new CopyOnWriteArrayList<>();

    /** One permit for each frame of any kind. */
    final Semaphore frames = new Semaphore(0);

    volatile boolean closesPictures;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<CaptureException> end = Optional.empty();

    @Override
    public FrameSink track(TrackId track) {
        return switch (track.encoding()) {
            case H264 -> counted(h264);
            case JPEG -> counted(jpeg);
            case AAC -> throw new AssertionError("no source here gives sound");
        };
    }

    @Override
    public boolean wanted(TrackId track) {
        return true;
    }

    @Override
    public void raw(RawPicture picture) {
        check();
        if (closesPictures) {
            picture.close();
        } else {
            pictures.add(picture);
        }
        frames.release();
    }

    @Override
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    public void ended(Optional<CaptureException> reason) {
        check();
        end = reason;
        ended.countDown();
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

    private FrameSink counted(RecordingSink sink) {
        return new ForwardingSink(sink) {
            @Override
            public void publish(FrameTime time, boolean key) {
                check();
                super.publish(time, key);
                frames.release();
            }
        };
    }
}
