package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.ControlConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** vivid's controls, of every type there is, beside what v4l2-ctl says of them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ControlsGuestCase {
    private static final Pattern LINE = Pattern.compile(" *([a-z0-9_]+) 0x([0-9a-f]{8}) \\(([^)]*)\\) *: ?(.*)");
    private static final Pattern ENTRY = Pattern.compile("\\s+([0-9]+): (.*)");

    private static Perch perch;

    /** One for all tests, for its start is what takes long; the configured controls are looked at first, before others are put. */
    @BeforeAll
    static void start() throws IOException {
        perch = Perch.start("  raw: { device: " + Guest.vivid() + ", size: 320x180, fps: 10, linger: 0s, controls:"
                + " { brightness: 99, menu: Menu Item 4, integer_menu: 5, bitmask: 0x402010, string: abc } }\n");
    }

    @AfterAll
    static void stop() {
        if (perch != null) {
            perch.close();
        }
    }

    /** A control as v4l2-ctl prints it. */
    private record Printed(String name, String type, Map<String, String> facts, List<String> menu) {}

    private static List<Printed> printed() throws IOException, InterruptedException {
        List<Printed> all = new ArrayList<>();
        for (String line : Guest.run("v4l2-ctl", "-d", Guest.vivid(), "--list-ctrls-menus")
                .lines()
                .toList()) {
            Matcher control = LINE.matcher(line);
            Matcher entry = ENTRY.matcher(line);
            if (control.matches()) {
                all.add(new Printed(
                        control.group(1), control.group(3).strip(), facts(control.group(4)), new ArrayList<>()));
            } else if (entry.matches()) {
                all.get(all.size() - 1)
                        .menu()
                        .add(entry.group(1) + " " + entry.group(2).replaceAll(" \\(0x[0-9a-f]+\\)$", ""));
            }
        }
        return all;
    }

    private static Map<String, String> facts(String line) {
        Map<String, String> facts = new LinkedHashMap<>();
        Matcher fact = Pattern.compile("([a-z]+)=('[^']*'|flags=.*|[^ ]+)").matcher(line.replaceAll("flags=.*", ""));
        while (fact.find()) {
            facts.put(fact.group(1), fact.group(2));
        }
        int flags = line.indexOf("flags=");
        if (flags >= 0) {
            // 1.22 knows no name for V4L2_CTRL_FLAG_DYNAMIC_ARRAY
            facts.put("flags", line.substring(flags + "flags=".length()).replace("0x00000800", "dynamic-array"));
        }
        return facts;
    }

    private static List<Control> controls() throws CaptureException {
        try (Device device = Device.open(SystemCalls.linux(), Guest.vivid())) {
            return new Controls(device).all();
        }
    }

    @Test
    void names_areThoseOfV4l2Ctl() throws Exception {
        assertEquals(
                printed().stream().map(Printed::name).toList(),
                controls().stream().map(Control::name).toList());
    }

    @Test
    void rangesFlagsAndMenus_areThoseOfV4l2Ctl() throws Exception {
        Map<String, Control> ours = controls().stream().collect(Collectors.toMap(Control::name, control -> control));
        for (Printed theirs : printed()) {
            Control control = Objects.requireNonNull(ours.get(theirs.name()), theirs.name());
            same(theirs, "min", control.range().minimum());
            same(theirs, "max", control.range().maximum());
            same(theirs, "step", control.range().step());
            same(theirs, "default", control.range().defaultValue());
            assertEquals(
                    new TreeSet<>(
                            List.of(theirs.facts().getOrDefault("flags", "").split(", "))),
                    control.flags().isEmpty()
                            ? new TreeSet<>(List.of(""))
                            : control.flags().stream()
                                    .map(Control.Flag::toString)
                                    .collect(Collectors.toCollection(TreeSet::new)),
                    theirs.name());
            assertEquals(
                    theirs.menu(),
                    control.menu().stream()
                            .map(entry -> entry.number() + " " + entry.name())
                            .toList());
        }
    }

    private static void same(Printed theirs, String fact, long ours) {
        String text = theirs.facts().get(fact);
        if (text != null) {
            long number = text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
            boolean bits = theirs.type().equals("bitmask");
            assertEquals(number, bits ? ours & 0xffff_ffffL : ours, theirs.name() + " " + fact);
        }
    }

    @Test
    void everyType_isThere() throws Exception {
        String types = controls().stream()
                .map(control -> control.type().toString())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        for (String type :
                List.of("bitmask", "boolean", "button", "integer", "integer64", "integer-menu", "menu", "string")) {
            assertTrue(List.of(types.split(" ")).contains(type), types);
        }
        assertTrue(controls().stream().anyMatch(control -> !control.dimensions().isEmpty()));
    }

    @Test
    @Order(1)
    void configured_areSetAtTheStart_andThoseOfThePutAfterThem() throws Exception {
        perch.fetch("/raw/snapshot.jpg", "controls.jpg");
        assertEquals("99", value("brightness"));
        assertEquals("4 (Menu Item 4)", value("menu"));
        assertTrue(value("integer_menu").startsWith("5 "), value("integer_menu"));
        assertEquals("4202512", value("bitmask"));
        assertEquals("'abc'", value("string"));
        put("{\"brightness\": 50}", 200);
        Guest.await("the device to be closed", () -> perch.held() == 0);
        Guest.control(Guest.vivid(), "brightness=1,menu=1");
        perch.fetch("/raw/snapshot.jpg", "again.jpg");
        assertEquals("50", value("brightness"));
        assertEquals("4 (Menu Item 4)", value("menu"));
        Guest.await("the device to be closed", () -> perch.held() == 0);
    }

    @Test
    void put_reachesTheDriver_whileItCaptures() throws Exception {
        try (Guest.Feeder watcher = perch.watch("/raw/stream.mjpg", perch.file("live.mjpg"))) {
            Guest.await("the stream", () -> perch.held() > 0);
            assertTrue(watcher.process().isAlive());
            String answer = put(
                    "{\"contrast\": 7, \"horizontal_flip\": true, \"menu\": \"Menu Item 1\", \"integer_64_bits\": 123456789012,"
                            + " \"string\": \"wxyz\", \"bitmask\": 8192, \"integer_menu\": 3, \"button\": true}",
                    200);
            assertTrue(answer.contains("\"name\":\"contrast\""), answer);
            assertEquals("7", value("contrast"));
            assertEquals("1", value("horizontal_flip"));
            assertEquals("1 (Menu Item 1)", value("menu"));
            assertEquals("123456789012", value("integer_64_bits"));
            assertEquals("'wxyz'", value("string"));
            assertEquals("8192", value("bitmask"));
            assertTrue(value("integer_menu").startsWith("3 "), value("integer_menu"));
            put("{\"horizontal_flip\": false}", 200);
        }
    }

    @Test
    void wrong_isRefusedWithWhatIsAccepted() throws Exception {
        assertTrue(put("{\"brightness\": 256}", 400).contains("a whole number from 0 to 255"));
        assertTrue(put("{\"brigthness\": 1}", 400).contains("did you mean \\\"brightness\\\"?"));
        assertTrue(put("{\"menu\": \"Menu Item 44\"}", 400).contains("4 \\\"Menu Item 4\\\""));
        assertTrue(put("{\"button\": false}", 400).contains("true, which presses it"));
        CaptureException refusal = refusal(new ControlConfig("saturation", "1000", /* quoted= */ false));
        assertEquals(
                Guest.vivid() + ": saturation: found 1000, accepted: a whole number from 0 to 255.",
                refusal.getMessage());
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
    }

    private static CaptureException refusal(ControlConfig control) throws InterruptedException {
        return refusal(new CameraConfig.PictureSize(320, 180), List.of(control));
    }

    private static CaptureException refusal(CameraConfig.PictureSize size, List<ControlConfig> controls)
            throws InterruptedException {
        CameraConfig like = Collector.camera(Guest.vivid(), 320, 180, 10);
        CameraConfig camera = like.with(new CameraConfig.Capture(
                like.capture().format(), size, like.capture().fps(), controls));
        try (Collector collector = Collector.capture(camera)) {
            return collector.failure();
        }
    }

    @Test
    void size_thatIsNotOffered_isRefusedWithTheList() throws Exception {
        String sentence = String.valueOf(refusal(new CameraConfig.PictureSize(1000, 700, /* exact= */ true), List.of())
                .getMessage());
        assertTrue(sentence.startsWith(Guest.vivid() + " does not give 1000x700; it offers "), sentence);
        assertTrue(sentence.contains("320x180, 640x360"), sentence);
    }

    @Test
    void list_showsEveryDevice() throws Exception {
        String all = Perch.list();
        assertTrue(
                all.contains(Guest.vivid() + ": vivid\n  driver vivid, bus platform:vivid-000\n  camera: yes, in "),
                all);
        assertTrue(all.contains("\n  camera: no, it converts pictures from memory to memory"), all);
        assertTrue(all.contains(" brightness: integer 0 to 255, default 128, value "), all);
        for (Printed theirs : printed()) {
            assertTrue(all.contains("\n      " + theirs.name() + ": "), theirs.name());
        }
        String nobody = Perch.list("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups");
        assertTrue(nobody.contains(Guest.vivid() + "\n  The user "), nobody);
    }

    private static String put(String body, int status) throws IOException, InterruptedException {
        String answer = Guest.run(
                "curl", "-sS", "-m", "60", "-X", "PUT", "-d", body, "-w", "\n%{http_code}", perch.url("/raw/controls"));
        assertTrue(answer.endsWith("\n" + status), answer);
        return answer;
    }

    private static String value(String control) throws IOException, InterruptedException {
        return Guest.run("v4l2-ctl", "-d", Guest.vivid(), "-C", control).strip().replace(control + ": ", "");
    }
}
