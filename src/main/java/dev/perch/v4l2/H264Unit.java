package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Control.Flag;
import dev.perch.v4l2.Control.MenuEntry;
import dev.perch.v4l2.Control.Range;
import dev.perch.v4l2.ControlException.Kind;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a camera's H.264 encoder, as controls beside those of V4L2. On the device's thread. */
final class H264Unit {
    private static final System.Logger LOG = System.getLogger(H264Unit.class.getName());
    private static final String GROUP = "H.264 Extension Unit";

    // USB Device Class Definition for Video Devices 1.5, table 4-3 (GET_INFO)
    private static final int SUPPORTS_GET = 0x01;
    private static final int SUPPORTS_SET = 0x02;
    private static final int DISABLED_BY_AUTOMATIC = 0x04;
    private static final int AUTOUPDATE = 0x08;

    /** bmHints: the fields that the camera should keep if it cannot keep all. */
    private static final int HINTS = 8;

    private static final int HINT_RESOLUTION = 0x0001;
    private static final int HINT_FRAME_INTERVAL = 0x0800;

    /** bStreamMuxOption: an auxiliary stream (D0), of H.264 (D1). */
    private static final int EMBED = 0x03;

    private static final int IDR_WITH_PARAMETER_SETS = 2; // wPicType

    private final ExtensionUnit unit;

    private H264Unit(ExtensionUnit unit) {
        this.unit = unit;
    }

    /** Returns the device's unit; empty if it has none. */
    static Optional<H264Unit> of(Device device) {
        return ExtensionUnit.of(device).map(H264Unit::new);
    }

    /** Wraps a unit that is known. */
    static H264Unit of(ExtensionUnit unit) {
        return new H264Unit(unit);
    }

    /** Returns all fields of all selectors that the camera has, with their values. */
    List<Control> all() throws CaptureException {
        List<Control> all = new ArrayList<>();
        List<H264Field> fields = H264Field.all().toList();
        for (int i = 0; i < fields.size(); ) {
            int selector = fields.get(i).selector;
            int end = i;
            while (end < fields.size() && fields.get(end).selector == selector) {
                end++;
            }
            controls(selector, fields.subList(i, end), all);
            i = end;
        }
        return all;
    }

    private void controls(int selector, List<H264Field> fields, List<Control> all) throws CaptureException {
        int size = answered(unit.length(selector));
        if (size <= 0 || answered(unit.query(selector, ExtensionUnit.GET_INFO, 1)) < 0) {
            return;
        }
        int info = unit.data().get(0);
        Table table = new Table(
                read(selector, ExtensionUnit.GET_MIN, size),
                read(selector, ExtensionUnit.GET_MAX, size),
                read(selector, ExtensionUnit.GET_RES, size),
                read(selector, ExtensionUnit.GET_DEF, size));
        ByteBuffer current = (info & SUPPORTS_GET) == 0 ? null : read(selector, ExtensionUnit.GET_CUR, size);
        for (H264Field field : fields) {
            if (field.offset + field.sizeBytes <= size) {
                all.add(control(field, info, table, current));
            }
        }
    }

    /** The answers of one selector; null where the camera gives none. */
    private record Table(
            @Nullable ByteBuffer minimum,
            @Nullable ByteBuffer maximum,
            @Nullable ByteBuffer step,
            @Nullable ByteBuffer defaultValue) {
        Range of(H264Field field) {
            return new Range(
                    value(minimum, field, 0),
                    value(maximum, field, field.type == Control.Type.BOOLEAN ? 1 : field.most()),
                    Math.max(1, value(step, field, 1)),
                    value(defaultValue, field, 0));
        }

        private static long value(@Nullable ByteBuffer data, H264Field field, long otherwise) {
            return data == null ? otherwise : field.in(data);
        }
    }

    private static Control control(H264Field field, int info, Table table, @Nullable ByteBuffer current) {
        Range range = table.of(field);
        List<MenuEntry> menu = field.menu().stream()
                .filter(entry -> entry.number() >= range.minimum() && entry.number() <= range.maximum())
                .toList();
        boolean button = field.type == Control.Type.BUTTON;
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        boolean fixed = !button && range.minimum() == range.maximum();
        if (field.decided() || fixed || (info & SUPPORTS_SET) == 0) {
            flags.add(Flag.READ_ONLY);
        }
        if ((info & SUPPORTS_GET) == 0) {
            flags.add(Flag.WRITE_ONLY);
        }
        if ((info & DISABLED_BY_AUTOMATIC) != 0) {
            flags.add(Flag.INACTIVE);
        }
        if ((info & AUTOUPDATE) != 0) {
            flags.add(Flag.VOLATILE);
        }
        return new Control(
                field.id(),
                field.controlName(),
                field.title,
                GROUP,
                field.type,
                range,
                flags,
                menu,
                /* dimensions= */ List.of(),
                current == null || button ? null : new ControlValue.Whole(field.in(current)));
    }

    /** Returns a copy of the answer; null if the camera refuses the request. */
    private @Nullable ByteBuffer read(int selector, int request, int size) throws CaptureException {
        if (answered(unit.query(selector, request, size)) < 0) {
            return null;
        }
        return ByteBuffer.allocate(size).order(unit.data().order()).put(0, unit.data(), 0, size);
    }

