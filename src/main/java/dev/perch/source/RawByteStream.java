package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.media.FrameTime;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A command's raw pictures of one size, one after the other. While all buffers are lent, pictures are read and dropped, as a driver does. */
final class RawByteStream implements ByteStream {
    private final SourceOutput output;
    private final CameraConfig camera;
    private final PictureBuffers buffers;
    private final AtomicLong frames = new AtomicLong(); // counted by the reading thread, read by any
    private final AtomicLong dropped = new AtomicLong(); // the same
    private @Nullable ByteBuffer filling;
    private int skippedBytes;

    RawByteStream(SourceOutput output, CameraConfig camera, ArenaPool arenas) throws BudgetExceededException {
        this.output = output;
        this.camera = camera;
        this.buffers = PictureBuffers.take(camera, arenas);
    }

    @Override
    public void bytes(ByteBuffer piece, FrameTime read) {
        while (piece.hasRemaining()) {
            if (filling == null && skippedBytes == 0) {
                filling = buffers.free().orElse(null);
            }
            if (filling != null) {
                fill(filling, piece, read);
            } else {
                skip(piece);
            }
        }
    }

    private void fill(ByteBuffer picture, ByteBuffer piece, FrameTime read) {
        int count = Math.min(picture.remaining(), piece.remaining());
        picture.put(picture.position(), piece, piece.position(), count);
        picture.position(picture.position() + count);
        piece.position(piece.position() + count);
        if (!picture.hasRemaining()) {
            filling = null;
            frames.incrementAndGet();
            output.raw(buffers.lend(picture, read));
        }
    }

    private void skip(ByteBuffer piece) {
        int count = Math.min(buffers.pictureBytes() - skippedBytes, piece.remaining());
        piece.position(piece.position() + count);
        skippedBytes += count;
        if (skippedBytes == buffers.pictureBytes()) {
            skippedBytes = 0;
            dropped.incrementAndGet();
        }
    }

    @Override
    public void end() {
        // an incomplete picture is not published
    }

    @Override
    public int heldBytes() {
        return 0;
    }

    @Override
    public long frames() {
        return frames.get();
    }

    @Override
    public SessionStats stats() {
        return new SessionStats(
                frames.get(),
                dropped.get(),
                /* errorFrames= */ 0,
                camera.capture().size().width(),
                camera.capture().size().height(),
                camera.capture().fps().perSecond(),
                buffers.format().fourCharacterCode());
    }

    @Override
    public void close() {
        if (filling != null) {
            buffers.unused(filling);
            filling = null;
        }
        buffers.close();
    }
}
