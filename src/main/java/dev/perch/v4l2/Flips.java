package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The flips that a device applies to its pictures (V4L2_CID_HFLIP, V4L2_CID_VFLIP); both together turn them by 180 degrees. A device that lacks a
 * flip may rotate by 180 degrees instead (V4L2_CID_ROTATE), which equals both flips. Quarter turns are not used, because V4L2 does not define their
 * direction.
 *
 * @param horizontal whether left and right are exchanged
 * @param vertical whether top and bottom are exchanged
 */
public record Flips(boolean horizontal, boolean vertical) {
    // what the kernel's framework calls the two controls (v4l2-ctrls-defs.c), as Controls spells names
    private static final String HORIZONTAL = "horizontal_flip";
    private static final String VERTICAL = "vertical_flip";

    private static final String ROTATION = "rotate"; // V4L2_CID_ROTATE

    private static final int HALF_TURN = 180; // degrees

    /** No flips: the device is set to its driver's default, whoever changed it. */
    public static final Flips NONE = new Flips(/* horizontal= */ false, /* vertical= */ false);

    private static final System.Logger LOG = System.getLogger(Flips.class.getName());

    /** The result of asking a device. */
    enum Outcome {
        /** The device lacks a control that is needed, or refuses it; nothing is changed. */
        REFUSED,
        FLIPPED,
        /** The device flips, and the format must be negotiated again. */
        FLIPPED_LAYOUT
    }

    /** Returns whether {@code control} is one that flips set. */
    public static boolean sets(String control) {
        return control.equals(HORIZONTAL) || control.equals(VERTICAL) || control.equals(ROTATION);
    }

    /** A control and its wanted value. */
    private record Setting(Control control, int value) {}

    /** Sets the controls of {@code device}, all that are needed or none. */
    Outcome apply(Device device) throws CaptureException {
        Controls controls = new Controls(device);
        List<Control> all = controls.described();
        List<Setting> settings = settings(horizontal, vertical, 0, all);
        if (settings.isEmpty()) {
            settings = settings(!horizontal, !vertical, HALF_TURN, all);
        }
        if (settings.isEmpty()) {
            return Outcome.REFUSED;
        }
        boolean layout = false;
        List<Setting> done = new ArrayList<>();
        try {
            for (Setting setting : settings) {
                layout |= controls.set(setting.control(), setting.value());
                done.add(setting);
            }
            return layout ? Outcome.FLIPPED_LAYOUT : Outcome.FLIPPED;
        } catch (ControlException refusal) {
            LOG.log(Level.INFO, "{0} does not flip its pictures: {1}", device.path(), refusal.getMessage());
            for (Setting setting : done) {
                restore(controls, setting.control());
            }
            return Outcome.REFUSED;
        }
    }

    /** Returns the controls to set and their values; empty if one that is needed is missing. */
    private static List<Setting> settings(boolean across, boolean down, int degrees, List<Control> all) {
        List<Setting> settings = new ArrayList<>();
        boolean able = add(HORIZONTAL, across ? 1 : 0, all, settings)
                && add(VERTICAL, down ? 1 : 0, all, settings)
                && add(ROTATION, degrees, all, settings);
        return able ? settings : List.of();
    }

    /**
     * Adds a setting. Returns false if the needed control is missing or does not take the value; a control that would be set to its default may be
     * missing.
     */
    private static boolean add(String name, int value, List<Control> all, List<Setting> settings) {
        Optional<Control> found = all.stream()
                .filter(control -> control.name().equals(name) && control.settable())
                .filter(control -> takes(control.range(), value))
                .findFirst();
        found.ifPresent(control -> settings.add(new Setting(control, value)));
        return found.isPresent() || value == 0;
    }

    private static boolean takes(Control.Range range, int value) {
        return value >= range.minimum()
                && value <= range.maximum()
                && (range.step() <= 1 || (value - range.minimum()) % range.step() == 0);
    }

    /**
     * Resets the controls that flip or rotate the pictures of {@code device}, perhaps set by another program.
     *
     * @return whether the format must be negotiated again
     * @throws CaptureException if the device refuses, so that nobody knows how its pictures are turned
     */
    static boolean undo(Device device) throws CaptureException {
        Controls controls = new Controls(device);
        boolean layout = false;
        for (Control control : controls.described()) {
            if (control.settable() && sets(control.name())) {
                try {
                    layout |= controls.reset(control);
                } catch (ControlException refusal) {
                    throw new CaptureException(
                            CaptureException.Kind.UNSUPPORTED, device.path() + ": " + refusal.getMessage(), refusal);
                }
            }
        }
        return layout;
    }

    private static void restore(Controls controls, Control control) throws CaptureException {
        try {
            controls.reset(control);
        } catch (ControlException refusedToo) {
            LOG.log(Level.DEBUG, "and keeps " + control, refusedToo);
        }
    }
}
