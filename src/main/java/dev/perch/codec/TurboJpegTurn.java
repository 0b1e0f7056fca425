package dev.perch.codec;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Orientation;
import dev.perch.media.PictureLimits;
import dev.perch.memory.Arena;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A run that turns JPEG images without loss: libturbojpeg moves their blocks without encoding them again. An incomplete block (MCU) at the edge that
 * becomes the left or the top one cannot be moved and is cut off: at most 15 pixels, none where the sides are multiples of 16.
 *
 * <pre>
 *  turbojpeg.h tjtransform:  x y w h (of a crop)  op  options  data  customFilter      four bytes each, pointers as wide as they are
 * </pre>
 */
final class TurboJpegTurn implements EncoderRun {
    // turbojpeg.h enum TJXOP
    private static final int TJXOP_NONE = 0;
    private static final int TJXOP_HFLIP = 1;
    private static final int TJXOP_VFLIP = 2;
    private static final int TJXOP_TRANSPOSE = 3;
    private static final int TJXOP_TRANSVERSE = 4;
    private static final int TJXOP_ROT90 = 5;
    private static final int TJXOP_ROT180 = 6;
    private static final int TJXOP_ROT270 = 7;

    private static final int TJXOPT_TRIM = 2;

    /** The bytes of a coefficient, which is held twice: before and after the move (jpegint.h JCOEF). */
    private static final int COEFFICIENT_BYTES = 2 * 2;

    private static final System.Logger LOG = System.getLogger(TurboJpegTurn.class.getName());

    private final DerivationSpec spec;
    private final InputFrame like;
    private final TurboJpegMemory memory;
    private final JpegPublisher publisher;
    private final Pointer transformer;
    private final ByteBuffer transform =
            ByteBuffer.allocateDirect(24 + 2 * Native.POINTER_SIZE).order(ByteOrder.nativeOrder());
    private final ByteBuffer resultPointer = TurboJpegMemory.words(1);
    private final ByteBuffer resultSize = TurboJpegMemory.words(1);
    private @Nullable Arena arena; // holds the result
    private @Nullable Lease coefficients; // for libturbojpeg's own memory while it works
    private boolean told;

    /** @throws CaptureException when libturbojpeg is absent */
    TurboJpegTurn(DerivationSpec spec, InputFrame first, Orientation turn) throws CaptureException {
        TurboJpeg.require();
        this.spec = spec;
        this.like = first;
        this.memory = new TurboJpegMemory(spec.camera(), spec.arenas());
        this.publisher = new JpegPublisher(spec.sink());
        this.transformer = TurboJpeg.Calls.tjInitTransform();
        transform.putInt(16, operation(turn)).putInt(20, TJXOPT_TRIM);
    }

    private static int operation(Orientation turn) {
        return switch (turn.degrees()) {
            case 0 -> turn.mirrored() ? TJXOP_HFLIP : TJXOP_NONE;
            case 90 -> turn.mirrored() ? TJXOP_TRANSPOSE : TJXOP_ROT90;
            case 180 -> turn.mirrored() ? TJXOP_VFLIP : TJXOP_ROT180;
            default -> turn.mirrored() ? TJXOP_TRANSVERSE : TJXOP_ROT270;
        };
    }

    @Override
    public boolean takes(InputFrame frame) {
        return like.like(frame);
    }

    @Override
    public void put(InputFrame frame) throws CaptureException {
        ByteBuffer image = memory.direct(frame.bytes());
        TurboJpegHeader header = memory.header(transformer, image);
        PictureLimits.require(spec.camera(), header.width(), header.height());
        ByteBuffer result = result(header);
        TurboJpeg.putWord(resultPointer, 0, Pointer.nativeValue(Native.getDirectBufferPointer(result)));
        TurboJpeg.putWord(resultSize, 0, result.capacity());
        int failed = TurboJpeg.Calls.tjTransform(
                transformer,
                image,
                new NativeLong(image.remaining()),
                1,
                resultPointer,
                resultSize,
                transform,
                TurboJpeg.TJFLAG_NOREALLOC);
        if (failed != 0 && TurboJpeg.Calls.tjGetErrorCode(transformer) != 0) {
            throw new CaptureException(
                    Kind.FAULT,
                    "libturbojpeg cannot turn an image: " + TurboJpeg.Calls.tjGetErrorStr2(transformer) + ".");
        }
        publisher.frame(result.clear().limit((int) TurboJpegMemory.word(resultSize)), frame.time());
        tellTrimmed(header);
    }

    private void tellTrimmed(TurboJpegHeader header) {
        int across = header.mcuWidth();
        int down = header.mcuHeight();
        if (!told && (header.width() % across != 0 || header.height() % down != 0)) {
            LOG.log(
                    Level.INFO,
                    "camera {0}: its JPEGs of {1}x{2} are turned without loss, which may cut off up to {3} columns and {4} rows: sides that are multiples of {5} and {6} lose none.",
                    spec.camera(),
                    String.valueOf(header.width()),
                    String.valueOf(header.height()),
                    header.width() % across,
                    header.height() % down,
                    across,
                    down);
        }
        told = true;
    }

    /** Returns memory for the largest image that can result from this one, and leases the memory for coefficients. */
    private ByteBuffer result(TurboJpegHeader header) throws CaptureException {
        int most = Math.max(
                header.mostBytes(header.width(), header.height(), header.subsampling()),
                header.mostBytes(header.height(), header.width(), header.transposed()));
        Arena present = arena;
        if (present == null || present.sizeBytes() < most) {
            free();
            arena = memory.take("turned JPEG", most);
            long bytes = (long) COEFFICIENT_BYTES * header.samples();
            try {
                String setting = "cameras." + spec.camera() + ".size";
                coefficients = spec.arenas().budget().lease(spec.camera() + " JPEG turn", bytes, setting);
            } catch (BudgetExceededException full) {
                throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
            }
            return arena.memory().slice(0, most);
        }
        return present.memory().slice(0, most);
    }

    private void free() {
        if (arena != null) {
            arena.close();
            arena = null;
        }
        if (coefficients != null) {
            coefficients.close();
            coefficients = null;
        }
    }

    @Override
    public void forceKeyFrame() {
        // every JPEG is a key frame
    }

    @Override
    public boolean finish(long millis) {
        return true;
    }

    @Override
    public String by() {
        return "libturbojpeg, without loss";
    }

    @Override
    public void kill() {
        // an image takes only milliseconds
    }

    @Override
    public void close() {
        TurboJpeg.Calls.tjDestroy(transformer);
        free();
        memory.close();
    }
}
