package dev.perch.codec;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameTime;
import dev.perch.media.PictureLimits;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG images to 4:2:0 of limited range, as video encoders take it, with libturbojpeg, in leased memory. Colour that fewer pixels share is
 * thinned out, not averaged.
 */
final class TurboJpegDecoder implements PictureDecoder {
    private static final byte[] LUMA = YcbcrPlanes.table(0, 255, 16, 219);
    private static final byte[] CHROMA = YcbcrPlanes.table(128, 255, 128, 224);
    private static final int TJSAMP_GRAY = 3;

    private final String camera;
    private final PixelFormat raw;
    private final ArenaPool arenas;
    private final Pointer decoder;
    private @Nullable Arena arena; // the planes of the image, and behind them the picture
    private ByteBuffer jpeg = ByteBuffer.allocateDirect(0);
    private @Nullable Arena jpegArena;

    // what C takes by address
    private final ByteBuffer header =
            ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()); // width, height, subsampling, colorspace
    private final ByteBuffer planePointers =
            ByteBuffer.allocateDirect(3 * Native.POINTER_SIZE).order(ByteOrder.nativeOrder());
    private final ByteBuffer strides = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());

    /** @param raw NV12 or YU12 */
    TurboJpegDecoder(String camera, PixelFormat raw, ArenaPool arenas) throws CaptureException {
        TurboJpeg.require();
        this.camera = camera;
        this.raw = raw;
        this.arenas = arenas;
        this.decoder = TurboJpeg.Calls.tjInitDecompress();
    }

    /** A decoded picture, in the decoder's memory. */
    private record Decoded(PixelFormat format, int width, int height, ByteBuffer pixels, FrameTime time)
            implements RawPicture {
        @Override
        public int bytesPerLine() {
            return format.rowBytes(0, width);
        }

        @Override
        public void close() {
            // the decoder's own memory
        }
    }

    @Override
    public void put(InputFrame frame, Output output) throws CaptureException {
        ByteBuffer image = direct(frame.bytes());
        NativeLong size = new NativeLong(image.remaining());
        header.putInt(8, TJSAMP_GRAY);
        if (TurboJpeg.Calls.tjDecompressHeader3(
                        decoder, image, size, at(header, 0), at(header, 4), at(header, 8), at(header, 12))
                != 0) {
            throw failed();
        }
        int width = header.getInt(0);
        int height = header.getInt(4);
        PictureLimits.require(name(), width, height);
        int[] widths = new int[3];
        int[] heights = new int[3];
        int planeBytes = 0;
        int planes = header.getInt(8) == TJSAMP_GRAY ? 1 : 3;
        for (int plane = 0; plane < planes; plane++) {
            widths[plane] = TurboJpeg.Calls.tjPlaneWidth(plane, width, header.getInt(8));
            heights[plane] = TurboJpeg.Calls.tjPlaneHeight(plane, height, header.getInt(8));
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
        // a warning (a byte missing at the end) leaves a picture that can be shown
        int result = TurboJpeg.Calls.tjDecompressToYUVPlanes(
                decoder, image, size, planePointers, 0, strides, 0, TurboJpeg.TJFLAG_FASTDCT);
        if (result != 0 && TurboJpeg.Calls.tjGetErrorCode(decoder) != 0) {
            throw failed();
        }
        ByteBuffer picture = memory.slice(planeBytes, memory.capacity() - planeBytes);
        thin(memory, widths, heights, picture, width & ~1, height & ~1);
        output.picture(new Decoded(raw, width & ~1, height & ~1, picture, frame.time()), frame.time());
    }

    /** Reduces the colours to one for four pixels, and all samples to limited range. */
    private void thin(ByteBuffer from, int[] widths, int[] heights, ByteBuffer to, int width, int height) {
        byte[] read = new byte[Math.max(1, widths[0])];
        byte[] written = new byte[width];
        for (int row = 0; row < height; row++) {
            from.get(row * widths[0], read, 0, width);
            for (int x = 0; x < width; x++) {
                written[x] = LUMA[read[x] & 0xff];
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
                            widths[which] == 0 ? (byte) 128 : CHROMA[read[2 * x * widths[which] / widths[0]] & 0xff];
                    to.put(offset + row * (width / 2) * step + x * step, sample);
                }
            }
            plane += widths[which] * heights[which];
        }
    }

    private static ByteBuffer at(ByteBuffer struct, int offset) {
        return struct.slice(offset, 4).order(ByteOrder.nativeOrder());
    }

    private CaptureException failed() {
        return new CaptureException(
                Kind.FAULT, "libturbojpeg cannot decode an image: " + TurboJpeg.Calls.tjGetErrorStr2(decoder) + ".");
    }

    /** libturbojpeg reads direct memory from its beginning. */
    private ByteBuffer direct(ByteBuffer frame) throws CaptureException {
        if (frame.isDirect() && frame.position() == 0) {
            return frame;
        }
        if (jpeg.capacity() < frame.remaining()) {
            Arena old = jpegArena;
            jpegArena = null;
            Arena larger = replaced(old, frame.remaining());
            jpegArena = larger;
            jpeg = larger.memory();
        }
        jpeg.clear().put(frame.duplicate()).flip();
        return jpeg;
    }

    private ByteBuffer memory(int sizeBytes) throws CaptureException {
        Arena present = arena;
        if (present == null || present.sizeBytes() < sizeBytes) {
            arena = null;
            present = replaced(present, sizeBytes);
            arena = present;
        }
        return present.memory().clear();
    }

    private Arena replaced(@Nullable Arena old, int sizeBytes) throws CaptureException {
        if (old != null) {
            old.close();
        }
        try {
            return arenas.take(camera + " JPEG decoder", sizeBytes, "cameras." + camera + ".size");
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
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
        if (arena != null) {
            arena.close();
        }
        if (jpegArena != null) {
            jpegArena.close();
        }
    }
}
