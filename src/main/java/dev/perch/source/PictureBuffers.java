package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The few buffers that a command's raw pictures are read into and lent from. {@link #close} frees those that are not lent; the others are freed when
 * their pictures are closed. The reading thread takes and lends; any thread gives back.
 */
final class PictureBuffers implements AutoCloseable {
    /** The number of buffers: one being read, one waiting for the encoder, one being encoded, so that the reading never has to wait. */
    static final int COUNT = 3;

    private final CameraConfig camera;
    private final PixelFormat format;
    private final int pictureBytes;
    private final IdentityHashMap<ByteBuffer, Arena> arenas = new IdentityHashMap<>(); // guarded by this, like the rest
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private boolean closed;

    private PictureBuffers(CameraConfig camera) {
        this.camera = camera;
        this.format = PixelFormat.valueOf(camera.capture().format().name());
        this.pictureBytes = format.sizeBytes(
                camera.capture().size().width(), camera.capture().size().height());
    }

    static PictureBuffers take(CameraConfig camera, ArenaPool pool) throws BudgetExceededException {
        PictureBuffers buffers = new PictureBuffers(camera);
        List<Arena> taken = new ArrayList<>();
        try {
            for (int i = 0; i < COUNT; i++) {
                taken.add(
                        pool.take(camera.id() + " command", buffers.pictureBytes, "cameras." + camera.id() + ".size"));
            }
        } catch (BudgetExceededException full) {
            taken.forEach(Arena::close);
            throw full;
        }
        taken.forEach(buffers::add);
        return buffers;
    }

    private synchronized void add(Arena arena) {
        arenas.put(arena.memory(), arena);
        free.add(arena.memory());
    }

    int pictureBytes() {
        return pictureBytes;
    }

    PixelFormat format() {
        return format;
    }

    /** Returns a free buffer, which belongs to the caller until it is lent; empty if all are lent. */
    synchronized Optional<ByteBuffer> free() {
        return Optional.ofNullable(free.poll()).map(ByteBuffer::clear);
    }

    /** Returns a picture in {@code memory}. Closing it gives back the buffer. */
    RawPicture lend(ByteBuffer memory, FrameTime time) {
        return new Lent(memory, time);
    }

    private synchronized void giveBack(ByteBuffer memory) {
        if (closed) {
            release(memory);
        } else {
            free.add(memory);
        }
    }

    private void release(ByteBuffer memory) {
        Arena arena = arenas.remove(memory);
        if (arena != null) {
            arena.close();
        }
    }

    /** Takes back a buffer that was not filled. */
    synchronized void unused(ByteBuffer memory) {
        giveBack(memory);
    }

    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(this::release);
        free.clear();
    }

    private final class Lent implements RawPicture {
        private final ByteBuffer memory;
        private final ByteBuffer pixels;
        private final FrameTime time;
        private boolean handedBack; // guarded by the buffers

        Lent(ByteBuffer memory, FrameTime time) {
            this.memory = memory;
            this.pixels = memory.slice(0, pictureBytes).asReadOnlyBuffer();
            this.time = time;
        }

        @Override
        public PixelFormat format() {
            return PictureBuffers.this.format();
        }

        @Override
        public int width() {
            return camera.capture().size().width();
        }

        @Override
        public int height() {
            return camera.capture().size().height();
        }

        @Override
        public int bytesPerLine() {
            return format.rowBytes(0, width());
        }

        /** Returns the range that a device would have (V4L2_MAP_QUANTIZATION_DEFAULT): YCbCr is limited, and grey is not YCbCr. */
        @Override
        public boolean fullRange() {
            return format == PixelFormat.GREY;
        }

        @Override
        public ByteBuffer pixels() {
            synchronized (PictureBuffers.this) {
                if (handedBack) {
                    throw new IllegalStateException("the picture was handed back: time=" + time);
                }
            }
            return pixels;
        }

        @Override
        public ByteBuffer writable(int plane) {
            pixels(); // throws if it was handed back
            int offset = 0;
            for (int before = 0; before < plane; before++) {
                offset += bytesPerLine(before) * format().rows(before, height());
            }
            return memory.slice(offset, pictureBytes - offset);
        }

        @Override
        public FrameTime time() {
            return time;
        }

        @Override
        public void close() {
            synchronized (PictureBuffers.this) {
                if (handedBack) {
                    throw new IllegalStateException("the picture was handed back before: time=" + time);
                }
                handedBack = true;
                giveBack(memory);
            }
        }
    }
}