    /** Passes {@code result} on. A refused request is an answer of the camera's; a camera that is gone is an error. */
    private int answered(int result) throws CaptureException {
        if (result == -Errno.ENODEV) {
            throw Trouble.of(unit.devicePath(), "UVCIOC_CTRL_QUERY", -result);
        }
        if (result < 0) {
            LOG.log(Level.DEBUG, "{0}: its H.264 unit answers {1}", unit.devicePath(), Errno.name(-result));
        }
        return result;
    }

    /**
     * Sets a value that {@link ControlWish} resolved.
     *
     * @return 0, or the error number
     * @throws ControlException when the camera takes another value instead
     */
    int write(Control control, long value) throws ControlException {
        H264Field field = H264Field.of(control);
        int size = unit.length(field.selector);
        if (size < 0) {
            return -size;
        }
        if (field.type == Control.Type.BUTTON) {
            unit.data().putShort(0, (short) 0); // wLayerID: all
            return -Math.min(0, unit.query(field.selector, ExtensionUnit.SET_CUR, size));
        }
        int result = unit.query(field.selector, ExtensionUnit.GET_CUR, size);
        if (result < 0) {
            return -result;
        }
        field.put(unit.data(), value);
        if (field.selector != H264Field.PROBE) {
            return -Math.min(0, unit.query(field.selector, ExtensionUnit.SET_CUR, size));
        }
        unit.data().putShort(HINTS, (short) field.hint());
        int errno = probe(size);
        if (errno != 0) {
            return errno;
        }
        long taken = field.in(unit.data());
        if (taken != value) {
            throw new ControlException(
                    Kind.VALUE,
                    control.name(),
                    control.accepted(),
                    control.name() + ": the camera takes " + taken + " in the place of " + value + ", accepted: "
                            + control.accepted() + ".");
        }
        return -Math.min(0, unit.query(H264Field.COMMIT, ExtensionUnit.SET_CUR, size));
    }

    /** Returns whether the camera can send H.264 within its JPEGs. */
    boolean embeds() throws CaptureException {
        int result = answered(unit.query(H264Field.PROBE, ExtensionUnit.GET_MAX, H264Field.PROBE_BYTES));
        // a camera that does not tell is tried
        return result < 0 || (H264Field.STREAM_MUX_OPTION.in(unit.data()) & EMBED) == EMBED;
    }

    /**
     * Tells the camera to send H.264 of this size and rate within its JPEGs, from the next start of its stream on.
     *
     * @return whether the camera agrees
     */
    boolean embed(CaptureFormat format) throws CaptureException {
        if (!current()) {
            return false;
        }
        ByteBuffer config = unit.data();
        H264Field.WIDTH.put(config, format.width());
        H264Field.HEIGHT.put(config, format.height());
        if (format.frameNanos() > 0) {
            H264Field.FRAME_INTERVAL.put(config, format.frameNanos() / 100);
        }
        H264Field.STREAM_MUX_OPTION.put(config, EMBED);
        H264Field.STREAM_FORMAT.put(config, 0); // Annex B
        H264Field.REORDER_FRAMES.put(config, 0);
        config.putShort(HINTS, (short) (HINT_RESOLUTION | HINT_FRAME_INTERVAL));
        boolean agreed = answered(-probe(H264Field.PROBE_BYTES)) >= 0
                && (H264Field.STREAM_MUX_OPTION.in(config) & EMBED) == EMBED
                && answered(unit.query(H264Field.COMMIT, ExtensionUnit.SET_CUR, H264Field.PROBE_BYTES)) >= 0;
        if (!agreed) {
            LOG.log(Level.WARNING, "{0} refuses to send H.264 beside its JPEGs.", unit.devicePath());
        }
        return agreed;
    }

    /**
     * Tells the camera to send plain JPEGs.
     *
     * @return false if the camera refuses
     */
    boolean embedNothing() throws CaptureException {
        if (!current() || H264Field.STREAM_MUX_OPTION.in(unit.data()) == 0) {
            return true;
        }
        H264Field.STREAM_MUX_OPTION.put(unit.data(), 0);
        return answered(-probe(H264Field.PROBE_BYTES)) >= 0
                && answered(unit.query(H264Field.COMMIT, ExtensionUnit.SET_CUR, H264Field.PROBE_BYTES)) >= 0;
    }

    private boolean current() throws CaptureException {
        return answered(unit.query(H264Field.PROBE, ExtensionUnit.GET_CUR, H264Field.PROBE_BYTES)) >= 0;
    }

    /**
     * Asks for an IDR picture with its parameter sets, while the camera streams.
     *
     * @return false if the camera cannot make one on request, now or ever
     */
    boolean requestKeyFrame() {
        int size = unit.length(H264Field.PICTURE_TYPE.selector);
        if (size < H264Field.PICTURE_TYPE.offset + H264Field.PICTURE_TYPE.sizeBytes) {
            return false;
        }
        unit.data().putShort(0, (short) 0); // wLayerID
        H264Field.PICTURE_TYPE.put(unit.data(), IDR_WITH_PARAMETER_SETS);
        return unit.query(H264Field.PICTURE_TYPE.selector, ExtensionUnit.SET_CUR, size) >= 0;
    }

    /**
     * Proposes the fields in the unit's data, and reads the camera's answer into it.
     *
     * @return 0, or the error number
     */
    private int probe(int size) {
        int result = unit.query(H264Field.PROBE, ExtensionUnit.SET_CUR, size);
        if (result >= 0) {
            result = unit.query(H264Field.PROBE, ExtensionUnit.GET_CUR, size);
        }
        return -Math.min(0, result);
    }
}
