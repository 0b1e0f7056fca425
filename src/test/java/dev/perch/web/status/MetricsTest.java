package dev.perch.web.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** /metrics, as Prometheus reads it. */
class MetricsTest {
    /** A sample of the text format 0.0.4: a name, labels, a number. */
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_]+)(\\{[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"(?:,[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\")*})? (-?[0-9.]+(?:[eE][+-]?[0-9]+)?)");

    private final Map<String, ScriptedSource> sources = new LinkedHashMap<>();

    MetricsTest() {
        sources.put("front", ScriptedSource.steady(PixelFormat.MJPG));
        sources.put("back", ScriptedSource.steady(PixelFormat.MJPG));
    }

    @Test
    void metrics_tellStatesFramesAndViewers() throws Exception {
        try (PerchServer site = PerchServer.site(sources);
                Watch watch = site.camera("back").watch(Encoding.JPEG, null)) {
            Map<String, Double> before = samples(site);
            assertEquals(1, before.get("perch_camera_state{camera=\"front\",state=\"idle\"}"));
            assertEquals(0, Objects.requireNonNull(sources.get("front")).starts(), "asking starts nothing");
            assertEquals(0, before.get("perch_delivery_delay_seconds_count"));
            site.await("back", CameraState.Live.class);
            Objects.requireNonNull(sources.get("back"))
                    .lose(new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was \"unplugged\"."));
            site.await("back", CameraState.Lost.class);
            try (InputStream stream =
                    URI.create(site.address("front/stream.mjpg")).toURL().openStream()) {
                assertTrue(stream.read() >= 0);
                Await.until(
                        10,
                        () -> samples(site).getOrDefault("perch_delivery_delay_seconds_count", 0.0) > 2,
                        () -> samples(site).toString());
                Map<String, Double> now = samples(site);
                assertEquals(1, now.get("perch_viewers{technique=\"mjpeg\"}"));
                assertEquals(1, now.get("perch_camera_viewers{camera=\"front\"}"));
                assertEquals(1, now.get("perch_camera_state{camera=\"back\",state=\"lost\"}"));
                assertEquals(0, now.get("perch_camera_healthy{camera=\"back\"}"));
                assertTrue(now.getOrDefault("perch_track_frames_total{camera=\"front\",track=\"JPEG\"}", 0.0) > 2);
                assertTrue(now.getOrDefault("perch_sent_bytes_total", 0.0) > 0);
                assertTrue(
                        now.keySet().stream().anyMatch(name -> name.startsWith("perch_memory_leased_bytes{holder=")),
                        now::toString);
            }
            assertEquals(1, watch.camera().watchers());
        }
    }

    @Test
    void metrics_areWellFormed_andThoseOfTheDocument() throws Exception {
        try (PerchServer site = PerchServer.site(sources)) {
            HttpResponse<String> answer = site.get("metrics");
            assertEquals(
                    "text/plain;version=0.0.4;charset=utf-8",
                    answer.headers().firstValue("Content-Type").orElse(""));
            Set<String> documented = new HashSet<>();
            Matcher rows = Pattern.compile("(?m)^\\| `([a-z_]+)").matcher(Files.readString(Path.of("docs/metrics.md")));
            while (rows.find()) {
                documented.add(rows.group(1));
            }
            Set<String> families = new TreeSet<>();
            String family = "";
            for (String line : answer.body().lines().toList()) {
                if (line.startsWith("# TYPE ")) {
                    family = line.substring(7, line.indexOf(' ', 7));
                    assertTrue(families.add(family), "each family stands once: " + family);
                } else if (!line.startsWith("# HELP ")) {
                    assertTrue(SAMPLE.matcher(line).matches() && line.startsWith(family), line);
                }
            }
            families.removeAll(documented);
            assertEquals(Set.of(), families, "not in docs/metrics.md");
        }
    }

    @Test
    void machine_temperatureAndThrottling_areThoseOfTheKernel(@TempDir Path root) throws Exception {
        Path zone = Files.createDirectories(root.resolve("sys/class/thermal/thermal_zone0"));
        Files.writeString(zone.resolve("temp"), "61234\n");
        Files.writeString(zone.resolve("type"), "cpu-\"thermal\\\n");
        Path firmware = Files.createDirectories(root.resolve("sys/devices/platform/soc/soc:firmware"));
        Files.writeString(firmware.resolve("get_throttled"), "50005\n");
        MetricsText text = new MetricsText();
        new MachineMetrics(root).write(text);
        String told = text.toString();
        assertTrue(
                told.contains(
                        "perch_machine_temperature_celsius{zone=\"thermal_zone0\",type=\"cpu-\\\"thermal\\\\\"} 61.234\n"),
                told);
        assertTrue(told.contains("perch_machine_throttled{cause=\"under_voltage\"} 1\n"), told);
        assertTrue(told.contains("perch_machine_throttled{cause=\"frequency_capped\"} 0\n"), told);
        assertTrue(told.contains("perch_machine_throttled_since_boot{cause=\"throttled\"} 1\n"), told);
        Files.delete(firmware.resolve("get_throttled"));
        Files.delete(zone.resolve("temp"));
        MetricsText nothing = new MetricsText();
        new MachineMetrics(root).write(nothing);
        assertFalse(nothing.toString().contains("machine"), nothing::toString);
    }

    private static Map<String, Double> samples(PerchServer site) {
        Map<String, Double> samples = new LinkedHashMap<>();
        for (String line : body(site).lines().toList()) {
            if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            }
        }
        return samples;
    }

    private static String body(PerchServer site) {
        try {
            return site.get("metrics").body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
