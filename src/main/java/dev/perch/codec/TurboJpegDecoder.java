package dev.perch.codec;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PackedPicture;
import dev.perch.media.PictureLimits;
import dev.perch.media.PixelFormat;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.picture.PictureChange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG images to 4:2:0 with libturbojpeg, in leased memory; to a half, a quarter or an eighth of their size if that is enough. Surplus chroma
 * samples are dropped, not averaged.
 */
final class TurboJpegDecoder implements PictureDecoder {
    private static final byte[] LUMA = YcbcrPlanes.table(0, 255, 16, 219);
    private static final byte[] CHROMA = YcbcrPlanes.table(128, 255, 128, 224);
    private static final byte[] SAME = YcbcrPlanes.table(0, 255, 0, 255);
    private static final int MOST_SHRUNK = 8;

    private final PixelFormat raw;
    private final PictureChange change;
    private final boolean fullRange;
    private final TurboJpegMemory images;
    private final Pointer decoder;
    private @Nullable Arena arena; // the image's planes, then the picture

    // arguments that C takes by address
    private final ByteBuffer planePointers = TurboJpegMemory.words(3);
    private final ByteBuffer strides = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());

    /**
     * Creates a decoder for a video encoder, which takes samples of limited range.
     *
     * @param raw NV12 or YU12
     */
    TurboJpegDecoder(String camera, PixelFormat raw, ArenaPool arenas) throws CaptureException {
        this(camera, raw, PictureChange.NONE, /* fullRange= */ false, arenas);
    }

    /**
     * Creates a decoder for pictures that are changed afterwards.
     *
     * @param fullRange whether samples keep a JPEG's range, for another JPEG
     */
    TurboJpegDecoder(String camera, PixelFormat raw, PictureChange change, boolean fullRange, ArenaPool arenas)
            throws CaptureException {
        TurboJpeg.require();
        this.raw = raw;
        this.change = change;
        this.fullRange = fullRange;
        this.images = new TurboJpegMemory(camera, arenas);
        this.decoder = TurboJpeg.Calls.tjInitDecompress();
    }

    @Override
    public void put(InputFrame frame, Output output) throws CaptureException {
        ByteBuffer image = images.direct(frame.bytes());
        NativeLong size = new NativeLong(image.remaining());
        TurboJpegHeader header = images.header(decoder, image);
        PictureLimits.require(name(), header.width(), header.height());
        int shrunk = shrunk(header);
        int width = (header.width() + shrunk - 1) / shrunk;
        int height = (header.height() + shrunk - 1) / shrunk;
        int[] widths = new int[3];
        int[] heights = new int[3];
        int planeBytes = 0;
        int planes = header.planes();
        for (int plane = 0; plane < planes; plane++) {
            widths[plane] = TurboJpeg.Calls.tjPlaneWidth(plane, width, header.subsampling());
            heights[plane] = TurboJpeg.Calls.tjPlaneHeight(plane, height, header.subsampling());
            planeBytes += widths[plane] * heights[plane];
        }
        ByteBuffer memory = memory(planeBytes + raw.sizeBytes(width & ~1, height & ~1));
        long address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));
        int offset = 0;
        for (int plane = 0; plane < planes; plane++) {
            TurboJpeg.putWord(planePointers, plane, address + offset);
            strides.putInt(4 * plane, widths[plane]);
            offset += widths[plane] * heights[plane];
        }
        // a warning (such as a byte missing at the end) leaves a picture that can be shown
        int result = TurboJpeg.Calls.tjDecompressToYUVPlanes(
                decoder, image, size, planePointers, width, strides, height, TurboJpeg.TJFLAG_FASTDCT);
        if (result != 0 && TurboJpeg.Calls.tjGetErrorCode(decoder) != 0) {
            throw failed();
        }
        ByteBuffer picture = memory.slice(planeBytes, memory.capacity() - planeBytes);
        thin(memory, widths, heights, picture, width & ~1, height & ~1);
        output.picture(new PackedPicture(raw, width & ~1, height & ~1, fullRange, picture, frame.time()), frame.time());
    }

    /** Returns the divisor of the sides that leaves the picture as large as required. */
    private int shrunk(TurboJpegHeader header) {
        PictureChange.Size wanted = change.size(header.width(), header.height());
        int width = change.turn().width(wanted.width(), wanted.height());
        int height = change.turn().height(wanted.width(), wanted.height());
        int by = 1;
        while (by < MOST_SHRUNK && header.width() / (2 * by) >= width && header.height() / (2 * by) >= height) {
            by *= 2;
        }
        return by;
    }

    /** Reduces chroma to one sample for four pixels, and all samples to limited range if wanted. */
    private void thin(ByteBuffer from, int[] widths, int[] heights, ByteBuffer to, int width, int height) {
        byte[] luma = fullRange ? SAME : LUMA;
        byte[] chroma = fullRange ? SAME : CHROMA;
        byte[] read = new byte[Math.max(1, widths[0])];
        byte[] written = new byte[width];
        for (int row = 0; row < height; row++) {
            from.get(row * widths[0], read, 0, width);
            for (int x = 0; x < width; x++) {
                written[x] = luma[read[x] & 0xff];
            }
            to.put(row * width, written);
        }
        boolean pairs = raw == PixelFormat.NV12;
        int step = pairs ? 2 : 1;
        int plane = widths[0] * heights[0];
        for (int which = 1; which < 3; which++) {
            int offset = width * height + (which - 1) * (pairs ? 1 : width / 2 * (height / 2));
            for (int row = 0; row < height / 2; row++) {
                if (widths[which] > 0) {
                    from.get(plane + 2 * row * heights[which] / heights[0] * widths[which], read, 0, widths[which]);
                }
                for (int x = 0; x < width / 2; x++) {
                    byte sample =
                            widths[which] == 0 ? (byte) 128 : chroma[read[2 * x * widths[which] / widths[0]] & 0xff];
                    to.put(offset + row * (width / 2) * step + x * step, sample);
                }
            }
            plane += widths[which] * heights[which];
        }
    }

    private CaptureException failed() {
        return new CaptureException(
                Kind.FAULT, "libturbojpeg cannot decode an image: " + TurboJpeg.Calls.tjGetErrorStr2(decoder) + ".");
    }

    private ByteBuffer memory(int sizeBytes) throws CaptureException {
        Arena present = arena;
        if (present == null || present.sizeBytes() < sizeBytes) {
            close(present);
            arena = null;
            present = images.take("JPEG decoder", sizeBytes);
            arena = present;
        }
        return present.memory().clear();
    }

    private static void close(@Nullable Arena old) {
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void drain(Output output) {
        // each frame is one picture
    }

    @Override
    public String name() {
        return "libturbojpeg";
    }

    @Override
    public void close() {
        TurboJpeg.Calls.tjDestroy(decoder);
        close(arena);
        images.close();
    }
}
