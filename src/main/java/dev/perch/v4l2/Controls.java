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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and sets the controls of a device. V4L2 allows that to every process that has the device open, so others may do it too. The controls of a
 * camera's H.264 extension unit follow V4L2's own. On the device's thread.
 */
public final class Controls {
    private static final System.Logger LOG = System.getLogger(Controls.class.getName());

    // linux/videodev2.h
    private static final int NEXT = 0x8000_0000 | 0x4000_0000; // V4L2_CTRL_FLAG_NEXT_CTRL and _NEXT_COMPOUND
    private static final int CLASS_MASK = 0x0fff_0000; // V4L2_CTRL_ID2WHICH
    private static final int NAME_BYTES = 32;
    private static final int MAX_DIMENSIONS = 4;

    /** The most controls to list, in case a driver never answers EINVAL. vivid, which has all kinds, has about a hundred. */
    private static final int MAX_CONTROLS = 1024;

    private static final int MAX_MENU = 1024;

    private final Device device;
    private final Abi abi;
    private final ControlValues values;
    private @Nullable H264Unit unit; // set once its controls are described

    public Controls(Device device) {
        this.device = device;
        this.abi = device.abi;
        this.values = new ControlValues(device);
    }

    /** Returns all controls in the driver's order, with their current values (VIDIOC_QUERY_EXT_CTRL, VIDIOC_G_EXT_CTRLS). */
    public List<Control> all() throws CaptureException {
        List<Control> all = new ArrayList<>();
        for (Control control : described()) {
            all.add(control.with(values.read(control)));
        }
        all.addAll(ofUnit());
        return all;
    }

    private List<Control> ofUnit() throws CaptureException {
        unit = H264Unit.of(device).orElse(null);
        return unit == null ? List.of() : unit.all();
    }

    /**
     * Sets controls in the order given. All names and values are checked before any is set.
     *
     * @param lasting called with each setting that lasts; the press of a button does not
     * @throws ControlException naming what is accepted
     * @throws CaptureException when the device fails
     */
    public void set(List<ControlSetting> settings, Consumer<ControlSetting> lasting)
            throws ControlException, CaptureException {
        List<Control> all = described(settings);
        for (ControlSetting setting : settings) {
            ControlWish.resolve(named(setting.name(), all), setting.value());
        }
        for (ControlSetting setting : settings) {
            Control control = named(setting.name(), all);
            set(control, ControlWish.resolve(control, setting.value()));
            if (control.type() != Control.Type.BUTTON) {
                lasting.accept(setting);
            }
        }
    }

    /**
     * Sets the controls that a session wants. A required one that is refused fails the session; for the others, a refusal is logged.
     *
     * @return true if one of them changes what the device captures (rotation), so that the format has to be agreed on again
     */
    boolean prepare(List<ControlSetting> settings) throws CaptureException {
        boolean layout = false;
        List<Control> all = settings.isEmpty() ? List.of() : described(settings);
        for (ControlSetting setting : settings) {
            try {
                Control control = named(setting.name(), all);
                set(control, ControlWish.resolve(control, setting.value()));
                layout |= control.flags().contains(Flag.MODIFY_LAYOUT);
            } catch (ControlException refusal) {
                if (setting.required()) {
                    throw new CaptureException(
                            CaptureException.Kind.UNSUPPORTED, device.path() + ": " + refusal.getMessage(), refusal);
                }
                LOG.log(Level.WARNING, "{0}: {1}", device.path(), refusal.getMessage());
            }
        }
        return layout;
    }

    /** Describes all controls, leaving the unit's out if all names are V4L2's: the unit costs a hundred requests over USB. */
    private List<Control> described(List<ControlSetting> settings) throws CaptureException {
        List<Control> all = described();
        Set<String> names = all.stream().map(Control::name).collect(Collectors.toSet());
        if (!settings.stream().allMatch(setting -> names.contains(setting.name()))) {
            all.addAll(ofUnit());
        }
        return all;
    }

