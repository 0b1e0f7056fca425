package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.config.SourceConfig;
import dev.perch.config.Turn;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.FakeV4l2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node beside that of the JPEGs: which are asked for their H.264, and which are not even opened. */
class SecondNodeTest {
    private static final Set<PixelFormat> BOTH = Set.of(PixelFormat.MJPG, PixelFormat.H264);
    private static final Set<PixelFormat> JPEGS = Set.of(PixelFormat.MJPG);

    @TempDir
    private Path folder;

    private final FakeV4l2 first = new FakeV4l2().offers("YUYV", "MJPG");
    private final FakeV4l2 others = new FakeV4l2().offers("H264");
    private Path jpegs = Path.of("video7");
    private Path coded = Path.of("video9");

    /** A USB camera of two functions: interfaces 0 and 2 of one device. */
    @BeforeEach
    void camera() throws IOException {
        jpegs = node("video7", "usb1/1-1/1-1:1.0");
        coded = node("video9", "usb1/1-1/1-1:1.2");
        Files.createFile(folder.resolve("devices/usb1/1-1/idVendor"));
    }

    private Path node(String name, String device) throws IOException {
        Path interfaceOf = Files.createDirectories(folder.resolve("devices").resolve(device));
        Path shown = Files.createDirectories(folder.resolve("sys").resolve(name));
        Files.createSymbolicLink(shown.resolve("device"), interfaceOf);
        return Files.createFile(Files.createDirectories(folder.resolve("dev")).resolve(name));
    }

    private V4l2Source source(CameraConfig camera, SourceConfig... named) {
        List<CameraConfig> all = Stream.of(named)
                .map(source -> CameraConfig.defaults("side", source))
                .toList();
        SecondNode.Places places = new SecondNode.Places(folder.resolve("dev"), folder.resolve("sys"));
        return new V4l2Source(
                camera,
                new MemoryBudget(1 << 20, "memory.budget"),
                first,
                () -> jpegs.toString(),
                request -> new SecondNode(others, places, all, request));
    }

    private Set<PixelFormat> delivers(SourceConfig... named) throws CaptureException {
        return source(CameraConfig.defaults("front", new SourceConfig.Device(jpegs)), named)
                .delivers();
    }

    /** A USB camera with an interface for H.264 beside the one of its JPEGs: its driver makes a node of each. */
    @Test
    void secondNodeOfTheDevice_givesItsH264() throws Exception {
        assertEquals(BOTH, delivers());
        assertEquals(List.of(jpegs.toString(), coded.toString()), others.opened());
        others.offers("YUYV");
        assertEquals(JPEGS, delivers());
        Files.delete(coded);
        others.offers("H264");
        assertEquals(JPEGS, delivers(), "not its own node");
        assertEquals(0, first.openDescriptors() + others.openDescriptors());
    }

    /** Some drivers make both nodes of one interface, and so do those that are no USB drivers. */
    @Test
    void secondNodeOfTheInterface_givesItsH264() throws Exception {
        Files.delete(coded);
        node("video10", "platform/camera.0");
        assertEquals(JPEGS, delivers());
        node("video11", "usb1/1-1/1-1:1.0");
        assertEquals(BOTH, delivers());
    }

    /** Nobody opens what may be a private camera, in whatever words its configuration says it. */
    @Test
    void nodeOfAnotherCamera_isNotOpened() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("by-id"), coded);
        assertEquals(JPEGS, delivers(new SourceConfig.Device(coded)));
        assertEquals(JPEGS, delivers(new SourceConfig.Device(link)));
        assertEquals(JPEGS, delivers(SourceConfig.Url.of(link.toString())));
        assertEquals(JPEGS, delivers(SourceConfig.Url.of("file://" + coded)));
        assertEquals(List.of(), others.opened());
        assertEquals(BOTH, delivers(new SourceConfig.Demo(), new SourceConfig.Device(jpegs)));
    }

    @Test
    void nodeOfAProgram_isNotOpened() throws Exception {
        String nothing = "/dev/null"; // a device file that is there on every machine
        Files.delete(coded);
        Files.createSymbolicLink(coded, Path.of(nothing));
        assertEquals(JPEGS, delivers(SourceConfig.Command.ofShell("ustreamer --device='" + nothing + "' | cat")));
        assertEquals(JPEGS, delivers(SourceConfig.Ffmpeg.of(List.of("-f", "v4l2", "-i", nothing))));
        assertEquals(List.of(), others.opened());
        assertEquals(BOTH, delivers(SourceConfig.Ffmpeg.of(List.of("-f", "v4l2", "-i", "/dev/zero"))));
    }

    /** A device that encodes two streams: the picture at the first node, and at the second one of a size that a rendition has. */
    @Test
    void secondNodeOfARenditionsSize_isCapturedForIt() throws Exception {
        first.offers("H264");
        assertEquals("small H264", second(new PictureSize(64, 16)));
        assertEquals(List.of(jpegs.toString(), coded.toString()), others.opened());
        assertEquals("", second(new PictureSize(32, 8)), "no size of the device");
        assertEquals("", second(new PictureSize(64, 32)), "not in the proportions of the picture");
        first.offers("MJPG");
        assertEquals("H264", second(new PictureSize(64, 16)), "the picture itself has the node");
    }

    /** Returns the track of the second node in a session of a camera with a rendition, which is told of at once; empty where it has none. */
    private String second(PictureSize size) throws Exception {
        CameraConfig plain = CameraConfig.defaults("front", new SourceConfig.Device(jpegs));
        RenditionConfig small = new RenditionConfig("small", Quality.DEFAULT.sized(size));
        CameraConfig camera = plain.with(new CameraConfig.Capture(
                        CameraConfig.Format.AUTO,
                        new PictureSize(64, 16),
                        plain.capture().fps(),
                        List.of()))
                .with(new PicturesConfig(Turn.NONE, List.of(small)));
        V4l2Source source = source(camera);
        source.delivers();
        RecordingOutput recorded = new RecordingOutput(count -> {});
        List<String> second = new ArrayList<>();
        Thread starting = Thread.currentThread();
        Source.Session session = source.start(new ForwardingOutput(recorded) {
            @Override
            public FrameSink track(TrackId track) {
                if (Thread.currentThread() == starting) { // and not that of the first node
                    second.add(track.toString());
                }
                return super.track(track);
            }
        });
        session.stop();
        recorded.awaitEnd();
        return String.join(", ", second);
    }

    /** A device of another make is not opened either, nor one of which the kernel tells nothing. */
    @Test
    void nodeOfAnotherDevice_isNotOpened() throws Exception {
        Files.delete(coded);
        node("video10", "usb1/1-2/1-2:1.0");
        Files.createFile(folder.resolve("devices/usb1/1-2/idVendor"));
        Files.createFile(folder.resolve("dev/video11"));
        assertEquals(JPEGS, delivers(new SourceConfig.Card("Back door")));
        assertEquals(List.of(), others.opened());
    }
}
