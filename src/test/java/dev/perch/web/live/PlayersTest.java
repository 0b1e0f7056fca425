package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.DemoFrames;
import dev.perch.testing.DemoServer;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.Player;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo camera's streams in ffprobe, ffmpeg, VLC, mpv and GStreamer, over HTTP from the program as it runs. */
@Tag("players")
class PlayersTest {
    private static final int FRAMES = 90;

    @TempDir
    Path folder;

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    @ParameterizedTest
    @CsvSource({
        "stream.mp4, 90, 1",
        "stream.mp4?start=hybrid&pad=1, 90, 1",
        "stream.h264, 90, 1",
        "stream.mjpg, 18, 5",
        "stream.mjpg?advance=1, 18, 5"
    })
    void ffmpeg_decodesEveryFrameWithoutAComplaint(String stream, int frames, int step) throws Exception {
        Player ffmpeg = Player.decode(folder, SERVER.address(stream), frames, "-xerror", "-err_detect", "explode");
        assertEquals("", ffmpeg.complaints());
        List<Integer> numbers = ffmpeg.numbers();
        assertEquals(frames, numbers.size(), numbers::toString);
        assertEquals(0, step == 1 ? numbers.get(0) % 30 : 0, "a start at a key frame");
        for (int i = 1; i < numbers.size(); i++) {
            assertEquals(step, DemoFrames.all().distance(numbers.get(i - 1), numbers.get(i)), numbers::toString);
        }
    }

    private Player ffprobe(String stream, String entries) throws Exception {
        Player ffprobe = Player.run(
                folder,
                "ffprobe",
                "-v",
                "error",
                "-read_intervals",
                "%+#" + FRAMES,
                "-show_entries",
                entries,
                "-of",
                "csv=p=0",
                SERVER.address(stream));
        assertEquals(0, ffprobe.exitCode(), ffprobe::complaints);
        assertEquals("", ffprobe.complaints());
        return ffprobe;
    }

    @Test
    void ffprobe_mp4_timesRiseByAFrameOnceTheBacklogIsOver() throws Exception {
        List<String> packets =
                ffprobe("stream.mp4?audio=0", "packet=pts_time,dts_time,flags").lines();
        assertEquals(FRAMES, packets.size());
        assertTrue(packets.get(0).startsWith("0.000000,0.000000,K"), packets.get(0));
        double last = 0;
        boolean live = false;
        for (String packet : packets.subList(1, packets.size())) {
            String[] values = packet.split(",", -1);
            assertEquals(values[0], values[1], "no reordering");
            double step = Double.parseDouble(values[0]) - last;
            live |= step > 0.01;
            assertEquals(live ? 1 / 30.0 : 0.001, step, 0.0005, packet);
            last += step;
        }
    }

    @Test
    void ffprobe_describesTheStreams() throws Exception {
        String entries = "stream=codec_name,profile,width,height,has_b_frames";
        assertEquals(
                List.of("h264,High,640,360,0", "aac,LC"),
                ffprobe("stream.mp4", entries).lines());
        assertEquals(
                List.of("h264,High,640,360,0"), ffprobe("stream.h264", entries).lines());
        assertTrue(ffprobe("stream.mjpg", entries).lines().get(0).matches("mjpeg,.*,640,360,.*"), "an MJPEG stream");
    }

    /** What OpenCV tells as CAP_PROP_FPS, and PyAV as average_rate: of a stream that is joined within its GOP it would be the backlog's 1,000 a second. */
    @Test
    void ffprobe_ofARunningStream_readsTheCamerasRate() throws Exception {
        try (InputStream running =
                URI.create(SERVER.address("stream.mp4")).toURL().openStream()) {
            for (int join = 0; join < 2; join++) {
                assertEquals(20_000, running.readNBytes(20_000).length); // half a second
                String[] rate = ffprobe("stream.mp4?audio=0", "stream=avg_frame_rate")
                        .lines()
                        .get(0)
                        .split("/", -1);
                double fps = Double.parseDouble(rate[0]) / Double.parseDouble(rate[1]);
                assertEquals(30, fps, 5, () -> String.join("/", rate));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream.mp4?", "stream.mp4?start=hybrid&pad=1&", "stream.h264?"})
    void vlc_showsTheFramesInOrder(String stream) throws Exception {
        Path pictures = folder.resolve("pictures.y4m");
        Player vlc = Player.vlc(folder, pictures, SERVER.address(stream + "duration=6"));
        assertEquals(0, vlc.exitCode(), vlc::complaints);
        List<Integer> numbers = FrameNumber.allOfY4m(Files.readAllBytes(pictures), 640, 360);
        assertEquals(0, numbers.get(0) % 30, () -> numbers + vlc.complaints());
        int played = 0;
        for (int i = 1; i < numbers.size(); i++) {
            int step = DemoFrames.all().distance(numbers.get(i - 1), numbers.get(i));
            assertTrue(
                    step < 60,
                    numbers::toString); // a start in the middle of a GOP makes VLC late; it shows a picture twice, too
            played += step;
        }
        assertTrue(played >= 100 && numbers.stream().distinct().count() > 90, () -> numbers + vlc.complaints());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream.mp4?", "stream.mp4?start=hybrid&pad=1&", "stream.h264?"})
    void mpv_playsToTheEnd(String stream) throws Exception {
        Path pictures = folder.resolve("pictures.gray");
        Player mpv = Player.run(
                folder,
                "mpv",
                "--no-config",
                "--no-audio",
                "--of=rawvideo",
                "--ovc=rawvideo",
                "--vf=scale=" + Player.WIDTH + ":" + Player.HEIGHT + ",format=gray",
                "--o=" + pictures,
                SERVER.address(stream + "duration=3"));
        assertEquals(0, mpv.exitCode(), mpv::complaints);
        List<Integer> numbers = FrameNumber.all(Files.readAllBytes(pictures), Player.WIDTH, Player.HEIGHT);
        assertEquals(0, numbers.get(0) % 30, numbers::toString);
        int last = numbers.get(numbers.size() - 1);
        assertEquals(89, DemoFrames.all().distance(numbers.get(0), last), 5, numbers::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "stream.mp4?, qtdemux",
        "stream.mp4?start=hybrid&pad=1&, qtdemux",
        "stream.h264?, identity",
    })
    void gstreamer_decodesEveryFrame(String stream, String demuxer) throws Exception {
        Path pictures = folder.resolve("pictures.gray");
        List<String> command = new ArrayList<>(List.of("gst-launch-1.0", "-q", "souphttpsrc"));
        command.addAll(
                List.of("location=" + SERVER.address(stream + "duration=3"), "!", demuxer, "!", "h264parse", "!"));
        command.addAll(List.of("avdec_h264", "!", "videoconvert", "!", "video/x-raw,format=GRAY8", "!"));
        command.addAll(List.of("filesink", "location=" + pictures));
        Player gstreamer = Player.run(folder, command.toArray(String[]::new));
        assertEquals(0, gstreamer.exitCode(), gstreamer::complaints);
        List<Integer> numbers = FrameNumber.all(Files.readAllBytes(pictures), 640, 360);
        assertEquals(90, numbers.size(), numbers::toString);
        assertEquals(0, numbers.get(0) % 30, numbers::toString);
        for (int i = 1; i < numbers.size(); i++) {
            assertEquals(1, DemoFrames.all().distance(numbers.get(i - 1), numbers.get(i)), numbers::toString);
        }
    }
}