    private Control named(String name, List<Control> all) throws ControlException {
        Optional<Control> found =
                all.stream().filter(control -> control.name().equals(name)).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        List<String> names =
                all.stream().filter(Control::settable).map(Control::name).toList();
        String accepted = names.isEmpty() ? "none" : String.join(", ", names);
        String shown = name.length() > 60 ? name.substring(0, 60) + "…" : name;
        throw new ControlException(
                Kind.NAME,
                name,
                accepted,
                "no control is called \"" + shown + "\""
                        + Spelling.nearest(name, names)
                                .map(near -> "; did you mean \"" + near + "\"?")
                                .orElse(",")
                        + " accepted: " + accepted + ".");
    }

    /**
     * Sets a control to a whole number, which is 0 or 1 where it is on or off.
     *
     * @return whether it changes what the device captures, so that the format has to be agreed on again
     */
    boolean set(Control control, int value) throws ControlException, CaptureException {
        set(control, ControlWish.resolve(control, new ControlValue.Whole(value)));
        return control.flags().contains(Flag.MODIFY_LAYOUT);
    }

    /**
     * Sets a control to the value that its driver begins with.
     *
     * @return whether it changes what the device captures, so that the format has to be agreed on again
     */
    boolean reset(Control control) throws ControlException, CaptureException {
        set(control, new ControlValue.Whole(control.range().defaultValue()));
        return control.flags().contains(Flag.MODIFY_LAYOUT);
    }

    private void set(Control control, ControlValue value) throws ControlException, CaptureException {
        boolean ofUnit = unit != null && H264Field.stands(control);
        int errno = unit != null && ofUnit && value instanceof ControlValue.Whole number
                ? unit.write(control, number.value())
                : values.write(control, value);
        switch (errno) {
            case 0 -> {}
            case Errno.EINVAL, Errno.ERANGE ->
                throw new ControlException(
                        Kind.VALUE,
                        control.name(),
                        control.accepted(),
                        control.name() + ": the driver refuses " + value + " (" + Errno.name(errno) + "), accepted: "
                                + control.accepted() + ".");
            case Errno.EBUSY ->
                throw new ControlException(
                        Kind.STATE,
                        control.name(),
                        control.accepted(),
                        control.name() + " cannot be set now: the device holds it while it captures (EBUSY).");
            case Errno.EACCES, Errno.EPERM ->
                throw new ControlException(
                        Kind.STATE,
                        control.name(),
                        control.accepted(),
                        control.name() + " cannot be set now: "
                                + (control.flags().contains(Flag.INACTIVE)
                                        ? "it is inactive, another control decides on it ("
                                        : "the driver does not permit it (")
                                + Errno.name(errno) + ").");
            case Errno.ENOENT, Errno.ENOBUFS, Errno.EBADRQC ->
                throw Trouble.fault(device.path(), "the setting of " + control.name(), errno);
            default ->
                throw Trouble.of(
                        device.path(),
                        (ofUnit ? "UVCIOC_CTRL_QUERY" : "VIDIOC_S_EXT_CTRLS") + " of " + control.name(),
                        errno);
        }
    }

    /** Describes V4L2's controls, without their values. */
    List<Control> described() throws CaptureException {
        List<Control> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int classId = 0;
        String group = "";
        int last = 0;
        for (int i = 0; i < MAX_CONTROLS; i++) {
            ByteBuffer query = device.argument();
            query.putInt(abi.queryExtCtrl.offset("id"), last | NEXT);
            if (!answered(last)) {
                break;
            }
            int id = query.getInt(abi.queryExtCtrl.offset("id"));
            if (Integer.compareUnsigned(id, last) <= 0) {
                LOG.log(
                        Level.WARNING,
                        device.path() + ": its driver lists the same controls over and over; the list ends at control "
                                + id + ".");
                break;
            }
            last = id;
            boolean heading = query.getInt(abi.queryExtCtrl.offset("type")) == Control.Type.CTRL_CLASS;
            if (heading || (id & CLASS_MASK) != classId) {
                classId = id & CLASS_MASK;
                group = heading ? Device.text(query, abi.queryExtCtrl.offset("name"), NAME_BYTES) : className(classId);
            }
            if (!heading && (query.getInt(abi.queryExtCtrl.offset("flags")) & Flag.DISABLED) == 0) {
                all.add(described(query, group, names));
            }
        }
        return all;
    }

