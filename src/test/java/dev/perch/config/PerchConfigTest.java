package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig.Format;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.CameraConfig.Run;
import dev.perch.config.PerchConfig.MemoryConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerchConfigTest {
    private static final Path SAMPLE = Path.of("conf/perch.yml");

    @Test
    void defaults_arePinned() {
        assertEquals(
                new PerchConfig(
                        new ServerConfig("0.0.0.0", 8080, ""), new MemoryConfig(OptionalLong.empty()), List.of()),
                PerchConfig.defaults());
        assertEquals(
                new CameraConfig(
                        "front",
                        "front",
                        new CameraConfig.Input(
                                new SourceConfig.Demo(),
                                new CameraConfig.Capture(
                                        Format.AUTO, new PictureSize(1280, 720), new FrameRate(30, 1), List.of()),
                                SoundConfig.SOURCE),
                        new CameraConfig.Output(
                                Optional.empty(),
                                Encoders.AUTO,
                                new Quality(
                                        1,
                                        OptionalDouble.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        OptionalLong.empty(),
                                        OptionalInt.empty(),
                                        80),
                                new CameraConfig.Segments(
                                        Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(10))),
                        new CameraConfig.Running(
                                Run.ON_DEMAND, Duration.ofSeconds(10), Duration.ofMillis(500), OptionalLong.empty()),
                        new CameraConfig.Sharing(
                                OptionalInt.empty(),
                                /* record= */ Optional.empty(),
                                /* pushes= */ List.of(),
                                /* privacy= */ Optional.empty())),
                CameraConfig.defaults("front", new SourceConfig.Demo()));
    }

    @Test
    void read_everyKey_isMapped() throws ConfigException {
        PerchConfig config = read("""
                server:
                  address: 127.0.0.1
                  port: 9090
                  operator-key: "s3cret"
                  tls:
                    certificate: /etc/perch/fullchain.pem
                    key: privkey.pem
                    port: 8444
                    redirect: true
                    hsts: 365d
                state: /var/lib/perch
                memory:
                  budget: 48MiB
                record:
                  keep-free: 20%
                cameras:
                  front:
                    title: Front door
                    device: /dev/video0
                    format: H264
                    size: 640x480
                    fps: 25
                    controls: { brightness: 140, h264_level: "4.2" }
                    audio: alsa:plughw:CARD=Webcam,DEV=0
                    run: always
                    linger: 1m
                    warm-up: 0ms
                    ring: 4MiB
                    rotate: 90
                    mirror: true
                    renditions:
                      small: { size: 320x240, fps: 10, jpeg-quality: 60 }
                    encoder: /dev/video11
                    encoder-controls: { video_bitrate: 2000000 }
                    jpeg-encoder: off
                    jpeg-workers: 3
                    quality: 0.25
                    crf: 20.5
                    bitrate: 2.5M
                    audio-bitrate: 64k
                    jpeg-quality: 90
                    segment: 2s
                    part: 500ms
                    window: 1m
                    max-viewers: 12
                    record:
                      rendition: small
                      path: /srv/%camera/%F/%H.mp4
                      when: mon-fri 08:00-18:00
                      before: 10s
                      segment: 10m
                      sync: 5s
                      audio: false
                      keep: 7d
                      keep-size: 20GB
                      keep-free: 5GB
                      snapshots: 1m
                      on-closed: [/usr/local/bin/carry-off, front]
                    push:
                      - rtmp://server/live/front
                      - { name: tube, url: rtmps://a.rtmp.youtube.com/live2/k3y, audio: always, start: false }
                    private: mon-sun 22:00-06:00
                    record-private: card
                  back:
                    demo: true
                """);
        CameraConfig front = new CameraConfig(
                "front",
                "Front door",
                new CameraConfig.Input(
                        new SourceConfig.Device(Path.of("/dev/video0")),
                        new CameraConfig.Capture(
                                Format.H264,
                                new PictureSize(640, 480, /* exact= */ true),
                                new FrameRate(25, 1),
                                List.of(
                                        new ControlConfig("brightness", "140", /* quoted= */ false),
                                        new ControlConfig("h264_level", "4.2", /* quoted= */ true))),
                        SoundConfig.alsa(Optional.of("plughw:CARD=Webcam,DEV=0"))),
                new CameraConfig.Output(
                        Optional.of(new PicturesConfig(
                                new Turn(90, true),
                                List.of(new RenditionConfig(
                                        "small",
                                        new Quality(
                                                1,
                                                OptionalDouble.empty(),
                                                Optional.of(new PictureSize(320, 240)),
                                                Optional.of(new FrameRate(10, 1)),
                                                OptionalLong.empty(),
                                                OptionalInt.empty(),
                                                60))))),
                        new Encoders(
                                EncoderChoice.of(Path.of("/dev/video11")),
                                EncoderChoice.of(EncoderChoice.Kind.OFF),
                                OptionalInt.of(3),
                                List.of(new ControlConfig("video_bitrate", "2000000", /* quoted= */ false))),
                        new Quality(
                                1,
                                OptionalDouble.of(20.5),
                                Optional.empty(),
                                Optional.empty(),
                                OptionalLong.of(2_500_000),
                                OptionalInt.of(64_000),
                                90),
                        new CameraConfig.Segments(
                                Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMinutes(1))),
                new CameraConfig.Running(Run.ALWAYS, Duration.ofMinutes(1), Duration.ZERO, OptionalLong.of(4 << 20)),
                new CameraConfig.Sharing(
                        OptionalInt.of(12),
                        Optional.of(new RecordConfig(
                                "small",
                                new RecordingPath("/srv/front/%F/%H.mp4"),
                                RecordingTimes.read("mon-fri 08:00-18:00").orElseThrow(),
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(10),
                                Duration.ofSeconds(5),
                                /* audio= */ false,
                                new Retention(
                                        Optional.of(Duration.ofDays(7)),
                                        OptionalLong.of(20_000_000_000L),
                                        Optional.of(new Retention.Free(/* percent= */ 0, 5_000_000_000L))),
                                Duration.ofMinutes(1),
                                List.of("/usr/local/bin/carry-off", "front"))),
                        List.of(
                                new PushConfig("push-1", "rtmp://server/live/front", PushConfig.Audio.AUTO, true),
                                new PushConfig(
                                        "tube",
                                        "rtmps://a.rtmp.youtube.com/live2/k3y",
                                        PushConfig.Audio.ALWAYS,
                                        false)),
                        Optional.of(new PrivacyConfig(
                                RecordingTimes.read("mon-sun 22:00-06:00").orElseThrow(),
                                /* recordsCard= */ true,
                                /* masks= */ List.of()))));
        assertEquals(
                new PerchConfig(
                                new ServerConfig("127.0.0.1", 9090, "s3cret")
                                        .with(new TlsConfig(
                                                Path.of("/etc/perch/fullchain.pem"),
                                                Path.of("privkey.pem"),
                                                8444,
                                                /* redirect= */ true,
                                                Optional.of(Duration.ofDays(365)))),
                                new MemoryConfig(OptionalLong.of(48 << 20)),
                                new Retention(
                                        Optional.empty(),
                                        OptionalLong.empty(),
                                        Optional.of(new Retention.Free(/* percent= */ 20, 0))),
                                List.of(front, CameraConfig.defaults("back", new SourceConfig.Demo())))
                        .keptIn(Path.of("/var/lib/perch")),
                config);
    }

    @Test
    void sample_isValidAndHasTheDefaults() throws ConfigException {
        PerchConfig expected =
                PerchConfig.defaults().withCameras(List.of(CameraConfig.defaults("front", new SourceConfig.Demo())));
        assertEquals(expected.readFrom(SAMPLE), PerchConfig.load(SAMPLE));
    }

    @Test
    void sample_showsEveryKey() throws IOException {
        String sample = Files.readString(SAMPLE);
        Stream.of(Keys.ROOT, Keys.SERVER, Keys.MEMORY, Keys.CAMERA, Keys.RECORD, Keys.RTMP, Keys.ACCESS, Keys.MQTT)
                .flatMap(keys -> keys.known().stream())
                .forEach(key -> assertTrue(sample.matches("(?s).*\\n *(# +)?" + key + ":.*"), key));
    }

    @Test
    void documentation_namesEveryKey() throws IOException {
        String page = Files.readString(Path.of("docs/configuration.md"));
        Stream.of(
                        Keys.ROOT,
                        Keys.SERVER,
                        Keys.MEMORY,
                        Keys.CAMERA,
                        Keys.RECORD,
                        Keys.RTMP,
                        Keys.ACCESS,
                        Keys.PUSH,
                        Keys.MQTT)
                .flatMap(keys -> Stream.concat(keys.known().stream(), keys.later().stream()))
                .forEach(key -> assertTrue(page.contains("`" + key + "`"), key));
    }

    @Test
    void mqtt_isReadAndItsPasswordNotTold() throws ConfigException {
        PerchConfig config =
                read("mqtt: { host: broker, user: u, password: s3cret, tls: true, discovery: off, pictures: 5s }");
        MqttConfig wanted = new MqttConfig(
                "broker",
                8883,
                "u",
                "s3cret",
                /* tls= */ true,
                "",
                Optional.empty(),
                Optional.of(Duration.ofSeconds(5)));
        assertEquals(Optional.of(wanted), config.mqtt());
        assertFalse(config.toString().contains("s3cret"), config::toString);
        MqttConfig least = read("mqtt: { host: 10.0.0.2 }").mqtt().orElseThrow();
        assertEquals(
                new MqttConfig(
                        "10.0.0.2",
                        1883,
                        "",
                        "",
                        /* tls= */ false,
                        "",
                        Optional.of("homeassistant"),
                        Optional.of(Duration.ofMinutes(1))),
                least);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "# nothing\n", "---\n", "server:\nmemory:\n", "server: {}\n", "server:\n  operator-key:\n"})
    void read_nothingSaid_isTheDefaults(String text) throws ConfigException {
        assertEquals(PerchConfig.defaults(), read(text));
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30, 1, 33333333",
        "29.97, 2997, 100, 33366700",
        "30000/1001, 30000, 1001, 33366667",
        "0.5, 1, 2, 2000000000",
        "60/2, 30, 1, 33333333",
        "1000.000000, 1000, 1, 1000000",
        "0.000001, 1, 1000000, 1000000000000000"
    })
    void read_fps_isAnExactFraction(String text, int numerator, int denominator, long frameNanos)
            throws ConfigException {
        FrameRate fps = camera("fps: " + text).capture().fps();
        assertEquals(new FrameRate(numerator, denominator), fps);
        assertEquals(frameNanos, fps.frameNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "500kB, 500000",
        "512KiB, 524288",
        "1MB, 1000000",
        "4MiB, 4194304",
        "1GB, 1000000000",
        "1GiB, 1073741824"
    })
    void read_ring_isBytes(String text, long bytes) throws ConfigException {
        assertEquals(OptionalLong.of(bytes), camera("ring: " + text).running().ringBytes());
    }

    @ParameterizedTest
    @CsvSource({"0s, 0", "500ms, 500", "10s, 10000", "2m, 120000", "24h, 86400000"})
    void read_linger_isDuration(String text, long millis) throws ConfigException {
        assertEquals(
                Duration.ofMillis(millis), camera("linger: " + text).running().linger());
    }

    @Test
    void read_alias_isFollowed() throws ConfigException {
        PerchConfig config = read("cameras: { a: &a { demo: true, fps: &n 5 }, b: *a, c: { demo: true, fps: *n } }");
        assertEquals(
                List.of(5.0, 5.0, 5.0),
                config.cameras().stream()
                        .map(camera -> camera.capture().fps().perSecond())
                        .toList());
    }

    @Test
    void read_demo_needsNoValue() throws ConfigException {
        assertEquals(
                new SourceConfig.Demo(),
                read("cameras:\n  a:\n    demo:\n").cameras().get(0).source());
    }

    @Test
    void only_namesTheCameraAfterItsSource() {
        assertEquals("demo", CameraConfig.only(new SourceConfig.Demo()).id());
        assertEquals(
                "camera",
                CameraConfig.only(new SourceConfig.Device(Path.of("/dev/video0")))
                        .id());
    }

    @ParameterizedTest
    @CsvSource({"fsp, fps", "warmup, warm-up", "warm_up, warm-up", "Title, title", "devise, device", "liner, linger"})
    void suggested_slip_isTheKeyThatWasMeant(String typed, String meant) {
        assertEquals(meant, Keys.CAMERA.suggested(typed).orElse("none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "brightness", "codec", "p"})
    void suggested_somethingElse_isNone(String typed) {
        assertEquals("none", Keys.CAMERA.suggested(typed).orElse("none"));
    }

    private static CameraConfig camera(String line) throws ConfigException {
        return read("cameras:\n  a:\n    demo: true\n    " + line + "\n")
                .cameras()
                .get(0);
    }

    private static PerchConfig read(String text) throws ConfigException {
        return ConfigReader.read("perch.yml", text);
    }
}
