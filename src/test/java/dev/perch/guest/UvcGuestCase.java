package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The controls of a UVC 1.5 camera through the kernel's own uvcvideo, its H.264 extension unit included. */
class UvcGuestCase {
    private static UvcCamera camera;

    @BeforeAll
    static void plug() throws IOException, InterruptedException {
        camera = UvcCamera.plugWithH264();
    }

    @AfterAll
    static void unplug() {
        if (camera != null) {
            camera.close();
        }
    }

    private static List<Control> controls() throws CaptureException {
        try (Device device = Device.open(SystemCalls.linux(), camera.awaitNode())) {
            return new Controls(device).all();
        }
    }

    private static Control control(String name) throws CaptureException {
        List<Control> all = controls();
        return all.stream()
                .filter(control -> control.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among "
                        + all.stream().map(Control::name).toList()));
    }

    private static void set(String name, String word) throws ControlException, CaptureException {
        try (Device device = Device.open(SystemCalls.linux(), camera.awaitNode())) {
            new Controls(device)
                    .set(List.of(new ControlSetting(name, ControlValue.of(word), /* required= */ true)), lasting -> {});
        }
    }

    @Test
    void processingUnit_isListedAndSet() throws Exception {
        assertEquals(new Control.Range(0, 255, 1, 128), control("brightness").range());
        set("brightness", "140");
        assertEquals("140", String.valueOf(control("brightness").value()));
        ControlException refusal = assertThrows(ControlException.class, () -> set("brightness", "300"));
        assertEquals(
                "brightness: found 300, accepted: a whole number from 0 to 255.", String.valueOf(refusal.getMessage()));
    }

    @Test
    void extensionUnit_isListedWhole() throws Exception {
        String listed = controls().stream()
                .filter(control -> control.group().equals("H.264 Extension Unit"))
                .map(control -> control.name() + "=" + control.value())
                .collect(Collectors.joining("\n"));
        assertTrue(listed.contains("uvcx_version=256"), listed);
        assertEquals(
                new Control.Range(64_000, 12_000_000, 1, 3_000_000),
                control("uvcx_bitrate").range());
        assertEquals(new Control.Range(0, 51, 1, 10), control("uvcx_min_qp").range());
        assertEquals("button", control("uvcx_encoder_reset").type().toString());
    }

    @Test
    void extensionUnit_isSetAndReadBack() throws Exception {
        for (List<String> setting : List.of(
                List.of("uvcx_profile", "High", "25600"),
                List.of("uvcx_bitrate", "2000000", "2000000"),
                List.of("uvcx_i_frame_period", "1000", "1000"),
                List.of("uvcx_rate_control_mode", "Variable Bitrate", "2"),
                List.of("uvcx_picture_type", "IDR Picture", "1"),
                List.of("uvcx_average_bitrate", "1500000", "1500000"),
                List.of("uvcx_max_qp", "40", "40"))) {
            set(setting.get(0), setting.get(1));
            assertEquals(setting.get(2), String.valueOf(control(setting.get(0)).value()), setting.toString());
        }
        set("uvcx_encoder_reset", "true");
        assertEquals("1", String.valueOf(control("uvcx_rate_control_mode").value()));
        List<String> log = camera.log();
        assertTrue(log.stream().anyMatch(line -> line.contains("SET_CUR uvcx_picture_type 0 1")), log::toString);
    }

    @Test
    void wrongNamesAndValues_areRefusedWithWhatIsAccepted() {
        ControlException value = assertThrows(ControlException.class, () -> set("uvcx_rate_control_mode", "Whatever"));
        assertTrue(value.accepted().contains("3 \"Constant QP\""), value.accepted());
        ControlException name = assertThrows(ControlException.class, () -> set("uvcx_bit_rate", "1000000"));
        assertTrue(
                String.valueOf(name.getMessage()).contains("did you mean \"uvcx_bitrate\"?"),
                String.valueOf(name.getMessage()));
    }

    @Test
    void listing_showsTheUnitAndItsFormat() throws Exception {
        String listed = Perch.list();
        assertTrue(listed.contains("camera: yes, in MJPG, YUYV, and H.264 within its MJPG (MJPGH264)"), listed);
        assertTrue(listed.contains("uvcx_profile: menu, default 16896 \"Baseline\", value "), listed);
        assertTrue(listed.contains("uvcx_i_frame_period: integer 0 to 60000, default 10000, value "), listed);
        assertTrue(listed.contains("3 \"Constant QP\"\n"), listed);
    }
}
