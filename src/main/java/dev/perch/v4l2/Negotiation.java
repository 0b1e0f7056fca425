package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PictureLimits;
import dev.perch.media.PixelFormat;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Agrees with a device on format, size and rate, and asks its encoder for key frames. On the device's thread. */
final class Negotiation {
    private static final Logger LOG = System.getLogger(Negotiation.class.getName());

    // linux/videodev2.h, linux/v4l2-controls.h
    private static final int COLORSPACE_JPEG = 7;
    private static final int QUANTIZATION_DEFAULT = 0;
    private static final int QUANTIZATION_FULL_RANGE = 1;
    private static final int CAP_TIMEPERFRAME = 0x1000;
    private static final int CID_MPEG_VIDEO_FORCE_KEY_FRAME = 0x0099_0900 + 229;

    private final Device device;
    private final Abi abi;
    private boolean keyFrames = true;
    private @Nullable H264Unit encoder; // set if the device sends H.264 within its JPEGs

    Negotiation(Device device) {
        this.device = device;
        this.abi = device.abi;
    }

    /**
     * Sets format, size, controls and rate.
     *
     * @throws CaptureException when the device does not capture that format, or is in use
     */
    CaptureFormat agree(CaptureRequest request) throws CaptureException {
        PixelFormat wanted = new Offers(device).first(request);
        CaptureFormat format = setFormat(wanted, request);
        if (wanted == PixelFormat.MJPG || wanted == PixelFormat.JPEG) {
            embed(request, format);
        }
        boolean layout = false;
        boolean flipped = false;
        if (request.flips().isPresent() && request.flips().get().equals(Flips.NONE)) {
            layout = Flips.undo(device);
        } else if (request.flips().isPresent()) {
            Flips.Outcome outcome = request.flips().get().apply(device);
            flipped = outcome != Flips.Outcome.REFUSED;
            layout = outcome == Flips.Outcome.FLIPPED_LAYOUT;
        }
        layout |= new Controls(device).prepare(request.controls());
        if (layout) {
            format = setFormat(wanted, request);
        }
        if (request.exactSize() && (format.width() != request.width() || format.height() != request.height())) {
            throw new Offers(device).noSuchSize(request);
        }
        return (flipped ? format.withFlips() : format).withFrameNanos(setRate(request));
    }

    /**
     * Sets the timings of the incoming signal if the device is a grabber of HDMI or the like, which keeps the timings of the last signal until it is
     * given others (dev-raw: "Digital Video (DV) Timings"). A camera has no such ioctl; without a signal the old timings stay.
     */
    void adoptSignal() {
        ByteBuffer timings = device.argument();
        if (device.ioctl(abi.queryDvTimings) >= 0) {
            int result = device.ioctl(abi.setDvTimings, timings);
            if (result < 0) {
                LOG.log(
                        Level.WARNING,
                        "{0} does not accept the timings of the signal at its input ({1}).",
                        device.path(),
                        Errno.name(-result));
            }
        }
    }

