package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import java.nio.ByteBuffer;

/** Agrees with a device on format, size and rate, and asks its encoder for key frames. On the device's thread. */
final class Negotiation {
    // linux/videodev2.h, linux/v4l2-controls.h
    private static final int FIELD_NONE = 1;
    private static final int COLORSPACE_JPEG = 7;
    private static final int QUANTIZATION_DEFAULT = 0;
    private static final int QUANTIZATION_FULL_RANGE = 1;
    private static final int CAP_TIMEPERFRAME = 0x1000;
    private static final int CID_MPEG_VIDEO_FORCE_KEY_FRAME = 0x0099_0900 + 229;

    // linux/videodev2.h v4l2_pix_format, offsets inside the union of v4l2_format, the same everywhere
    private static final int WIDTH = 0;
    private static final int HEIGHT = 4;
    private static final int PIXELFORMAT = 8;
    private static final int FIELD = 12;
    private static final int BYTESPERLINE = 16;
    private static final int SIZEIMAGE = 20;
    private static final int COLORSPACE = 24;
    private static final int QUANTIZATION = 40;

    /** A frame of 8K YUYV has 66 MB; more is a driver's mistake. */
    private static final int MAX_SIZE_IMAGE_BYTES = 256 << 20;

    private final Device device;
    private final Abi abi;
    private boolean keyFrames = true;

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
        if (new Controls(device).prepare(request.controls())) {
            format = setFormat(wanted, request);
        }
        if (request.exactSize() && (format.width() != request.width() || format.height() != request.height())) {
            throw new Offers(device).noSuchSize(request);
        }
        return format.withFrameNanos(setRate(request));
    }

    /** Asks for a key frame; a device that cannot is not asked again. */
    void forceKeyFrame() {
        if (keyFrames) {
            ByteBuffer control = device.argument();
            control.putInt(abi.control.offset("id"), CID_MPEG_VIDEO_FORCE_KEY_FRAME);
            control.putInt(abi.control.offset("value"), 1);
            int result = device.ioctl(abi.setCtrl);
            keyFrames = result != -Errno.EINVAL && result != -Errno.ENOTTY;
        }
    }

    private CaptureFormat setFormat(PixelFormat wanted, CaptureRequest request) throws CaptureException {
        int pix = abi.format.offset("fmt");
        ByteBuffer format = device.argument();
        format.putInt(abi.format.offset("type"), Device.BUF_TYPE_VIDEO_CAPTURE);
        if (request.width() == 0) {
            device.require(abi.getFmt, "VIDIOC_G_FMT");
        } else {
            format.putInt(pix + WIDTH, request.width());
            format.putInt(pix + HEIGHT, request.height());
        }
        format.putInt(pix + PIXELFORMAT, wanted.fourcc());
        format.putInt(pix + FIELD, FIELD_NONE);
        format.putInt(pix + BYTESPERLINE, 0);
        format.putInt(pix + SIZEIMAGE, 0);
        int result = device.ioctl(abi.setFmt);
        if (result < 0) {
            throw Trouble.of(device.path(), "VIDIOC_S_FMT", -result);
        }
        if (format.getInt(pix + PIXELFORMAT) != wanted.fourcc()) {
            throw new CaptureException(
                    Kind.UNSUPPORTED, device.path() + " offers " + wanted + " but answers with another format.");
        }
        return read(format, pix, wanted);
    }

    private CaptureFormat read(ByteBuffer format, int pix, PixelFormat pixelFormat) throws CaptureException {
        int width = format.getInt(pix + WIDTH);
        int height = format.getInt(pix + HEIGHT);
        int bytesPerLine = format.getInt(pix + BYTESPERLINE);
        int sizeImageBytes = format.getInt(pix + SIZEIMAGE);
        boolean plausible = width > 0 && height > 0 && width < 65536 && height < 65536;
        if (!plausible || sizeImageBytes <= 0 || sizeImageBytes > MAX_SIZE_IMAGE_BYTES) {
            throw new CaptureException(
                    Kind.FAULT,
                    device.path() + " answers VIDIOC_S_FMT with an impossible picture: " + width + "x" + height
                            + ", sizeimage " + Integer.toUnsignedString(sizeImageBytes) + ".");
        }
        int quantization = format.getInt(pix + QUANTIZATION);
        // V4L2_MAP_QUANTIZATION_DEFAULT: of the YCbCr colorspaces only JPEG's is full range
        boolean fullRange = quantization == QUANTIZATION_FULL_RANGE
                || (quantization == QUANTIZATION_DEFAULT && format.getInt(pix + COLORSPACE) == COLORSPACE_JPEG);
        int stride = pixelFormat.encoded() ? 0 : Math.max(bytesPerLine, 2 * width); // YUYV: 2 bytes a pixel
        return new CaptureFormat(pixelFormat, width, height, stride, sizeImageBytes, fullRange, /* frameNanos= */ 0);
    }

    /** The interval agreed on in nanoseconds; 0 when the driver has none. */
    private long setRate(CaptureRequest request) throws CaptureException {
        int numerator = abi.streamparm.offset("capture.numerator");
        int denominator = abi.streamparm.offset("capture.denominator");
        ByteBuffer parm = device.argument();
        parm.putInt(abi.streamparm.offset("type"), Device.BUF_TYPE_VIDEO_CAPTURE);
        int result = device.ioctl(abi.getParm);
        boolean settable = (parm.getInt(abi.streamparm.offset("capture.capability")) & CAP_TIMEPERFRAME) != 0;
        if (result >= 0 && settable && request.rateNumerator() > 0) {
            parm.putInt(numerator, request.rateDenominator()); // a rate, turned over, is an interval
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
