package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.alsa.Microphones;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import dev.perch.v4l2.SystemCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
    private final FakeV4l2 driver = new FakeV4l2();

    @Test
    void device_isShownWithAllThatItOffers() {
        driver.offers("MJPG", "RGB3", "YUYV").controls(new FakeControls());
        assertEquals("""
                /dev/video7: Fake Camera
                  driver fake, bus usb-1
                  camera: yes, in MJPG, YUYV
                  formats:
                    MJPG, RGB3, YUYV
                      64x16 at 12.5, 25 fps
                  controls:
                    User Controls
                      brightness: integer 0 to 255, default 128, value 128 [slider]
                      zoom_absolute: integer 100 to 400 in steps of 25, default 100, value 100
                      horizontal_flip: boolean, default false, value false [modify-layout]
                      do_it_now: button [write-only, execute-on-write]
                      large_number: integer64 0 to 1099511627776, default 8589934592, value 8589934592
                      string: string 1 to 5 bytes, value "ab"
                      bitmask: bitmask 0x80002002, default 0x2002, value 0x2002
                      integer_menu: integer-menu, default 1 "10", value 1 "10"
                        1 "10"
                        2 "20"
                        3 "30"
                      matrix: u8[6] 0 to 255, default 7 [has-payload]
                      temperature: integer -40 to 125, default 20, value 20 [read-only, volatile]
                      brightness_2: integer -5 to 5, default 0, value 0 [inactive]
                    Codec Controls
                      h264_level: menu, default 4 "4.2", value 4 "4.2"
                        0 "1"
                        1 "1b"
                        2 "4"
                        4 "4.2"
                """, list("/dev/video7"));
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void noFormatThatIsServed_isSaid() {
        driver.offers("pBAA");
        assertTrue(list("/dev/video7").contains("\n  camera: no, Perch serves none of its formats\n"));
    }

    @Test
    void deviceThatCannotBeOpened_isShownWithTheReason() {
        driver.openFails(13); // EACCES
        String user = System.getProperty("user.name");
        assertEquals(
                "/dev/video7\n  The user " + user
                        + " may not open /dev/video7: let it join the group video: usermod -aG video "
                        + user + ", then start Perch again.\n\n/dev/video8\n  The user " + user
                        + " may not open /dev/video8: let it join the group video: usermod -aG video " + user
                        + ", then start Perch again.\n",
                list("/dev/video7", "/dev/video8"));
    }

    @Test
    void deviceThatIsSilent_isGivenUp_andTheNextOneIsShown() {
        driver.offers("YUYV").controls(new FakeControls());
        CountDownLatch end = new CountDownLatch(1);
        try {
            String shown = list(holding("/dev/video7", end), "/dev/video7", "/dev/video8");
            assertTrue(shown.startsWith("/dev/video7\n  it does not answer\n\n/dev/video8: Fake Camera\n"), shown);
        } finally {
            end.countDown();
        }
    }

    /** The driver, whose opening of one device lasts until the end. */
    private SystemCalls holding(String held, CountDownLatch end) {
        return (SystemCalls) Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, (proxy, call, arguments) -> {
                    if (call.getName().equals("open") && held.equals(arguments[0])) {
                        end.await();
                    }
                    return call.invoke(driver, arguments);
                });
    }

    /** By it a slow driver is told from a silent one. */
    @Test
    void eachAnswerOfTheDriver_isCounted() {
        driver.offers("MJPG", "RGB3", "YUYV").controls(new FakeControls());
        DeviceReport report = new DeviceReport(driver, Path.of("/dev/video7"));
        assertEquals(0, report.answers());
        report.lines();
        assertTrue(
                report.answers() >= 2 + 3 + 1,
                () -> "its opening, its formats' sizes, its controls: " + report.answers());
    }

    @Test
    void noDevice_isSaid() {
        assertEquals("There is no video device in /dev.\n", list());
    }

    @Test
    void microphones_areShownWithTheLineToPaste(@TempDir Path root) throws IOException {
        Path proc = root.resolve("proc/asound");
        Files.createDirectories(proc.resolve("card1/pcm0c"));
        Files.writeString(proc.resolve("cards"), " 1 [C920           ]: USB-Audio - HD Pro Webcam C920\n");
        Path usb = Files.createDirectories(root.resolve("sys/devices/usb1/1-1"));
        Files.writeString(usb.resolve("idVendor"), "046d");
        for (String member : List.of("video4linux/video7", "sound/card1")) {
            Path folder = Files.createDirectories(root.resolve("sys/class").resolve(member));
            Files.createSymbolicLink(folder.resolve("device"), usb);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ListCommand(driver, new PrintStream(out, true, StandardCharsets.UTF_8))
                .microphones(
                        new Microphones(root.resolve("proc"), root.resolve("sys")),
                        List.of(Path.of("/dev/video6"), Path.of("/dev/video7")));
        assertEquals("""

                plughw:C920: HD Pro Webcam C920
                  microphone: audio: alsa:plughw:C920
                  the own one of /dev/video7, where audio: alsa will do
                """, out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    private String list(String... nodes) {
        return list(driver, nodes);
    }

    private static String list(SystemCalls calls, String... nodes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ListCommand command = new ListCommand(
                calls, new PrintStream(out, true, StandardCharsets.UTF_8), calls instanceof FakeV4l2 ? 20_000 : 1_000);
        assertEquals(0, command.list(List.of(nodes).stream().map(Path::of).toList()));
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
