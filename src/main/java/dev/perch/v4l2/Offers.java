package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lists the formats, sizes and rates that a device offers. Asks the driver at each call. */
public final class Offers {
    /** The most entries to enumerate, in case a driver never answers EINVAL. No driver has more of anything. */
    private static final int MAX_ENUMERATED = 1024;

    private static final int DISCRETE = 1; // V4L2_FRMSIZE_TYPE_DISCRETE, V4L2_FRMIVAL_TYPE_DISCRETE

    private final Device device;
    private final Abi abi;

    /** Sizes in pixels: one, or all from the smallest to the largest in steps (v4l2_frmsizeenum). */
    public record SizeRange(int minWidth, int maxWidth, int stepWidth, int minHeight, int maxHeight, int stepHeight) {
        boolean contains(int width, int height) {
            return width >= minWidth
                    && width <= maxWidth
                    && height >= minHeight
                    && height <= maxHeight
                    && (width - minWidth) % Math.max(1, stepWidth) == 0
                    && (height - minHeight) % Math.max(1, stepHeight) == 0;
        }

        @Override
        public String toString() {
            return minWidth == maxWidth && minHeight == maxHeight
                    ? minWidth + "x" + minHeight
                    : minWidth + "x" + minHeight + " to " + maxWidth + "x" + maxHeight + " in steps of " + stepWidth
                            + "x" + stepHeight;
        }
    }

    /** Frames per second at one size: one rate, or all between two (the inverse of v4l2_frmivalenum). */
    public record RateRange(double minPerSecond, double maxPerSecond) {
        @Override
        public String toString() {
            String most = String.format(Locale.ROOT, "%.4g", maxPerSecond);
            return minPerSecond == maxPerSecond ? most : String.format(Locale.ROOT, "%.4g to %s", minPerSecond, most);
        }
    }

    public Offers(Device device) {
        this.device = device;
        this.abi = device.abi;
    }

    /** Returns the four-character codes of the formats that the device captures, in the driver's order. */
    public List<String> formats() throws CaptureException {
        return formatCodes().stream().map(Offers::fourCharacters).toList();
    }

    /** Returns the same formats as the driver's numbers (VIDIOC_ENUM_FMT). */
    public List<Integer> formatCodes() throws CaptureException {
        List<Integer> formats = new ArrayList<>();
        for (int index = 0; index < MAX_ENUMERATED; index++) {
            ByteBuffer fmtdesc = device.argument();
            fmtdesc.putInt(abi.fmtdesc.offset("index"), index);
            fmtdesc.putInt(abi.fmtdesc.offset("type"), device.capabilities().captureType());
            if (!offered(abi.enumFmt, "VIDIOC_ENUM_FMT")) {
                break;
            }
            formats.add(fmtdesc.getInt(abi.fmtdesc.offset("pixelformat")));
        }
        return formats;
    }

