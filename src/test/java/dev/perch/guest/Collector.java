package dev.perch.guest;

import dev.perch.codec.Derivation;
import dev.perch.codec.RawToJpeg;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import dev.perch.source.V4l2Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a device's source and keeps what it delivers, raw pictures as their times or, if asked, as JPEG. */
final class Collector implements SourceOutput, FrameSink, AutoCloseable {
    /** An encoded frame, or a raw picture, whose bytes are left out. */
    record Frame(Bytes bytes, FrameTime time, boolean key, long arrivedNanos) {}

    private static final long PATIENCE_SECONDS = 60;

    final MemoryBudget budget = new MemoryBudget(64 << 20, "memory.budget");
    final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamConfig> configs = new LinkedBlockingQueue<>();
    final BlockingQueue<Optional<CaptureException>> ends = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final @Nullable Derivation jpeg;
    private final Source.Session session;
    volatile boolean turned; // the capture thread writes: the device turns its pictures
    private ByteBuffer claimed = ByteBuffer.allocate(0);

    private Collector(CameraConfig camera, boolean encode) {
        jpeg = encode ? RawToJpeg.start(camera.id(), new ArenaPool(budget), this, this::failed) : null;
        session = new V4l2Source(camera, budget).start(this);
    }

    /** Captures in the format that the device has, with this size and rate. */
    static Collector capture(String device, int width, int height, int perSecond) {
        return new Collector(camera(device, width, height, perSecond), /* encode= */ false);
    }

    /** Captures as a configuration says. */
    static Collector capture(CameraConfig camera) {
        return new Collector(camera, /* encode= */ false);
    }

    /** The same, raw pictures encoded. */
    static Collector captureJpeg(String device, int width, int height, int perSecond) {
        return new Collector(camera(device, width, height, perSecond), /* encode= */ true);
    }

    /** Captures as a configuration says, raw pictures encoded. */
    static Collector captureJpeg(CameraConfig camera) {
        return new Collector(camera, /* encode= */ true);
    }

    static CameraConfig camera(String device, int width, int height, int perSecond) {
        CameraConfig like = CameraConfig.defaults("front", new SourceConfig.Device(Path.of(device)));
        return like.with(new CameraConfig.Capture(
                like.capture().format(),
                new CameraConfig.PictureSize(width, height),
                new CameraConfig.FrameRate(perSecond, 1),
                like.capture().controls()));
    }

    SessionStats stats() {
        return session.stats();
    }

    Frame frame() throws InterruptedException {
        Frame frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no frame; ended: " + ends);
        }
        return frame;
    }

    List<Frame> frames(int count) throws InterruptedException {
        List<Frame> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(frame());
        }
        return taken;
    }

    /** Why the session ended by itself. */
    CaptureException failure() throws InterruptedException {
        Optional<CaptureException> end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("the session goes on: " + stats());
        }
        return end.orElseThrow(() -> new AssertionError("ended without a reason"));
    }

    /** Ends the session, waits until the device is closed, and fails if it left a lease. */
    @Override
    public void close() {
        session.stop();
        try {
            if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the session does not end");
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        if (jpeg != null) {
            jpeg.close();
        }
        if (budget.leasedBytes() != 0) {
            throw new AssertionError("leases are left: " + budget.leasedByHolder());
        }
    }

    /** Writes frames as a player takes them: JPEG images as they are, NAL units with start codes for lengths. */
    static Path write(List<Frame> frames, boolean h264, Path file) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            ByteBuffer bytes = frame.bytes().buffer();
            while (h264 && bytes.hasRemaining()) {
                byte[] nal = new byte[bytes.getInt()];
                bytes.get(nal);
                all.write(new byte[] {0, 0, 0, 1});
                all.write(nal);
            }
            if (!h264) {
                all.write(frame.bytes().toArray());
            }
        }
        return Files.write(file, all.toByteArray());
    }

    private void failed(CaptureException trouble) {
        ends.add(Optional.of(trouble));
    }

    @Override
    public void turned() {
        turned = true;
    }

    @Override
    public FrameSink track(TrackId track) {
        return this;
    }

    @Override
    public boolean wanted(TrackId track) {
        return true;
    }

    @Override
    public void raw(RawPicture picture) {
        if (jpeg != null) {
            jpeg.accept(picture);
            return;
        }
        frames.add(new Frame(Bytes.empty(), picture.time(), true, System.nanoTime()));
        picture.close();
    }

    @Override
    public void ended(Optional<CaptureException> reason) {
        ends.add(reason);
        over.countDown();
    }

    @Override
    public void configure(StreamConfig config) {
        configs.add(config);
    }

    @Override
    public Optional<ByteBuffer> claim(int sizeBytes) {
        claimed = ByteBuffer.allocate(sizeBytes);
        return Optional.of(claimed);
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        frames.add(new Frame(Bytes.view(claimed.flip()), time, key, System.nanoTime()));
    }

    @Override
    public void dropped() {}
}
