package dev.perch.app;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** One device for {@code perch list}. Asking may block as long as the driver does. */
final class DeviceReport {
    private final SystemCalls calls;
    private final Path node;
    private final List<String> lines = new ArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();

    DeviceReport(SystemCalls calls, Path node) {
        this.calls = calls;
        this.node = node;
    }

    /** Returns how often the driver has answered until now, some of its answers taken together; any thread may ask. */
    int answers() {
        return answers.get();
    }

    List<String> lines() {
        lines.clear();
        lines.add(node.toString());
        answers.incrementAndGet(); // this program is there: what it loads for its first device is not the driver's time
        try (Device device = Device.open(calls, node.toString())) {
            answers.incrementAndGet();
            lines.set(0, node + ": " + device.capabilities().card());
            lines.add("  driver " + device.capabilities().driver() + ", bus "
                    + device.capabilities().busInfo());
            Offers offers = new Offers(device);
            lines.add("  camera: " + verdict(device, offers));
            answers.incrementAndGet();
            formats(offers);
            List<Control> controls = new Controls(device).all();
            answers.incrementAndGet();
            controls(controls);
        } catch (CaptureException refused) {
            lines.add("  " + refused.getMessage());
        }
        return List.copyOf(lines);
    }

    private static String verdict(Device device, Offers offers) throws CaptureException {
        Optional<String> none = device.capabilities().noCamera();
        if (none.isPresent()) {
            return "no, " + none.get();
        }
        List<PixelFormat> served = offers.served();
        return served.isEmpty()
                ? "no, Perch serves none of its formats"
                : "yes, in "
                        + served.stream().map(PixelFormat::fourCharacterCode).collect(Collectors.joining(", "))
                        + (offers.embedsH264() ? ", and H.264 within its MJPG (MJPGH264)" : "");
    }

    /** Prints the formats. Those with the same sizes and rates share their lines. */
    private void formats(Offers offers) throws CaptureException {
        Map<List<String>, List<String>> formatsOfSizes = new LinkedHashMap<>();
        for (int code : offers.formatCodes()) {
            formatsOfSizes
                    .computeIfAbsent(sizes(offers, code), sizes -> new ArrayList<>())
                    .add(Offers.name(code));
        }
        if (!formatsOfSizes.isEmpty()) {
            lines.add("  formats:");
        }
        formatsOfSizes.forEach((sizes, formats) -> {
            lines.add("    " + String.join(", ", formats));
            sizes.forEach(size -> lines.add("      " + size));
        });
    }

    /** Joins sizes with the same rates. */
    private List<String> sizes(Offers offers, int code) throws CaptureException {
        Map<String, List<String>> sizesOfRates = new LinkedHashMap<>();
        for (Offers.SizeRange size : offers.sizes(code)) {
            String rates = offers.rates(code, size.maxWidth(), size.maxHeight()).stream()
                    .map(DeviceReport::rate)
                    .collect(Collectors.joining(", "));
            answers.incrementAndGet();
            sizesOfRates.computeIfAbsent(rates, any -> new ArrayList<>()).add(size.toString());
        }
        return sizesOfRates.entrySet().stream()
                .map(entry -> String.join(", ", entry.getValue())
                        + (entry.getKey().isEmpty() ? "" : " at " + entry.getKey() + " fps"))
                .toList();
    }

    private static String rate(Offers.RateRange rate) {
        String most = trimmed(rate.maxPerSecond());
        return rate.minPerSecond() == rate.maxPerSecond() ? most : trimmed(rate.minPerSecond()) + " to " + most;
    }

    private static String trimmed(double number) {
        return String.format(Locale.ROOT, "%.2f", number).replaceAll("\\.?0+$", "");
    }

    private void controls(List<Control> controls) {
        if (!controls.isEmpty()) {
            lines.add("  controls:");
        }
        String group = "";
        for (Control control : controls) {
            if (!control.group().equals(group)) {
                group = control.group();
                lines.add("    " + group);
            }
            lines.add("      " + control.name() + ": " + described(control));
            control.menu().forEach(entry -> lines.add("        " + entry));
        }
    }

    private static String described(Control control) {
        Control.Range range = control.range();
        StringBuilder text = new StringBuilder(control.type().toString());
        control.dimensions().forEach(size -> text.append('[').append(size).append(']'));
        switch (control.type()) {
            case INTEGER, INTEGER64, U8, U16, U32 -> text.append(range(range));
            case STRING -> text.append(range(range)).append(" bytes");
            case BITMASK -> text.append(" 0x").append(Long.toHexString(range.maximum()));
            default -> {}
        }
        switch (control.type()) {
            case STRING, BUTTON, AREA, COMPOUND -> {}
            default -> text.append(", default ").append(value(control, new ControlValue.Whole(range.defaultValue())));
        }
        ControlValue current = control.value();
        if (current != null) {
            text.append(", value ").append(value(control, current));
        }
        if (!control.flags().isEmpty()) {
            text.append(control.flags().stream()
                    .sorted()
                    .map(Control.Flag::toString)
                    .collect(Collectors.joining(", ", " [", "]")));
        }
        return text.toString();
    }

    private static String range(Control.Range range) {
        String steps = range.step() > 1 ? " in steps of " + range.step() : "";
        return " " + range.minimum() + " to " + range.maximum() + steps;
    }

    private static String value(Control control, ControlValue value) {
        if (!(value instanceof ControlValue.Whole number)) {
            return value.toString();
        }
        return switch (control.type()) {
            case BOOLEAN -> Boolean.toString(number.value() != 0);
            case BITMASK -> "0x" + Long.toHexString(number.value());
            case MENU, INTEGER_MENU ->
                control.menu().stream()
                        .filter(entry -> entry.number() == number.value())
                        .map(Control.MenuEntry::toString)
                        .findFirst()
                        .orElse(value.toString());
            default -> value.toString();
        };
    }
}
