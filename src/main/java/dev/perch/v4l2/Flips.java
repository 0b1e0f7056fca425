package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * How a device is to flip its pictures (V4L2_CID_HFLIP, V4L2_CID_VFLIP); both together turn them upside down.
 *
 * @param horizontal whether left and right are exchanged
 * @param vertical whether top and bottom are exchanged
 */
public record Flips(boolean horizontal, boolean vertical) {
    // what the kernel's framework calls the two controls (v4l2-ctrls-defs.c), as Controls spells names
    private static final String HORIZONTAL = "horizontal_flip";
    private static final String VERTICAL = "vertical_flip";

    private static final String ROTATION = "rotate"; // V4L2_CID_ROTATE

    /** Has the device neither flip nor rotate its pictures but as its driver begins with, whoever told it to. */
    public static final Flips NONE = new Flips(/* horizontal= */ false, /* vertical= */ false);

    private static final System.Logger LOG = System.getLogger(Flips.class.getName());

    /** What came of asking a device. */
    enum Outcome {
        /** It lacks a control that is needed, or refuses it; nothing is changed. */
        REFUSED,
        FLIPPED,
        /** It flips, and the format has to be agreed on again. */
        FLIPPED_LAYOUT
    }

    /** Returns whether {@code control} is one that these set. */
    public static boolean sets(String control) {
        return control.equals(HORIZONTAL) || control.equals(VERTICAL);
    }

    /** Sets the controls of {@code device}, both of them where it has both. */
    Outcome apply(Device device) throws CaptureException {
        Controls controls = new Controls(device);
        List<Control> all = controls.described();
        Optional<Control> across = find(HORIZONTAL, all);
        Optional<Control> down = find(VERTICAL, all);
        if ((horizontal && across.isEmpty()) || (vertical && down.isEmpty())) {
            return Outcome.REFUSED;
        }
        boolean layout = false;
        try {
            if (across.isPresent()) {
                layout = controls.set(across.get(), horizontal);
            }
            if (down.isPresent()) {
                layout |= controls.set(down.get(), vertical);
            }
            return layout ? Outcome.FLIPPED_LAYOUT : Outcome.FLIPPED;
        } catch (ControlException refusal) {
            LOG.log(Level.INFO, "{0} does not flip its pictures: {1}", device.path(), refusal.getMessage());
            restore(controls, across);
            return Outcome.REFUSED;
        }
    }

    /**
     * Takes back what was set of {@code device} to flip or rotate its pictures, perhaps by another program.
     *
     * @return whether the format has to be agreed on again
     * @throws CaptureException if the device refuses, and so nobody knows what its pictures show where
     */
    static boolean undo(Device device) throws CaptureException {
        Controls controls = new Controls(device);
        boolean layout = false;
        for (Control control : controls.described()) {
            if (control.settable() && (sets(control.name()) || control.name().equals(ROTATION))) {
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

    private static void restore(Controls controls, Optional<Control> control) throws CaptureException {
        try {
            if (control.isPresent()) {
                controls.set(control.get(), false);
            }
        } catch (ControlException refusedToo) {
            LOG.log(Level.DEBUG, "and keeps " + control, refusedToo);
        }
    }

    private static Optional<Control> find(String name, List<Control> all) {
        return all.stream()
                .filter(control -> control.name().equals(name) && control.settable())
                .findFirst();
    }
}
