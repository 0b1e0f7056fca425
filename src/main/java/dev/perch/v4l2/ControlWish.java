package dev.perch.v4l2;

import dev.perch.v4l2.Control.MenuEntry;
import dev.perch.v4l2.ControlException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns a wanted value into one that the control's driver takes. The kernel would silently clamp most values that are refused here. */
final class ControlWish {
    private final Control control;
    private final ControlValue wanted;

    private ControlWish(Control control, ControlValue wanted) {
        this.control = control;
        this.wanted = wanted;
    }

    /** Returns the driver's value for {@code wanted}: a number, or a text for strings. */
    static ControlValue resolve(Control control, ControlValue wanted) throws ControlException {
        return new ControlWish(control, wanted).resolve();
    }

    private ControlValue resolve() throws ControlException {
        if (!control.settable()) {
            throw refused("");
        }
        return switch (control.type()) {
            case STRING -> text();
            case BOOLEAN -> new ControlValue.Whole(truth());
            case BUTTON -> {
                if (truth() == 0) {
                    throw refused("");
                }
                yield new ControlValue.Whole(1);
            }
            case MENU, INTEGER_MENU -> new ControlValue.Whole(entry().number());
            case BITMASK -> bits();
            default -> number();
        };
    }

    private ControlValue number() throws ControlException {
        long value = digits();
        Control.Range range = control.range();
        if (value < range.minimum() || value > range.maximum()) {
            throw refused("");
        }
        long step = Math.max(1, range.step());
        long over = Long.remainderUnsigned(value - range.minimum(), step);
        if (over != 0) {
            boolean up = over > step / 2 && range.maximum() - value >= step - over;
            throw refused("; the nearest is " + (up ? value - over + step : value - over));
        }
        return wanted instanceof ControlValue.Whole ? wanted : new ControlValue.Whole(value);
    }

    private ControlValue bits() throws ControlException {
        long value = digits();
        if ((value & ~control.range().maximum()) != 0) {
            throw refused("");
        }
        return new ControlValue.Whole(value);
    }

    private ControlValue text() throws ControlException {
        String text = wanted instanceof ControlValue.Text given ? given.value() : wanted.toString();
        long length = text.getBytes(StandardCharsets.UTF_8).length;
        Control.Range range = control.range();
        boolean fits = length >= range.minimum() && length <= range.maximum() && text.indexOf(0) < 0;
        if (!fits || (length - range.minimum()) % Math.max(1, range.step()) != 0) {
            throw refused("");
        }
        return new ControlValue.Text(text);
    }

    private long truth() throws ControlException {
        String word =
                wanted instanceof ControlValue.Text text ? text.value().toLowerCase(Locale.ROOT) : wanted.toString();
        return switch (word) {
            case "true", "1" -> 1;
            case "false", "0" -> 0;
            default -> throw refused("");
        };
    }

    private long digits() throws ControlException {
        ControlValue value = wanted instanceof ControlValue.Text text ? ControlValue.of(text.value()) : wanted;
        if (value instanceof ControlValue.Whole number) {
            return number.value();
        }
        throw refused("");
    }

    /**
     * Returns the menu entry that is wanted. A number is an entry's number, as for v4l2-ctl; a text is an entry's name, or its number if no entry has
     * that name.
     */
    private MenuEntry entry() throws ControlException {
        if (wanted instanceof ControlValue.Whole number) {
            MenuEntry numbered = control.entry(number.value()).orElseThrow(() -> refused(""));
            checkMeant(numbered);
            return numbered;
        }
        String name = wanted instanceof ControlValue.Text text ? text.value().strip() : "";
        Optional<MenuEntry> named = control.menu().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .or(() -> control.menu().stream()
                        .filter(entry -> entry.name().equalsIgnoreCase(name))
                        .findFirst());
        if (named.isEmpty() && ControlValue.of(name) instanceof ControlValue.Whole number) {
            named = control.entry(number.value());
        }
        List<String> names = control.menu().stream().map(MenuEntry::name).toList();
        return named.orElseThrow(() -> refused(Spelling.nearest(name, names)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse("")));
    }

    /** Refuses a number that is also the name of another entry: {@code h264_level: 4} is level 1.3 to the driver, and level 4 to the person who wrote it. */
    private void checkMeant(MenuEntry numbered) throws ControlException {
        boolean another = control.type() == Control.Type.MENU
                && control.menu().stream()
                        .anyMatch(
                                entry -> entry.name().equals(wanted.toString()) && entry.number() != numbered.number());
        if (another) {
            throw refused("; " + wanted + " is the number of \"" + numbered.name()
                    + "\" and the name of another entry: put the name that is meant in quotes");
        }
    }

    private ControlException refused(String hint) {
        return new ControlException(
                Kind.VALUE,
                control.name(),
                control.accepted(),
                control.name() + ": found " + wanted + ", accepted: " + control.accepted() + hint
                        + (hint.endsWith("?") ? "" : "."));
    }
}
