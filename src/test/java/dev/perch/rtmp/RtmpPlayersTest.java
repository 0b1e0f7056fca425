package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.flv.RecordedTracks;
import dev.perch.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that people publish and play with, against the server's session. */
@Tag("players")
class RtmpPlayersTest {
    @TempDir
    private static Path folder = Path.of("");

    private static Path file = Path.of("");

    private final SessionPair.Host host = new SessionPair.Host();

    @BeforeAll
    static void makeAFile() throws Exception {
        file = folder.resolve("sample.flv");
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=25:duration=4",
                "-f",
                "lavfi",
                "-i",
                "sine=sample_rate=44100:duration=4",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-g",
                "25",
                "-bf",
                "2",
                "-c:a",
                "aac",
                file.toString());
    }

    /** ffmpeg's handshake has a digest, and it ends where the answer's does not hold. */
    @Test
    void ffmpegPublishes_andEveryFrameArrives() throws Exception {
        RecordedTracks wanted = RecordedTracks.read(Files.readAllBytes(file), 10_000);
        try (RtmpLoop loop = RtmpLoop.start(host)) {
            Tool.output(
                    "ffmpeg",
                    "-v",
                    "error",
                    "-i",
                    file.toString(),
                    "-c",
                    "copy",
                    "-f",
                    "flv",
                    loop.url() + "?key=secret");
            loop.await();
            assertTrue(Digest.schemeOf(loop.clientsPacket()) >= 0);
        }
        assertEquals("live/front", host.requests.get(0).path());
        assertEquals("secret", host.requests.get(0).parameter("key").orElseThrow());
        assertEquals(wanted.video.frames(), host.tracks.video.frames());
        assertEquals(wanted.sound.frames(), host.tracks.sound.frames());
        assertTrue(host.heard.contains("ended"), host.heard::toString);
    }

    /** rtmp2sink is GStreamer's own client, rtmpsink has librtmp's. */
    @ParameterizedTest
    @ValueSource(strings = {"rtmp2sink", "rtmpsink"})
    void gstreamerPublishes_andEveryFrameArrives(String sink) throws Exception {
        RecordedTracks wanted = RecordedTracks.read(Files.readAllBytes(file), 10_000);
        try (RtmpLoop loop = RtmpLoop.start(host)) {
            Tool.output(
                    "gst-launch-1.0",
                    "-q",
                    "filesrc",
                    "location=" + file,
                    "!",
                    "flvdemux",
                    "name=d",
                    "d.video",
                    "!",
                    "queue",
                    "!",
                    "h264parse",
                    "!",
                    "mux.",
                    "d.audio",
                    "!",
                    "queue",
                    "!",
                    "aacparse",
                    "!",
                    "mux.",
                    "flvmux",
                    "name=mux",
                    "streamable=true",
                    "!",
                    sink,
                    "location=" + loop.url());
            loop.await();
        }
        assertEquals("live/front", host.requests.get(0).path());
        assertEquals(List.of(), host.tracks.refusals);
        assertEquals(wanted.video.frames().size(), host.tracks.video.frames().size());
        assertEquals(wanted.sound.frames().size(), host.tracks.sound.frames().size());
        assertEquals(0, host.tracks.video.droppedFrames() + host.tracks.sound.droppedFrames());
    }

    @Test
    void ffmpegPlays_andSeesEveryFrame() throws Exception {
        RecordedTracks sample = RecordedTracks.read(Files.readAllBytes(file), 10_000);
        host.toPlay = sample.bodies();
        List<String> played;
        try (RtmpLoop loop = RtmpLoop.start(host)) {
            played = packets(loop.url());
            loop.await();
        }
        assertEquals(packets(file.toString()), played);
    }

    @Test
    void rtmpdumpPlays_andWritesEveryFrame() throws Exception {
        RecordedTracks sample = RecordedTracks.read(Files.readAllBytes(file), 10_000);
        host.toPlay = sample.bodies();
        Path dumped = folder.resolve("dumped.flv");
        try (RtmpLoop loop = RtmpLoop.start(host)) {
            Tool.output("rtmpdump", "-q", "--live", "-r", loop.url(), "-o", dumped.toString());
            loop.await();
        }
        RecordedTracks read = RecordedTracks.read(Files.readAllBytes(dumped), 10_000);
        assertEquals(sample.video.frames(), read.video.frames());
        assertEquals(sample.sound.frames(), read.sound.frames());
    }

    @Test
    void gstreamerPlays_andWritesEveryPicture() throws Exception {
        RecordedTracks sample = RecordedTracks.read(Files.readAllBytes(file), 10_000);
        host.toPlay = sample.bodies();
        Path dumped = folder.resolve("gstreamer.flv");
        try (RtmpLoop loop = RtmpLoop.start(host)) {
            Tool.output(
                    "gst-launch-1.0",
                    "-q",
                    "rtmp2src",
                    "location=" + loop.url(),
                    "!",
                    "filesink",
                    "location=" + dumped);
            loop.await();
        }
        RecordedTracks read = RecordedTracks.read(Files.readAllBytes(dumped), 10_000);
        assertEquals(sample.video.frames(), read.video.frames());
    }

    @Test
    void refusedPublisher_isToldAtOnce() throws Exception {
        host.refusal = "NetStream.Publish.BadName";
        AssertionError failed;
        try (RtmpLoop loop = RtmpLoop.start(host)) {
            failed = assertThrows(
                    AssertionError.class,
                    () -> Tool.output(
                            "ffmpeg", "-v", "error", "-i", file.toString(), "-c", "copy", "-f", "flv", loop.url()));
            loop.await();
        }
        assertTrue(String.valueOf(failed.getMessage()).contains("Not here."), failed::getMessage);
    }

    private static List<String> packets(String source) throws Exception {
        return Tool.lines(
                "ffprobe", "-v", "error", "-show_entries", "packet=codec_type,pts,dts,flags", "-of", "csv=p=0", source);
    }
}
