package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H264UnitTest {
    private static final String GUID = "41769ea204dee3478b2bf4341aff003b";

    private final FakeH264Unit unit = new FakeH264Unit();
    private final FakeV4l2 device = new FakeV4l2().unit(unit);

    @Test
    void fields_standBehindTheControlsOfV4l2() throws CaptureException {
        List<Control> all = controls(new FakeControls());
        assertEquals("brightness", all.get(0).name());
        assertEquals("uvcx_frame_interval", all.get(12).name());
        assertTrue(all.stream().skip(12).allMatch(control -> control.group().equals("H.264 Extension Unit")));
    }

    @Test
    void fields_carryRangesAndValues() throws CaptureException {
        Control profile = control("uvcx_profile");
        assertEquals("16896", String.valueOf(profile.value()));
        assertEquals(
                "the name or number of an entry: 16896 \"Baseline\", 16960 \"Constrained Baseline\", 19712 \"Main\","
                        + " 21248 \"Scalable Baseline\", 22016 \"Scalable High\", 25600 \"High\"",
                profile.accepted());
        assertEquals(
                new Control.Range(0, 60_000, 1, 0),
                control("uvcx_i_frame_period").range());
        assertEquals("true, which presses it", control("uvcx_encoder_reset").accepted());
        assertEquals("nothing: it is read-only", control("uvcx_version").accepted());
        assertEquals("nothing: it is read-only", control("uvcx_width").accepted());
        assertEquals("nothing: it is read-only", control("uvcx_reorder_frames").accepted());
    }

    @Test
    void selectors_thatTheCameraLacks_areNotListed() throws CaptureException {
        assertTrue(controls().stream().noneMatch(control -> control.name().equals("uvcx_picture_type")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uvcx_profile | High | mux 0, 1280x720, 333333, 6400, 3000000, 10000",
                "uvcx_profile | 0x4d00 | mux 0, 1280x720, 333333, 4d00, 3000000, 10000",
                "uvcx_bitrate | 2000000 | mux 0, 1280x720, 333333, 4200, 2000000, 10000",
                "uvcx_i_frame_period | 1000 | mux 0, 1280x720, 333333, 4200, 3000000, 1000",
                "uvcx_rate_control_mode | Variable Bitrate | 3=000002",
                "uvcx_rate_control_mode | 0x11 | 3=000011",
                "uvcx_encoder_reset | true | 11=0000",
            })
    void set_isToldToTheCamera(String name, String word, String written) throws Exception {
        set(name, word);
        assertEquals(List.of(written), unit.written());
    }

    @Test
    void set_isReadBack() throws Exception {
        set("uvcx_profile", "Main");
        set("uvcx_bitrate", "1500000");
        assertEquals("19712", String.valueOf(control("uvcx_profile").value()));
        assertEquals("1500000", String.valueOf(control("uvcx_bitrate").value()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uvcx_bitrate | 1 | uvcx_bitrate: found 1, accepted: a whole number from 64000 to 12000000.",
                "uvcx_profile | Hgh | uvcx_profile: found \"Hgh\", accepted: the name or number of an entry: 16896 \"Baseline\", 16960 \"Constrained Baseline\", 19712 \"Main\", 21248 \"Scalable Baseline\", 22016 \"Scalable High\", 25600 \"High\"; did you mean \"High\"?",
                "uvcx_width | 640 | uvcx_width: found 640, accepted: nothing: it is read-only.",
                "uvcx_profil | High | no control is called \"uvcx_profil\"; did you mean \"uvcx_profile\"? accepted: uvcx_bitrate, uvcx_profile, uvcx_i_frame_period, uvcx_entropy_mode, uvcx_rate_control_mode, uvcx_encoder_reset.",
            })
    void set_wrongly_isRefusedWithWhatIsAccepted(String name, String word, String sentence) {
        ControlException refusal = assertThrows(ControlException.class, () -> set(name, word));
        assertEquals(sentence, refusal.getMessage());
        assertEquals(List.of(), unit.written());
    }

    @ParameterizedTest
    @CsvSource({"34, VALUE", "22, VALUE", "13, STATE", "16, STATE"})
    void set_refusedByTheCamera_isNotAccepted(int errno, ControlException.Kind kind) {
        unit.refuses(errno);
        ControlException refusal =
                assertThrows(ControlException.class, () -> set("uvcx_rate_control_mode", "Constant QP"));
        assertEquals(kind, refusal.kind());
    }

    @ParameterizedTest
    @CsvSource({"2, ENOENT", "105, ENOBUFS", "32, EPIPE", "5, EIO"})
    void set_thatFails_tellsWhereAndHow(int errno, String name) {
        unit.refuses(errno);
        CaptureException failure =
                assertThrows(CaptureException.class, () -> set("uvcx_rate_control_mode", "Constant QP"));
        assertEquals(CaptureException.Kind.FAULT, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).startsWith("/dev/video0 failed: " + name + " at "));
    }

    @Test
    void unplugged_isGone() throws CaptureException {
        device.fails(Abi.running().queryUnit, 0, 19); // ENODEV, once the unit is found
        CaptureException failure = assertThrows(CaptureException.class, this::controls);
        assertEquals(CaptureException.Kind.ABSENT, failure.kind());
    }

    @Test
    void unit_isFoundInTheDescriptorsOfItsOwnInterface() {
        byte[] other = descriptors("09040000010e010000", "1a2406" + "07" + GUID + "0f0103" + "02ff7f00");
        assertEquals(OptionalInt.of(7), ExtensionUnit.find(other, 0));
        assertEquals(OptionalInt.empty(), ExtensionUnit.find(other, 2));
        byte[] two = descriptors(
                "120100020ef0201406d04",
                "09040000010e010000",
                "1a2406" + "07" + GUID + "0f010302ff7f00",
                "09040200010e010000",
                "1a2406" + "08" + GUID + "0f010302ff7f00");
        assertEquals(OptionalInt.of(8), ExtensionUnit.find(two, 2));
    }

    @Test
    void descriptors_cutAnywhere_areNoTrouble() {
        byte[] all = descriptors("09040000010e010000", "1a2406" + "07" + GUID + "0f0103" + "02ff7f00");
        for (int length = 0; length < all.length; length++) {
            assertEquals(OptionalInt.empty(), ExtensionUnit.find(java.util.Arrays.copyOf(all, length), 0));
        }
        assertEquals(OptionalInt.empty(), ExtensionUnit.find(new byte[40], 0));
    }

    private static byte[] descriptors(String... hexadecimal) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String one : hexadecimal) {
            byte[] bytes = HexFormat.of().parseHex(one.length() % 2 == 0 ? one : one + "0");
            bytes[0] = (byte) bytes.length;
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private List<Control> controls(FakeControls beside) throws CaptureException {
        try (Device open = Device.open(device.controls(beside), "/dev/video0")) {
            return new Controls(open).all();
        }
    }

    private List<Control> controls() throws CaptureException {
        try (Device open = Device.open(device, "/dev/video0")) {
            return new Controls(open).all();
        }
    }

    private Control control(String name) throws CaptureException {
        return controls().stream()
                .filter(control -> control.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void set(String name, String word) throws Exception {
        List<ControlSetting> lasting = new ArrayList<>();
        try (Device open = Device.open(device, "/dev/video0")) {
            new Controls(open)
                    .set(List.of(new ControlSetting(name, ControlValue.of(word), /* required= */ true)), lasting::add);
        }
        assertEquals(name.equals("uvcx_encoder_reset") ? 0 : 1, lasting.size());
    }
}
