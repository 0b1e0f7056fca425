package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Control.Flag;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads and writes the values of a device's controls, one at a time (VIDIOC_G_EXT_CTRLS, VIDIOC_S_EXT_CTRLS). */
final class ControlValues {
    /** The most bytes of a text. vivid's string has 5; the firmware names of radio drivers have a few hundred. */
    private static final int MAX_TEXT_BYTES = 64 << 10;

    private final Device device;
    private final Abi abi;
    private final ByteBuffer list; // v4l2_ext_controls, which points to the entry
    private final ByteBuffer entry; // the one v4l2_ext_control; for a string, it points to the text

    ControlValues(Device device) {
        this.device = device;
        this.abi = device.abi;
        this.list = direct(abi.extControls.sizeBytes());
        this.entry = direct(abi.extControl.sizeBytes());
    }

    /** Returns the current value; null if it cannot be read. */
    @Nullable
    ControlValue read(Control control) throws CaptureException {
        boolean readable = control.type().single()
                && control.type() != Control.Type.BUTTON
                && control.dimensions().isEmpty()
                && !control.flags().contains(Flag.WRITE_ONLY);
        if (!readable) {
            return null;
        }
        ByteBuffer text = prepare(control);
        int result = device.ioctl(abi.getExtControls, list);
        if (result == -Errno.ENODEV) {
            throw Trouble.of(device.path(), "VIDIOC_G_EXT_CTRLS", -result);
        }
        if (result < 0) {
            return null;
        }
        int value = abi.extControl.offset("value");
        return switch (control.type()) {
            case STRING -> new ControlValue.Text(Device.text(text, 0, text.capacity()));
            case INTEGER64 -> new ControlValue.Whole(entry.getLong(value));
            case BITMASK -> new ControlValue.Whole(Integer.toUnsignedLong(entry.getInt(value)));
            default -> new ControlValue.Whole(entry.getInt(value));
        };
    }

    /**
     * Sets a value that {@link ControlWish} resolved.
     *
     * @return 0, or the error number
     */
    int write(Control control, ControlValue wanted) {
        ByteBuffer text = prepare(control);
        int value = abi.extControl.offset("value");
        if (wanted instanceof ControlValue.Text string) {
            text.put(0, string.value().getBytes(StandardCharsets.UTF_8)); // zeroes follow it
        } else if (wanted instanceof ControlValue.Whole number) {
            if (control.type() == Control.Type.INTEGER64) {
                entry.putLong(value, number.value());
            } else {
                entry.putInt(value, (int) number.value());
            }
        }
        try {
            int result = device.ioctl(abi.setExtControls, list);
            return result < 0 ? -result : 0;
        } finally {
            Reference.reachabilityFence(text); // the struct's pointer does not keep it reachable
        }
    }

    /**
     * Fills the two structs for one control.
     *
     * @return the memory of its text, empty unless it is a string
     */
    private ByteBuffer prepare(Control control) {
        zero(list);
        zero(entry);
        list.putInt(abi.extControls.offset("which"), 0); // V4L2_CTRL_WHICH_CUR_VAL
        list.putInt(abi.extControls.offset("count"), 1);
        abi.putPointer(list, abi.extControls.offset("controls"), device.calls.address(entry));
        entry.putInt(abi.extControl.offset("id"), control.id());
        if (control.type() != Control.Type.STRING) {
            return direct(0);
        }
        // "size: for strings the memory's size, the terminating zero counted"
        ByteBuffer text = direct(
                (int) Math.max(0, Math.min(MAX_TEXT_BYTES, control.range().maximum())) + 1);
        entry.putInt(abi.extControl.offset("size"), text.capacity());
        abi.putPointer(entry, abi.extControl.offset("value"), device.calls.address(text));
        return text;
    }

    private static void zero(ByteBuffer memory) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0);
        }
    }

    private static ByteBuffer direct(int sizeBytes) {
        return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
    }
}