    /** Returns whether the driver described a next control. A driver that fails at one ends the enumeration, because nobody knows the next one's id. */
    private boolean answered(int last) throws CaptureException {
        int result = device.ioctl(abi.queryExtControl);
        if (result == -Errno.ENOTTY) {
            result = OlderControls.query(device, last);
        }
        if (result == -Errno.ENODEV || result == -Errno.ENXIO) {
            throw Trouble.of(device.path(), "VIDIOC_QUERY_EXT_CTRL", -result);
        }
        if (result < 0 && result != -Errno.EINVAL && result != -Errno.ENOTTY) {
            LOG.log(
                    Level.WARNING,
                    "{0}: its driver failed to list all controls ({1}); the rest are missing.",
                    device.path(),
                    Errno.name(-result));
        }
        return result >= 0;
    }

    private Control described(ByteBuffer query, String group, Set<String> names) throws CaptureException {
        StructLayout layout = abi.queryExtCtrl;
        int id = query.getInt(layout.offset("id"));
        String title = Device.text(query, layout.offset("name"), NAME_BYTES);
        Control.Type type = Control.Type.of(query.getInt(layout.offset("type")));
        int bits = query.getInt(layout.offset("flags"));
        Range range = new Range(
                query.getLong(layout.offset("minimum")),
                query.getLong(layout.offset("maximum")),
                query.getLong(layout.offset("step")),
                query.getLong(layout.offset("default_value")));
        List<Integer> dimensions = new ArrayList<>();
        int count = Math.min(MAX_DIMENSIONS, query.getInt(layout.offset("nr_of_dims")));
        for (int i = 0; i < count; i++) {
            dimensions.add(query.getInt(layout.offset("dims") + 4 * i));
        }
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        for (Flag flag : Flag.values()) {
            if (flag.in(bits)) {
                flags.add(flag);
            }
        }
        List<MenuEntry> menu = type == Control.Type.MENU || type == Control.Type.INTEGER_MENU
                ? menu(id, type, range)
                : List.of(); // ends the query
        return new Control(
                id, unique(name(title), names), title, group, type, range, flags, menu, dimensions, /* value= */ null);
    }

    /** Lists the entries of a menu. Numbers of entries that the device does not have are skipped (EINVAL). */
    private List<MenuEntry> menu(int id, Control.Type type, Range range) throws CaptureException {
        List<MenuEntry> menu = new ArrayList<>();
        long last = Math.min(range.maximum(), range.minimum() + MAX_MENU);
        for (long number = range.minimum(); number <= last; number++) {
            ByteBuffer query = device.argument();
            query.putInt(abi.querymenu.offset("id"), id);
            query.putInt(abi.querymenu.offset("index"), (int) number);
            int result = device.ioctl(abi.queryMenu);
            if (result == -Errno.ENODEV) {
                throw Trouble.of(device.path(), "VIDIOC_QUERYMENU", -result);
            }
            if (result >= 0) {
                int offset = abi.querymenu.offset("name_or_value");
                String name = type == Control.Type.INTEGER_MENU
                        ? Long.toString(query.getLong(offset))
                        : Device.text(query, offset, NAME_BYTES);
                menu.add(new MenuEntry((int) number, name));
            }
        }
        return menu;
    }

    /**
     * Makes a name of a title as v4l2-ctl does: a run of characters that are neither letters nor digits becomes one underscore, with none at the
     * ends.
     */
    static String name(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
    }

    /** Returns a name that no other control has: a driver may call two controls the same, and each must be settable. */
    private static String unique(String name, Set<String> names) {
        String candidate = name;
        for (int i = 2; !names.add(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    /** Returns the title of a control class from linux/v4l2-controls.h, for drivers that do not tell it. */
    private static String className(int classId) {
        return switch (classId >>> 16) {
            case 0x98 -> "User Controls";
            case 0x99 -> "Codec Controls";
            case 0x9a -> "Camera Controls";
            case 0x9c -> "Flash Controls";
            case 0x9d -> "JPEG Compression Controls";
            case 0x9e -> "Image Source Controls";
            case 0x9f -> "Image Processing Controls";
            default -> "Other Controls";
        };
    }
}
