package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.v4l2.FakeV4l2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripted driver answers for every device file as "Fake Camera". */
class DeviceFinderTest {
    private final FakeV4l2 driver = new FakeV4l2();

    @TempDir
    Path dev = Path.of("");

    @TempDir
    Path sysfs = Path.of("");

    private static CameraConfig camera(String id, SourceConfig source) {
        return CameraConfig.defaults(id, source);
    }

    private CameraConfig named(String id) {
        return camera(id, new SourceConfig.Card("Fake Camera"));
    }

    private CameraConfig at(String id, String name) {
        return camera(id, new SourceConfig.Device(dev.resolve(name)));
    }

    private String find(CameraConfig camera, CameraConfig... earlier) throws CaptureException {
        return find(Stream.concat(Stream.of(earlier), Stream.of(camera)).toList(), camera);
    }

    private String find(List<CameraConfig> all, CameraConfig camera) throws CaptureException {
        return new DeviceFinder(driver, new SecondNode.Places(dev, sysfs), camera, all).find();
    }

    /** Makes a device file, and lets sysfs name it. */
    private Path node(String file, String name) throws IOException {
        Files.writeString(Files.createDirectories(sysfs.resolve(file)).resolve("name"), name + "\n");
        return Files.createFile(dev.resolve(file));
    }

    @Test
    void name_isFoundUnderWhateverNumber() throws Exception {
        Path first = Files.createFile(dev.resolve("video3"));
        assertEquals(first.toString(), find(named("front")));
        Files.delete(first);
        Path second = Files.createFile(dev.resolve("video12"));
        assertEquals(second.toString(), find(named("front")));
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void nameThatIsAbsent_listsWhatIsThere() throws IOException {
        CaptureException none = assertThrows(CaptureException.class, () -> find(named("front")));
        assertEquals(Kind.ABSENT, none.kind());
        assertEquals(
                "No device is called \"Fake Camera\"; there is none. Is the camera plugged in?", none.getMessage());
        Files.createFile(dev.resolve("video0"));
        CaptureException other = assertThrows(
                CaptureException.class, () -> find(camera("front", new SourceConfig.Card("HD Webcam C930e"))));
        assertEquals(
                "No device is called \"HD Webcam C930e\"; there are \"Fake Camera\" (" + dev
                        + "/video0). Is the camera plugged in?",
                other.getMessage());
    }

    @Test
    void nameOfTwo_isRefused() throws IOException {
        Files.createFile(dev.resolve("video0"));
        Files.createFile(dev.resolve("video2"));
        CaptureException refusal = assertThrows(CaptureException.class, () -> find(named("front")));
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "2 devices are called \"Fake Camera\": " + dev + "/video0, " + dev
                        + "/video2; name one by its link in /dev/v4l/by-id or /dev/v4l/by-path.",
                refusal.getMessage());
    }

    @Test
    void deviceOfAnEarlierCamera_isRefusedHoweverItIsNamed() throws Exception {
        Path node = node("video0", "Fake Camera");
        Files.createSymbolicLink(dev.resolve("by-id"), node);
        List<CameraConfig> ways = List.of(named("front"), at("front", "video0"), at("front", "by-id"));
        for (CameraConfig first : ways) {
            for (CameraConfig second : List.of(named("side"), at("side", "video0"), at("side", "by-id"))) {
                CaptureException refusal = assertThrows(CaptureException.class, () -> find(second, first));
                assertEquals(Kind.UNSUPPORTED, refusal.kind());
                String message = String.valueOf(refusal.getMessage());
                assertEquals(
                        "is already the device of camera \"front\" (device: " + first.source()
                                + "): each camera needs a device of its own.",
                        message.substring(message.indexOf(' ') + 1));
            }
        }
    }

    @Test
    void earlierCamera_thatIsAbsentOrNoDevice_takesNothing() throws Exception {
        Path node = Files.createFile(dev.resolve("video0"));
        CameraConfig absent = camera("back", new SourceConfig.Card("Another"));
        CameraConfig demo = camera("demo", new SourceConfig.Demo());
        assertEquals(node.toString(), find(named("front"), absent, demo, at("side", "video9")));
    }

    @Test
    void nameThatSysfsKnows_opensNoOtherDevice() throws Exception {
        node("video0", "Another");
        Path wanted = node("video1", "Fake Camera");
        node("video2", "Fake Camera 2");
        assertEquals(wanted.toString(), find(named("front")));
        assertEquals(List.of(wanted.toString()), driver.opened());
    }

    /** A card's name has 31 characters at most; the name of its node may have more. */
    @Test
    void longName_isFoundByItsBeginning() throws Exception {
        String card = "x".repeat(31);
        Path node = node("video0", card + " and more");
        node("video1", "y");
        assertThrows(
                CaptureException.class, () -> find(camera("front", new SourceConfig.Card(card)), at("back", "video1")));
        assertEquals(List.of(node.toString()), driver.opened());
    }

    /** vivid's nodes are called vivid-000-vid-cap, and its card vivid. */
    @Test
    void nameThatSysfsDoesNotKnow_isAskedOfAllDevicesButOtherCameras() throws Exception {
        Path privately = node("video0", "Private");
        Path wanted = node("video1", "fake-000-vid-cap");
        CameraConfig front = named("front");
        List<CameraConfig> all = List.of(front, at("bedroom", "video0"));
        assertEquals(wanted.toString(), find(all, front));
        Files.delete(wanted);
        CaptureException none = assertThrows(CaptureException.class, () -> find(all, front));
        assertEquals(Kind.ABSENT, none.kind());
        assertEquals(
                "No device is called \"Fake Camera\"; there are another camera's (" + privately
                        + "). Is the camera plugged in?",
                none.getMessage());
        assertEquals(List.of(wanted.toString()), driver.opened());
    }
}
