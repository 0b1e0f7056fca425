package dev.perch.flv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ffmpeg writes is read, and what is written is read by ffmpeg: frame by frame with the same times, and the same pictures and samples. */
@Tag("players")
class FlvPlayersTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "25,         3, 48000, 2",
        "30000/1001, 2, 44100, 1",
        "60000/1001, 0, 16000, 1",
    })
    void ffmpegsFile_keepsItsFramesAndTimes(String rate, int bFrames, int sampleRate, int channels) throws Exception {
        Path file = folder.resolve("ffmpeg.flv");
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=" + rate + ":duration=3",
                "-f",
                "lavfi",
                "-i",
                "sine=sample_rate=" + sampleRate + ":duration=3",
                "-ac",
                "" + channels,
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-g",
                "20",
                "-bf",
                "" + bFrames,
                "-c:a",
                "aac",
                file.toString());
        RecordedTracks tracks = RecordedTracks.read(Files.readAllBytes(file), 777);
        assertEquals(List.of(), tracks.refusals);
        assertEquals(0, tracks.video.droppedFrames() + tracks.sound.droppedFrames());
        assertEquals(1, tracks.ends);
        assertEquals(
                packets(file, "v"),
                tracks.video.frames().stream()
                        .map(frame ->
                                row(frame.time().decodeNanos(), frame.time().presentationOffsetNanos(), frame.key()))
                        .toList());
        assertEquals(
                packets(file, "a"),
                tracks.sound.frames().stream()
                        .map(frame -> row(frame.time().decodeNanos(), 0, true))
                        .toList());
        assertEquals(bFrames > 0, tracks.video.frames().get(0).time().reordered());

        Path written = Files.write(folder.resolve("perch.flv"), tracks.write(0));
        assertEquals(packets(file, "v"), packets(written, "v"));
        assertEquals(packets(file, "a"), packets(written, "a"));
        assertEquals(decoded(file), decoded(written));
        assertTrue(decoded(file).size() > 170);
    }

    /** ffprobe finds the tracks and their kinds before any frame. */
    @Test
    void writtenFile_isDescribed() throws Exception {
        Path written = Files.write(
                folder.resolve("perch.flv"), SampleTracks.of("x264-baseline").write(0));
        List<String> streams = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name,width,height",
                "-of",
                "csv=p=0",
                written.toString());
        assertTrue(streams.contains("aac"), streams::toString);
        assertTrue(streams.contains("h264,320,180"), streams::toString);
    }

    private static String row(long decodeNanos, long offsetNanos, boolean key) {
        long decode = decodeNanos / 1_000_000;
        return decode + offsetNanos / 1_000_000 + "," + decode + "," + (key ? "K_" : "__");
    }

    private static List<String> packets(Path file, String kind) throws Exception {
        return Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                kind,
                "-show_entries",
                "packet=pts,dts,flags",
                "-of",
                "csv=p=0",
                file.toString());
    }

    private static List<String> decoded(Path file) throws Exception {
        return Tool.lines("ffmpeg", "-v", "error", "-xerror", "-i", file.toString(), "-f", "framemd5", "-").stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
