package dev.perch.codec;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A JPEG image in memory that libturbojpeg can read, and its header. Used by one thread. */
final class TurboJpegMemory implements AutoCloseable {
    private final String camera;
    private final ArenaPool arenas;
    private final ByteBuffer header =
            ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()); // width, height, subsampling, colorspace
    private ByteBuffer jpeg = ByteBuffer.allocateDirect(0);
    private @Nullable Arena arena;

    /**
     * Creates an empty memory.
     *
     * @param camera the camera's id
     */
    TurboJpegMemory(String camera, ArenaPool arenas) {
        this.camera = camera;
        this.arenas = arenas;
    }

    /** Returns direct memory that begins with {@code frame}, which is copied unless it is direct already. */
    ByteBuffer direct(ByteBuffer frame) throws CaptureException {
        if (frame.isDirect() && frame.position() == 0) {
            return frame;
        }
        if (jpeg.capacity() < frame.remaining()) {
            close();
            Arena larger = take("JPEG decoder", frame.remaining());
            arena = larger;
            jpeg = larger.memory();
        }
        jpeg.clear().put(frame.duplicate()).flip();
        return jpeg;
    }

    /**
     * Reads the header of {@code image}.
     *
     * @param handle of a decoder or a transformer
     * @throws CaptureException if the image cannot be read
     */
    TurboJpegHeader header(Pointer handle, ByteBuffer image) throws CaptureException {
        header.putInt(8, TurboJpegHeader.TJSAMP_GRAY);
        NativeLong size = new NativeLong(image.remaining());
        if (TurboJpeg.Calls.tjDecompressHeader3(handle, image, size, at(0), at(4), at(8), at(12)) != 0) {
            throw new CaptureException(
                    Kind.FAULT, "libturbojpeg cannot decode an image: " + TurboJpeg.Calls.tjGetErrorStr2(handle) + ".");
        }
        return new TurboJpegHeader(header.getInt(0), header.getInt(4), header.getInt(8));
    }

    private ByteBuffer at(int offset) {
        return header.slice(offset, 4).order(ByteOrder.nativeOrder());
    }

    /** Takes memory for another purpose of the same camera. */
    Arena take(String what, int sizeBytes) throws CaptureException {
        try {
            return arenas.take(camera + " " + what, sizeBytes, "cameras." + camera + ".size");
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    /** Allocates {@code count} numbers of a pointer's width, which C takes by address. */
    static ByteBuffer words(int count) {
        return ByteBuffer.allocateDirect(count * Native.POINTER_SIZE).order(ByteOrder.nativeOrder());
    }

    /** Returns the first such number. */
    static long word(ByteBuffer words) {
        return Native.POINTER_SIZE == 8 ? words.getLong(0) : words.getInt(0);
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
            arena = null;
            jpeg = ByteBuffer.allocateDirect(0);
        }
    }
}