    /** Returns those of {@link #formats} that Perch serves, in Perch's order of preference; none unless the node captures. */
    public List<PixelFormat> served() throws CaptureException {
        if (!device.capabilities().captures()) {
            return List.of();
        }
        List<String> offered = formats();
        return Arrays.stream(PixelFormat.values())
                .filter(format -> offered.contains(format.fourCharacterCode()))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** Returns whether the device can be told to send H.264 within its JPEGs: a UVC 1.5 camera by its extension unit. */
    public boolean embedsH264() throws CaptureException {
        Optional<H264Unit> unit = H264Unit.of(device);
        return unit.isPresent() && unit.get().embeds();
    }

    /**
     * Returns the first of {@code wanted} that the device captures.
     *
     * @throws CaptureException when it captures none of them; the message lists its formats
     */
    public PixelFormat first(List<PixelFormat> wanted) throws CaptureException {
        return candidates(wanted).get(0);
    }

    /**
     * Returns the first of the wanted formats that the device captures in the wanted size.
     *
     * @throws CaptureException when it has none of them, or none in exactly that size; the message lists what it has
     */
    public PixelFormat first(CaptureRequest request) throws CaptureException {
        List<PixelFormat> candidates = candidates(request.formats());
        if (!request.exactSize()) {
            return candidates.get(0);
        }
        for (PixelFormat format : candidates) {
            List<SizeRange> sizes = sizes(format);
            if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size.contains(request.width(), request.height()))) {
                return format;
            }
        }
        throw noSuchSize(request);
    }

    CaptureException noSuchSize(CaptureRequest request) throws CaptureException {
        String size = request.width() + "x" + request.height();
        return new CaptureException(
                Kind.UNSUPPORTED,
                device.path() + " does not give " + size + "; it offers " + describe() + ". \"nearest " + size
                        + "\" takes the nearest.");
    }

    private List<PixelFormat> candidates(List<PixelFormat> wanted) throws CaptureException {
        if (!device.capabilities().captures()) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    device.path() + " (" + device.capabilities().card() + ") does not capture video.");
        }
        List<PixelFormat> served = served();
        List<PixelFormat> candidates = wanted.stream().filter(served::contains).toList();
        if (!candidates.isEmpty()) {
            return candidates;
        }
        String names = wanted.stream().map(PixelFormat::fourCharacterCode).collect(Collectors.joining(", "));
        throw new CaptureException(
                Kind.UNSUPPORTED, device.path() + " does not give " + names + "; it offers " + describe() + ".");
    }

    /** Returns the sizes in one format; empty if the driver does not enumerate them (VIDIOC_ENUM_FRAMESIZES). */
    public List<SizeRange> sizes(PixelFormat format) throws CaptureException {
        return sizes(format.fourcc());
    }

    /** Returns the sizes in one format, which Perch need not serve. */
    public List<SizeRange> sizes(int formatCode) throws CaptureException {
        List<SizeRange> sizes = new ArrayList<>();
        boolean more = true;
        for (int index = 0; more && index < MAX_ENUMERATED; index++) {
            ByteBuffer size = device.argument();
            size.putInt(abi.frmsizeenum.offset("index"), index);
            size.putInt(abi.frmsizeenum.offset("pixel_format"), formatCode);
            if (!offered(abi.enumFramesizes, "VIDIOC_ENUM_FRAMESIZES")) {
                break;
            }
            // "stepwise and continuous: only index 0 is answered"
            more = size.getInt(abi.frmsizeenum.offset("type")) == DISCRETE;
            sizes.add(sizeRange(size, more));
        }
        return sizes;
    }

    /** Returns the rates in one format and size; empty if the driver does not enumerate them (VIDIOC_ENUM_FRAMEINTERVALS). */
    public List<RateRange> rates(PixelFormat format, int width, int height) throws CaptureException {
        return rates(format.fourcc(), width, height);
    }

    /** Returns the rates in one format and size; Perch need not serve the format. */
    public List<RateRange> rates(int formatCode, int width, int height) throws CaptureException {
        List<RateRange> rates = new ArrayList<>();
        boolean more = true;
        for (int index = 0; more && index < MAX_ENUMERATED; index++) {
            ByteBuffer interval = device.argument();
            interval.putInt(abi.frmivalenum.offset("index"), index);
            interval.putInt(abi.frmivalenum.offset("pixel_format"), formatCode);
            interval.putInt(abi.frmivalenum.offset("width"), width);
            interval.putInt(abi.frmivalenum.offset("height"), height);
            if (!offered(abi.enumFrameintervals, "VIDIOC_ENUM_FRAMEINTERVALS")) {
                break;
            }
            more = interval.getInt(abi.frmivalenum.offset("type")) == DISCRETE;
            double most = perSecond(interval, "min_"); // the shortest interval is the highest rate
            rates.add(new RateRange(more ? most : perSecond(interval, "max_"), most));
        }
        return rates;
    }

    /** Returns all formats and sizes in one line, for refusals: {@code MJPG (640x480, 1280x720), YUYV (640x480)}. */
    String describe() throws CaptureException {
        List<String> lines = new ArrayList<>();
        for (PixelFormat format : served()) {
            String sizes = sizes(format).stream().map(SizeRange::toString).collect(Collectors.joining(", "));
            lines.add(format + (sizes.isEmpty() ? "" : " (" + sizes + ")"));
        }
        return lines.isEmpty() ? String.join(", ", formats()) : String.join(", ", lines);
    }

    /** Returns whether the driver has an entry at the index in the argument. EINVAL means past the end, ENOTTY that it does not enumerate. */
    private boolean offered(int request, String name) throws CaptureException {
        int result = device.ioctl(request);
        if (result < 0 && result != -Errno.EINVAL && result != -Errno.ENOTTY) {
            throw Trouble.of(device.path(), name, -result);
        }
        return result >= 0;
    }

    private SizeRange sizeRange(ByteBuffer size, boolean discrete) {
        StructLayout layout = abi.frmsizeenum;
        int first = size.getInt(layout.offset("min_width"));
        int second = size.getInt(layout.offset("max_width"));
        if (discrete) {
            return new SizeRange(first, first, 1, second, second, 1); // v4l2_frmsize_discrete: width, height
        }
        return new SizeRange(
                first,
                second,
                size.getInt(layout.offset("step_width")),
                size.getInt(layout.offset("min_height")),
                size.getInt(layout.offset("max_height")),
                size.getInt(layout.offset("step_height")));
    }

    private double perSecond(ByteBuffer interval, String which) {
        double numerator = interval.getInt(abi.frmivalenum.offset(which + "numerator"));
        double denominator = interval.getInt(abi.frmivalenum.offset(which + "denominator"));
        return numerator == 0 ? 0 : denominator / numerator;
    }

    /** Returns a format's name for people: its characters, and -BE if its samples are big-endian (v4l2_fourcc_be). */
    public static String name(int formatCode) {
        return fourCharacters(formatCode) + (formatCode < 0 ? "-BE" : "");
    }

    private static String fourCharacters(int fourcc) {
        StringBuilder text = new StringBuilder();
        for (int shift = 0; shift < 32; shift += 8) {
            text.append((char) (fourcc >> shift & 0x7f));
        }
        return text.toString().strip();
    }
}
