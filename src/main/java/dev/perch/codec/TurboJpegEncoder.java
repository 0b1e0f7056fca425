package dev.perch.codec;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.RawPicture;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Encodes pictures of one format and size to JPEG with libturbojpeg, in leased memory; nothing is allocated per picture. Used by one thread at a
 * time.
 */
final class TurboJpegEncoder implements JpegEncoder {
    private final int width;
    private final int height;
    private final int quality;
    private final YcbcrPlanes samples;
    private final int jpegCapacityBytes;
    private final Arena arena;
    private final ByteBuffer planes;
    private final ByteBuffer jpeg;
    private final Pointer encoder;

    // arguments that C takes by address
    private final ByteBuffer planePointers = words(3);
    private final ByteBuffer strides = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
    private final ByteBuffer jpegPointer = words(1);
    private final ByteBuffer jpegSize = words(1);

    /**
     * Creates an encoder.
     *
     * @param camera the camera's id
     * @param quality 1 to 100
     * @throws CaptureException if libturbojpeg is absent, the format has no such planes, or memory is short
     */
    TurboJpegEncoder(String camera, RawPicture like, int quality, ArenaPool arenas) throws CaptureException {
        TurboJpeg.require();
        this.width = like.width();
        this.height = like.height();
        this.quality = quality;
        this.samples = new YcbcrPlanes(like);
        this.jpegCapacityBytes =
                TurboJpeg.Calls.tjBufSize(width, height, samples.subsampling()).intValue();
        this.arena = take(camera, arenas, samples.sizeBytes() + jpegCapacityBytes);
        this.planes = arena.memory().slice(0, samples.sizeBytes());
        this.jpeg = arena.memory().slice(samples.sizeBytes(), jpegCapacityBytes);
        this.encoder = TurboJpeg.Calls.tjInitCompress();
        long at = Pointer.nativeValue(Native.getDirectBufferPointer(planes));
        TurboJpeg.putWord(planePointers, 0, at);
        TurboJpeg.putWord(planePointers, 1, at + samples.cbOffset());
        TurboJpeg.putWord(planePointers, 2, at + samples.crOffset());
        strides.putInt(0, width).putInt(4, samples.chromaWidth()).putInt(8, samples.chromaWidth());
    }

    @Override
    public boolean fits(RawPicture picture) {
        return samples.fits(picture);
    }

    @Override
    public void read(RawPicture picture) {
        samples.split(picture, planes);
    }

    @Override
    public ByteBuffer encode() throws CaptureException {
        TurboJpeg.putWord(jpegPointer, 0, Pointer.nativeValue(Native.getDirectBufferPointer(jpeg)));
        TurboJpeg.putWord(jpegSize, 0, jpegCapacityBytes);
        int result = TurboJpeg.Calls.tjCompressFromYUVPlanes(
                encoder,
                planePointers,
                width,
                strides,
                height,
                samples.subsampling(),
                jpegPointer,
                jpegSize,
                quality,
                TurboJpeg.TJFLAG_NOREALLOC);
        if (result != 0) {
            throw new CaptureException(
                    Kind.FAULT, "libturbojpeg failed: " + TurboJpeg.Calls.tjGetErrorStr2(encoder) + ".");
        }
        return jpeg.clear().limit((int) word(jpegSize));
    }

    @Override
    public String name() {
        return "libturbojpeg";
    }

    @Override
    public void close() {
        TurboJpeg.Calls.tjDestroy(encoder);
        arena.close();
    }

    private static Arena take(String camera, ArenaPool arenas, int sizeBytes) throws CaptureException {
        try {
            return arenas.take(camera + " JPEG encoder", sizeBytes, "cameras." + camera + ".size");
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    private static ByteBuffer words(int count) {
        return ByteBuffer.allocateDirect(count * Native.POINTER_SIZE).order(ByteOrder.nativeOrder());
    }

    private static long word(ByteBuffer words) {
        return Native.POINTER_SIZE == 8 ? words.getLong(0) : words.getInt(0);
    }
}
