package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import java.io.InputStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What nobody configured costs nothing: the rooms whose classes a Perch loads that has one camera without sound, and viewers of its pictures. On a machine of
 * 512 MB a class is 4 to 5 KB for good.
 */
@Timeout(180)
class LoadedClassesIT {
    /** The rooms that every Perch needs, whole or in part. */
    private static final Set<String> NEEDED = Set.of(
            "access",
            "app",
            "audience",
            "camera",
            "codec",
            "config",
            "feed",
            "h264",
            "jpeg",
            "launch",
            "media",
            "memory",
            "mjpeg",
            "mp4",
            "progressive",
            "source",
            "web");

    /** Of other rooms what the needed ones name in their signatures and handlers, and what keeps the place of that which is not there. */
    private static final Set<String> NAMED = Set.of(
            "hls.Reload$RefusedException",
            "process.ProgramException",
            "push.Pushes",
            "v4l2.CaptureSession$Output",
            "v4l2.ControlException",
            "v4l2.ControlValue",
            "v4l2.DevicePlace",
            "window.CameraWindow$ShortageException",
            "window.CameraWindow$Waiter",
            "window.Windows");

    /** What brings dozens of classes of the JDK: the equals, hashCode and toString of records, other clients and loggers, management. */
    private static final List<String> DEAR = List.of(
            "java.lang.runtime.ObjectMethods",
            "java.net.http.HttpClient",
            "java.lang.management.ManagementFactory",
            "javax.net.ssl.SSLContext");

    private static final Pattern LOADED = Pattern.compile("\\] (\\S+) source: ");

    private static final Pattern LAMBDA = Pattern.compile("\\$\\$Lambda.*");

    @TempDir
    Path work;

    @Test
    void plainCamera_loadsTheRoomsThatItNeedsAlone() throws Exception {
        Path classes = work.resolve("classes.log");
        Path config = Files.writeString(work.resolve("perch.yml"), "cameras: { front: { demo: true, audio: off } }\n");
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes);
        try (RunningPerch perch = RunningPerch.start(
                environment, "--config", config.toString(), "--address", "127.0.0.1", "--port", "0")) {
            assertEquals(200, perch.get("front/snapshot.jpg").statusCode());
            for (String path : List.of("front/stream.mjpg", "front/stream.mp4", "front/stream.h264")) {
                read(perch, path);
            }
        }
        Set<String> loaded = loaded(classes);
        for (String framing :
                List.of("mjpeg.MultipartFraming", "progressive.Mp4Framing", "progressive.AnnexBFraming")) {
            assertTrue(loaded.contains("dev.perch." + framing), loaded::toString);
        }
        assertEquals(Set.of(), notMeant(loaded), "rooms of what is not configured");
        assertEquals(List.of(), DEAR.stream().filter(loaded::contains).toList());
    }

    private static void read(RunningPerch perch, String path) throws Exception {
        URLConnection connection = perch.address().resolve(path).toURL().openConnection();
        connection.setReadTimeout(30_000);
        try (InputStream body = connection.getInputStream()) {
            assertEquals(10_000, body.readNBytes(10_000).length, path);
        }
    }

    private static Set<String> loaded(Path log) throws Exception {
        Matcher matcher = LOADED.matcher(Files.readString(log));
        return matcher.results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> notMeant(Set<String> loaded) {
        return loaded.stream()
                .filter(name -> name.startsWith("dev.perch."))
                .map(name ->
                        LAMBDA.matcher(name.substring("dev.perch.".length())).replaceFirst(""))
                .filter(name -> !NEEDED.contains(name.substring(0, name.indexOf('.'))) && !NAMED.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
