package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Tool;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program without a configuration file, set up by its environment alone, with a clip that ffmpeg reads: what ffprobe finds in the stream. */
@Tag("players")
@Timeout(240)
class EnvironmentIT {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    Path folder;

    /** A clip of 640×360 at 30 frames a second with sound, of codecs that cannot be copied. */
    private Path clip() throws Exception {
        Path clip = folder.resolve("clip.mp4");
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=640x360:r=30:d=4",
                "-f",
                "lavfi",
                "-i",
                "sine=440:d=4:r=48000",
                "-pix_fmt",
                "yuv420p",
                "-c:v",
                "mpeg4",
                "-q:v",
                "3",
                "-c:a",
                "libmp3lame",
                clip.toString());
        return clip;
    }

    private Map<String, String> environment(Map<String, String> more) throws Exception {
        Map<String, String> all = new HashMap<>(more);
        all.put("PERCH_SOURCE", clip().toString());
        all.put("PERCH_PORT", "0");
        all.put("PERCH_ADDRESS", "127.0.0.1");
        all.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        return all;
    }

    /** The tracks that ffprobe finds, a line each. */
    private static List<String> tracks(URI stream) throws Exception {
        return Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name,width,height,avg_frame_rate",
                "-of",
                "compact=p=0:nk=1",
                stream.toString());
    }

    @Test
    void exactKnobs_winOverQuality_andViewersAreCounted() throws Exception {
        Map<String, String> variables = environment(Map.of(
                "PERCH_QUALITY", "1",
                "PERCH_SIZE", "320x180",
                "PERCH_FPS", "10",
                "PERCH_CRF", "35",
                "PERCH_AUDIO_BITRATE", "64k",
                "PERCH_MAX_VIEWERS", "1"));
        try (RunningPerch perch = RunningPerch.byScript(JAVA_HOME, variables)) {
            List<String> tracks = tracks(perch.address().resolve("stream.mp4?duration=3"));
            assertTrue(tracks.get(0).startsWith("h264|320|180|"), () -> tracks + perch.log());
            assertTrue(perSecond(tracks.get(0)) < 12, () -> tracks + perch.log());
            assertTrue(tracks.get(1).startsWith("aac"), () -> tracks + perch.log());
            try (InputStream only = viewer(perch.address().resolve("stream.mp4"))) {
                assertEquals(1000, only.readNBytes(1000).length, perch::log);
                HttpResponse<String> second = perch.get("stream.mp4");
                assertEquals(503, second.statusCode(), second::body);
                assertTrue(second.body().contains("\"maxViewers\":1"), second::body);
            }
        }
    }

    /** Watches a stream, once who watched before has gone. */
    private static InputStream viewer(URI stream) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(stream).build();
        AtomicReference<InputStream> body = new AtomicReference<>();
        Await.until(
                60,
                () -> {
                    HttpResponse<InputStream> answer = client.sendAsync(
                                    request, HttpResponse.BodyHandlers.ofInputStream())
                            .join();
                    body.set(answer.body());
                    return answer.statusCode() == 200;
                },
                () -> "the first viewer is still counted");
        return Objects.requireNonNull(body.get());
    }

    /** Returns the rate of a line of {@link #tracks}, whose last column is a fraction. */
    private static double perSecond(String track) {
        String fraction = track.substring(track.lastIndexOf('|') + 1);
        int slash = fraction.indexOf('/');
        return Double.parseDouble(fraction.substring(0, slash)) / Double.parseDouble(fraction.substring(slash + 1));
    }

    @Test
    void quality_makesThePictureSmaller() throws Exception {
        try (RunningPerch perch = RunningPerch.byScript(JAVA_HOME, environment(Map.of("PERCH_QUALITY", "0")))) {
            List<String> tracks = tracks(perch.address().resolve("stream.mp4?duration=2"));
            assertTrue(tracks.get(0).startsWith("h264|160|90|"), () -> tracks + perch.log());
        }
    }
}
