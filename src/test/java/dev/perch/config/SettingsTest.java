package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder;

    private PerchConfig config(String text) throws Exception {
        return PerchConfig.load(Files.writeString(folder.resolve("perch.yml"), text));
    }

    private static String told(List<Setting> settings, String key) {
        return settings.stream()
                .filter(setting -> setting.key().equals(key))
                .map(setting -> setting.value() + " | " + setting.origin().word() + " " + setting.detail())
                .findFirst()
                .orElse("nothing");
    }

    @Test
    void values_haveTheLineTheyStandIn_andSecretsAreHidden() throws Exception {
        List<Setting> settings = Settings.of(config("""
                server:
                  port: 9090
                  operator-key: hush-hush-hush
                cameras:
                  front:
                    url: rtsp://ann:pa55word@10.0.0.9/live?token=t0kenvalue
                    push: [ { name: tube, url: "rtmp://b.example/live/str3amkey" } ]
                    linger: 20s
                  back:
                    command: [grab, --password, sw0rdfish, -o, "-"]
                """));
        assertEquals("9090 | line 2", told(settings, "server.port"));
        assertEquals("*** | line 3", told(settings, "server.operator-key"));
        assertEquals("20s | line 8", told(settings, "cameras.front.linger"));
        assertEquals("10s | default ", told(settings, "cameras.back.linger"));
        assertEquals("auto | default ", told(settings, "memory.budget"));
        assertEquals("0.0.0.0 | default ", told(settings, "server.address"));
        assertEquals("tube | line 7", told(settings, "cameras.front.push.1.name"));
        String all = settings.toString();
        for (String secret : List.of("hush", "pa55word", "t0kenvalue", "str3amkey", "sw0rdfish")) {
            assertFalse(all.contains(secret), all);
        }
        assertTrue(all.contains("10.0.0.9/live"), all);
    }

    @Test
    void environment_andCommandLine_areTold() throws Exception {
        PerchConfig alone =
                new Environment(Map.of("PERCH_PORT", "8181", "PERCH_CRF", "20")).alone(new SourceConfig.Demo());
        assertEquals("8181 | environment PERCH_PORT", told(Settings.of(alone), "server.port"));
        assertEquals("20 | environment PERCH_CRF", told(Settings.of(alone), "camera.crf"));
        PerchConfig moved = alone.withServer(alone.server().withPort(8282));
        assertEquals("8282 | command line ", told(Settings.of(moved), "server.port"));
    }

    /** What is told as a default changes nothing when it is written. */
    @Test
    void defaults_areThoseOfTheReader() throws Exception {
        PerchConfig plain = config("cameras: { front: { device: /dev/video0 } }\n");
        StringBuilder text = new StringBuilder();
        Settings.of(plain).stream()
                .filter(setting -> setting.origin() == Setting.Origin.DEFAULT)
                .forEach(setting -> text.append(setting.key().startsWith("cameras.") ? "" : section(setting)));
        text.append("cameras: { front: { device: /dev/video0");
        Settings.CAMERA.forEach(
                (key, value) -> text.append(", ").append(key).append(": ").append(value));
        assertEquals(plain, config(text.append(" } }\n").toString()));
    }

    private static String section(Setting setting) {
        Map<String, Map<String, String>> sections =
                Map.of("server", Settings.SERVER, "memory", Settings.MEMORY, "record", Settings.RECORD);
        String name = setting.key().replaceFirst("\\..*", "");
        String first = name + "."
                + Objects.requireNonNull(sections.get(name), name)
                        .keySet()
                        .iterator()
                        .next();
        return (first.equals(setting.key()) ? name + ":\n" : "") + "  "
                + setting.key().replaceFirst(".*\\.", "") + ": " + setting.value() + "\n";
    }
}
