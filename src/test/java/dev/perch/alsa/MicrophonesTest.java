package dev.perch.alsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.media.CaptureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The microphones that proc and sysfs tell of, and which of them is a camera's own. */
class MicrophonesTest {
    @TempDir
    Path root;

    private Path proc = Path.of("");
    private Path sys = Path.of("");

    @BeforeEach
    void machine() throws IOException {
        proc = Files.createDirectories(root.resolve("proc"));
        sys = Files.createDirectories(root.resolve("sys"));
        Files.createDirectories(proc.resolve("asound/card0/pcm0p"));
        Files.createDirectories(proc.resolve("asound/card1/pcm0c"));
        Files.createDirectories(proc.resolve("asound/card2/pcm0c"));
        Files.createDirectories(proc.resolve("asound/card2/pcm1c"));
        Files.writeString(proc.resolve("asound/cards"), """
                 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi
                                      vc4-hdmi
                 1 [C920           ]: USB-Audio - HD Pro Webcam C920
                                      HD Pro Webcam C920 at usb-3f980000.usb-1.2, high speed
                 2 [Loopback       ]: Loopback - Loopback
                                      Loopback 1
                """);
        Path usb = Files.createDirectories(sys.resolve("devices/usb1/1-1/1-1.2"));
        Files.writeString(usb.resolve("idVendor"), "046d\n");
        Path other = Files.createDirectories(sys.resolve("devices/usb1/1-1/1-1.3"));
        Files.writeString(other.resolve("idVendor"), "0c45\n");
        Files.writeString(sys.resolve("devices/usb1/idVendor"), "1d6b\n"); // the hub
        link("class/video4linux/video0", usb.resolve("1-1.2:1.0"));
        link("class/video4linux/video2", other.resolve("1-1.3:1.0"));
        link("class/video4linux/video9", sys.resolve("devices/platform/unicam"));
        link("class/sound/card1", usb.resolve("1-1.2:1.2"));
        link("class/sound/card2", sys.resolve("devices/platform/snd_aloop.0"));
    }

    private void link(String of, Path device) throws IOException {
        Files.createDirectories(device);
        Path member = Files.createDirectories(sys.resolve(of));
        Files.createSymbolicLink(member.resolve("device"), device);
    }

    private Microphones microphones() {
        return new Microphones(proc, sys);
    }

    @Test
    void list_hasWhatRecords_withNamesToPaste() {
        assertEquals(
                List.of("plughw:C920 HD Pro Webcam C920", "plughw:Loopback Loopback", "plughw:Loopback,1 Loopback"),
                microphones().list().stream()
                        .map(each -> each.device() + " " + each.title())
                        .toList());
    }

    @Test
    void list_isEmptyWithoutCards() throws IOException {
        Files.delete(proc.resolve("asound/cards"));
        assertEquals(List.of(), microphones().list());
    }

    @Test
    void camerasOwn_isInTheSameUsbDevice() throws Exception {
        assertEquals("plughw:C920", microphones().find(Path.of("/dev/video0")).device());
    }

    @Test
    void cameraWithoutOne_isRefusedWithTheList() {
        CaptureException none =
                assertThrows(CaptureException.class, () -> microphones().find(Path.of("/dev/video2")));
        assertEquals(
                "The camera /dev/video2 has no microphone of its own (no sound card is part of the same USB device), as audio: alsa wants;"
                        + " there is plughw:C920 (HD Pro Webcam C920), plughw:Loopback (Loopback), plughw:Loopback,1 (Loopback).",
                none.getMessage());
    }

    @Test
    void cameraThatIsNoUsbDevice_isRefused() throws IOException {
        CaptureException none =
                assertThrows(CaptureException.class, () -> microphones().find(Path.of("/dev/video9")));
        assertEquals(
                "(it is no USB camera)",
                String.valueOf(none.getMessage()).replaceAll("(?s)^.*(\\(it is [^)]*\\)).*$", "$1"));
        Files.delete(proc.resolve("asound/cards"));
        CaptureException nothing =
                assertThrows(CaptureException.class, () -> microphones().find(Path.of("/dev/video9")));
        assertEquals(true, String.valueOf(nothing.getMessage()).endsWith("this machine has no card that records."));
    }
}
