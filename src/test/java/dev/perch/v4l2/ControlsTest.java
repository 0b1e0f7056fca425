package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlsTest {
    private static final List<String> NAMES = List.of(
            "brightness",
            "zoom_absolute",
            "horizontal_flip",
            "do_it_now",
            "large_number",
            "string",
            "bitmask",
            "integer_menu",
            "matrix",
            "temperature",
            "brightness_2",
            "h264_level");

    private final FakeControls driver = new FakeControls();
    private final FakeV4l2 device = new FakeV4l2().controls(driver);

    @Test
    void all_areNamedAsOtherToolsNameThem() throws CaptureException {
        assertEquals(NAMES, all().stream().map(Control::name).toList());
    }

    @Test
    void olderDriver_tellsAllButArraysAndWideOnes() throws CaptureException {
        List<Control> wanted = all().stream()
                .filter(control -> !List.of("large_number", "matrix").contains(control.name()))
                .toList();
        driver.older();
        assertEquals(wanted, all());
    }

    @Test
    void all_carryTheirValues() throws CaptureException {
        assertEquals(
                List.of("128", "100", "0", "null", "8589934592", "\"ab\"", "8194", "1", "null", "20", "0", "4"),
                all().stream().map(control -> String.valueOf(control.value())).toList());
    }

    @Test
    void all_tellWhatIsAccepted() throws CaptureException {
        assertEquals(
                """
                a whole number from 0 to 255
                a whole number from 100 to 400 in steps of 25
                true or false
                true, which presses it
                a whole number from 0 to 1099511627776
                a text of 1 to 5 bytes
                a number of the bits in 0x80002002
                the name or number of an entry: 1 "10", 2 "20", 3 "30"
                nothing: this version shows arrays and structs and does not set them
                nothing: it is read-only
                a whole number from -5 to 5
                the name or number of an entry: 0 "1", 1 "1b", 2 "4", 4 "4.2"
                """, all().stream().map(control -> control.accepted() + "\n").reduce("", String::concat));
    }

    @Test
    void classes_areGroups() throws CaptureException {
        assertEquals("User Controls", all().get(0).group());
        assertEquals("Codec Controls", all().get(11).group());
        assertEquals("[inactive]", all().get(10).flags().toString());
    }

    @Test
    void driverWithoutControls_hasNone() throws CaptureException {
        try (Device open = Device.open(new FakeV4l2(), "/dev/video0")) {
            assertEquals(List.of(), new Controls(open).all());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "brightness, 0, Brightness=0",
        "brightness, 0x80, Brightness=128",
        "brightness_2, -5, Brightness=-5",
        "zoom_absolute, 125, 'Zoom, Absolute=125'",
        "horizontal_flip, true, Horizontal Flip=1",
        "horizontal_flip, 0, Horizontal Flip=0",
        "do_it_now, true, Do It Now=1",
        "large_number, 1099511627776, Large Number=1099511627776",
        "string, hallo, String=hallo",
        "string, 12, String=12",
        "bitmask, 0x80002000, Bitmask=-2147475456",
        "integer_menu, 2, Integer Menu=2",
        "h264_level, 4.2, H264 Level=4",
        "h264_level, 1B, H264 Level=1",
        "h264_level, 0, H264 Level=0"
    })
    void set_word_reachesTheDriver(String name, String word, String written) throws Exception {
        set(name, ControlValue.of(word));
        assertEquals(List.of(written), driver.written());
    }

    @ParameterizedTest
    @CsvSource({"integer_menu, 20, Integer Menu=2", "h264_level, 4, H264 Level=2", "h264_level, 2, H264 Level=2"})
    void set_quotedEntry_isItsNameFirst(String name, String text, String written) throws Exception {
        set(name, new ControlValue.Text(text));
        assertEquals(List.of(written), driver.written());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "brightness | 256 | brightness: found 256, accepted: a whole number from 0 to 255.",
                "brightness | -1 | brightness: found -1, accepted: a whole number from 0 to 255.",
                "brightness | much | brightness: found \"much\", accepted: a whole number from 0 to 255.",
                "brightness | 1.5 | brightness: found \"1.5\", accepted: a whole number from 0 to 255.",
                "zoom_absolute | 140 | zoom_absolute: found 140, accepted: a whole number from 100 to 400 in steps of 25; the nearest is 150.",
                "zoom_absolute | 130 | zoom_absolute: found 130, accepted: a whole number from 100 to 400 in steps of 25; the nearest is 125.",
                "horizontal_flip | 2 | horizontal_flip: found 2, accepted: true or false.",
                "do_it_now | false | do_it_now: found \"false\", accepted: true, which presses it.",
                "string | toolong | string: found \"toolong\", accepted: a text of 1 to 5 bytes.",
                "bitmask | 1 | bitmask: found 1, accepted: a number of the bits in 0x80002002.",
                "integer_menu | 30 | integer_menu: found 30, accepted: the name or number of an entry: 1 \"10\", 2 \"20\", 3 \"30\".",
                "h264_level | 3 | h264_level: found 3, accepted: the name or number of an entry: 0 \"1\", 1 \"1b\", 2 \"4\", 4 \"4.2\".",
                "h264_level | 4 | h264_level: found 4, accepted: the name or number of an entry: 0 \"1\", 1 \"1b\", 2 \"4\", 4 \"4.2\"; "
                        + "4 is the number of \"4.2\" and the name of another entry: put the name that is meant in quotes.",
                "matrix | 1 | matrix: found 1, accepted: nothing: this version shows arrays and structs and does not set them.",
                "temperature | 1 | temperature: found 1, accepted: nothing: it is read-only."
            })
    void set_wrongValue_namesTheAcceptedOnes(String name, String word, String sentence) {
        ControlException refusal = assertThrows(ControlException.class, () -> set(name, ControlValue.of(word)));
        assertEquals(ControlException.Kind.VALUE, refusal.kind());
        assertEquals(sentence, refusal.getMessage());
        assertEquals(List.of(), driver.written());
    }

    @Test
    void set_entryMisspelt_suggestsTheNearest() {
        ControlException refusal =
                assertThrows(ControlException.class, () -> set("h264_level", new ControlValue.Text("4.3")));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith("; did you mean \"4.2\"?"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"brigthness, brightness", "Zoom-Absolute, zoom_absolute", "zoom, zoom_absolute", "flip, horizontal_flip"
    })
    void set_wrongName_suggestsTheNearest(String typed, String meant) {
        ControlException refusal = assertThrows(ControlException.class, () -> set(typed, new ControlValue.Whole(1)));
        assertEquals(ControlException.Kind.NAME, refusal.kind());
        String settable =
                "brightness, zoom_absolute, horizontal_flip, do_it_now, large_number, string, bitmask, integer_menu,"
                        + " brightness_2, h264_level";
        assertEquals(
                "no control is called \"" + typed + "\"; did you mean \"" + meant + "\"? accepted: " + settable + ".",
                refusal.getMessage());
    }

    @Test
    void set_oneIsWrong_setsNone() {
        assertThrows(
                ControlException.class,
                () -> set(List.of(setting("brightness", "1"), setting("brightness_2", "99")), new ArrayList<>()));
        assertEquals(List.of(), driver.written());
    }

    @Test
    void set_tellsWhatLasts() throws Exception {
        List<ControlSetting> lasting = new ArrayList<>();
        set(List.of(setting("do_it_now", "true"), setting("brightness", "1")), lasting);
        assertEquals(List.of(setting("brightness", "1")), lasting);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "brightness | 34 | VALUE | brightness: the driver refuses 1 (ERANGE), accepted: a whole number from 0 to 255.",
                "brightness | 22 | VALUE | brightness: the driver refuses 1 (EINVAL), accepted: a whole number from 0 to 255.",
                "brightness | 16 | STATE | brightness cannot be set now: the device holds it while it captures (EBUSY).",
                "brightness | 13 | STATE | brightness cannot be set now: the driver does not permit it (EACCES)."
            })
    void set_driverRefuses_isASentence(String name, int errno, String kind, String sentence) {
        driver.refuses("Brightness", errno);
        ControlException refusal = assertThrows(ControlException.class, () -> set(name, new ControlValue.Whole(1)));
        assertEquals(kind + " " + sentence, refusal.kind() + " " + refusal.getMessage());
    }

    @Test
    void set_driverFails_isTheDevicesFault() {
        driver.refuses("Brightness", Errno.EIO);
        CaptureException failure =
                assertThrows(CaptureException.class, () -> set("brightness", new ControlValue.Whole(1)));
        assertEquals(CaptureException.Kind.FAULT, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("EIO at VIDIOC_S_EXT_CTRLS of brightness"));
    }

    @Test
    void unplugged_isTold() {
        device.fails(Abi.running().queryExtControl, 0, Errno.ENODEV);
        assertEquals(
                CaptureException.Kind.ABSENT,
                assertThrows(CaptureException.class, this::all).kind());
    }

    private List<Control> all() throws CaptureException {
        try (Device open = Device.open(device, "/dev/video0")) {
            return new Controls(open).all();
        }
    }

    private void set(String name, ControlValue value) throws ControlException, CaptureException {
        set(List.of(new ControlSetting(name, value, /* required= */ true)), new ArrayList<>());
    }

    private void set(List<ControlSetting> settings, List<ControlSetting> lasting)
            throws ControlException, CaptureException {
        try (Device open = Device.open(device, "/dev/video0")) {
            new Controls(open).set(settings, lasting::add);
        }
    }

    private static ControlSetting setting(String name, String word) {
        return new ControlSetting(name, ControlValue.of(word), /* required= */ true);
    }
}