    /**
     * Turns H.264 within the JPEGs on or off. Called before the stream begins, and before the controls are set, which may change what this sets in
     * the encoder.
     */
    private void embed(CaptureRequest request, CaptureFormat format) throws CaptureException {
        Optional<H264Unit> unit = H264Unit.of(device);
        if (unit.isEmpty()) {
            return; // it may send H.264 unasked
        }
        boolean wanted = request.embedding() != CaptureRequest.Embedding.OFF;
        boolean told = wanted
                ? unit.get().embed(format.withFrameNanos(setRate(request)))
                : unit.get().embedNothing();
        if (wanted && told) {
            encoder = unit.get();
        } else if (request.embedding() == CaptureRequest.Embedding.REQUIRED) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    device.path() + " refuses to send H.264 within its JPEGs (MJPGH264) at " + format.width() + "x"
                            + format.height() + "; it offers " + new Offers(device).describe() + ".");
        }
    }

    /** Asks for a key frame. A device that cannot make one on request is not asked again. */
    void forceKeyFrame() {
        H264Unit unit = encoder;
        if (keyFrames && unit != null) {
            keyFrames = unit.requestKeyFrame();
        } else if (keyFrames) {
            ByteBuffer control = device.argument();
            control.putInt(abi.control.offset("id"), CID_MPEG_VIDEO_FORCE_KEY_FRAME);
            control.putInt(abi.control.offset("value"), 1);
            int result = device.ioctl(abi.setCtrl);
            keyFrames = result != -Errno.EINVAL && result != -Errno.ENOTTY;
        }
    }

    private CaptureFormat setFormat(PixelFormat wanted, CaptureRequest request) throws CaptureException {
        int type = device.capabilities().captureType();
        int width = request.width();
        int height = request.height();
        if (width == 0) {
            PixFormat present = PixFormat.get(device, type);
            width = present.width();
            height = present.height();
        }
        PixFormat agreed = PixFormat.wish(type, wanted.fourcc(), width, height, wanted.memoryPlanes())
                .set(device);
        if (agreed.fourcc() != wanted.fourcc()) {
            throw new CaptureException(
                    Kind.UNSUPPORTED, device.path() + " offers " + wanted + " but answers with another format.");
        }
        return read(agreed, wanted);
    }

    private CaptureFormat read(PixFormat agreed, PixelFormat pixelFormat) throws CaptureException {
        if (!agreed.plausible() || agreed.planes().size() != pixelFormat.memoryPlanes()) {
            throw new CaptureException(
                    Kind.FAULT,
                    device.path() + " answers VIDIOC_S_FMT with an impossible picture: " + agreed.width() + "x"
                            + agreed.height() + ", sizeimage "
                            + agreed.planes().stream()
                                    .map(plane -> Integer.toUnsignedString(plane.sizeImageBytes()))
                                    .collect(Collectors.joining(" and "))
                            + ".");
        }
        PictureLimits.require(device.path(), agreed.width(), agreed.height());
        // V4L2_MAP_QUANTIZATION_DEFAULT: of the YCbCr colorspaces only JPEG's is full range; grey is not YCbCr
        boolean fullRange = agreed.quantization() == QUANTIZATION_FULL_RANGE
                || (agreed.quantization() == QUANTIZATION_DEFAULT
                        && (agreed.colorspace() == COLORSPACE_JPEG || pixelFormat == PixelFormat.GREY));
        return new CaptureFormat(
                pixelFormat,
                agreed.width(),
                agreed.height(),
                pixelFormat.encoded() ? List.of() : agreed.strides(pixelFormat),
                agreed.bufferBytes(),
                fullRange,
                /* frameNanos= */ 0);
    }

    /**
     * Agrees on the rate.
     *
     * @return the interval between two frames in nanoseconds; 0 if the driver has none
     */
    private long setRate(CaptureRequest request) throws CaptureException {
        int numerator = abi.streamparm.offset("capture.numerator");
        int denominator = abi.streamparm.offset("capture.denominator");
        ByteBuffer parm = device.argument();
        parm.putInt(abi.streamparm.offset("type"), device.capabilities().captureType());
        int result = device.ioctl(abi.getParm);
        boolean settable = (parm.getInt(abi.streamparm.offset("capture.capability")) & CAP_TIMEPERFRAME) != 0;
        if (result >= 0 && settable && request.rateNumerator() > 0) {
            parm.putInt(numerator, request.rateDenominator()); // an interval is the inverse of a rate
            parm.putInt(denominator, request.rateNumerator());
            result = device.ioctl(abi.setParm);
        }
        if (result == -Errno.EBUSY || result == -Errno.ENODEV || result == -Errno.EIO) {
            throw Trouble.of(device.path(), "VIDIOC_S_PARM", -result);
        }
        long seconds = Integer.toUnsignedLong(parm.getInt(numerator));
        long frames = Integer.toUnsignedLong(parm.getInt(denominator));
        return result < 0 || frames == 0 ? 0 : Math.round(1e9 * seconds / frames);
    }
}
