package dev.perch.v4l2;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A control of a device, as the driver described it at one moment (v4l2_query_ext_ctrl).
 *
 * @param id the driver's number
 * @param name in lower case with underscores, as v4l2-ctl prints it
 * @param title the driver's name
 * @param group the control class that it belongs to, for people
 * @param menu the entries of a menu or an integer menu; empty for other types
 * @param dimensions of an array; empty for a single value
 * @param value the current value; null if it cannot be read: a button, an array, a write-only control, or the device did not answer
 */
public record Control(
        int id,
        String name,
        String title,
        String group,
        Type type,
        Range range,
        Set<Flag> flags,
        List<MenuEntry> menu,
        List<Integer> dimensions,
        @Nullable ControlValue value) {
    public Control {
        flags = Set.copyOf(flags);
        menu = List.copyOf(menu);
        dimensions = List.copyOf(dimensions);
    }

    /** The type of a control's value (linux/videodev2.h enum v4l2_ctrl_type). */
    public enum Type {
        INTEGER(1, "integer"),
        BOOLEAN(2, "boolean"),
        MENU(3, "menu"),
        BUTTON(4, "button"),
        INTEGER64(5, "integer64"),
        STRING(7, "string"),
        BITMASK(8, "bitmask"),
        INTEGER_MENU(9, "integer-menu"),
        U8(0x100, "u8"),
        U16(0x101, "u16"),
        U32(0x102, "u32"),
        AREA(0x106, "area"),
        /** A struct: one of the codecs', or another that Perch does not know. */
        COMPOUND(-1, "compound");

        static final int CTRL_CLASS = 6;

        private final int number;
        private final String word;

        Type(int number, String word) {
            this.number = number;
            this.word = word;
        }

        static Type of(int number) {
            for (Type type : values()) {
                if (type.number == number) {
                    return type;
                }
            }
            return COMPOUND;
        }

        /** Returns the word for people and JSON. */
        @Override
        public String toString() {
            return word;
        }

        /** Returns the kernel's number. */
        public int number() {
            return number;
        }

        boolean single() {
            return number > 0 && number < 0x100;
        }
    }

    /** The properties of a control (V4L2_CTRL_FLAG_...), in the words of v4l2-ctl. */
    public enum Flag {
        GRABBED(0x2),
        READ_ONLY(0x4),
        UPDATE(0x8),
        INACTIVE(0x10),
        SLIDER(0x20),
        WRITE_ONLY(0x40),
        VOLATILE(0x80),
        HAS_PAYLOAD(0x100),
        EXECUTE_ON_WRITE(0x200),
        MODIFY_LAYOUT(0x400),
        DYNAMIC_ARRAY(0x800);

        static final int DISABLED = 0x1;

        private final int bit;

        Flag(int bit) {
            this.bit = bit;
        }

        /** Returns the kernel's bit. */
        public int bit() {
            return bit;
        }

        boolean in(int flags) {
            return (flags & bit) != 0;
        }

        /** Returns the word for people and JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The numbers that a control takes. For a string they are its lengths in bytes; for a bitmask, {@code maximum} has the bits.
     *
     * @param defaultValue the driver's initial value
     */
    public record Range(long minimum, long maximum, long step, long defaultValue) {}

    /**
     * An entry of a menu.
     *
     * @param number the control's value that chooses it
     * @param name the driver's name; in an integer menu, its number
     */
    public record MenuEntry(int number, String name) {
        @Override
        public String toString() {
            return number + " \"" + name + '"';
        }
    }

    /** Returns whether the control can be set at all, even if not now. */
    public boolean settable() {
        return type.single() && dimensions.isEmpty() && !flags.contains(Flag.READ_ONLY);
    }

    /** Returns the entry chosen now. */
    public Optional<MenuEntry> chosen() {
        return value instanceof ControlValue.Whole number ? entry(number.value()) : Optional.empty();
    }

    Optional<MenuEntry> entry(long number) {
        return menu.stream().filter(entry -> entry.number() == number).findFirst();
    }

    /** Returns the accepted values for people: {@code a whole number from 0 to 255}. */
    public String accepted() {
        if (!type.single() || !dimensions.isEmpty()) {
            return "nothing: this version shows arrays and structs and does not set them";
        }
        if (flags.contains(Flag.READ_ONLY)) {
            return "nothing: it is read-only";
        }
        return switch (type) {
            case BOOLEAN -> "true or false";
            case BUTTON -> "true, which presses it";
            case MENU, INTEGER_MENU ->
                "the name or number of an entry: "
                        + menu.stream().map(MenuEntry::toString).collect(Collectors.joining(", "));
            case BITMASK -> "a number of the bits in 0x" + Long.toHexString(range.maximum());
            case STRING -> "a text of " + range.minimum() + " to " + range.maximum() + " bytes" + steps();
            default -> "a whole number from " + range.minimum() + " to " + range.maximum() + steps();
        };
    }

    private String steps() {
        return range.step() > 1 ? " in steps of " + range.step() : "";
    }

    Control with(@Nullable ControlValue current) {
        return new Control(id, name, title, group, type, range, flags, menu, dimensions, current);
    }
}
