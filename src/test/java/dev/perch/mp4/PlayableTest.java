package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.h264.Streams;
import dev.perch.media.Corpus;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus as fragmented MP4, read by ffmpeg. */
@Tag("players")
class PlayableTest {
    private static final int FRAME_TICKS = InitSegment.TIMESCALE_HZ / 25;

    @TempDir
    private Path folder = Path.of("");

    static Stream<List<String>> expected() {
        return Corpus.table("h264/expected.txt");
    }

    @ParameterizedTest
    @MethodSource("expected")
    void fragments_areDecodedWithoutAnError(List<String> row) throws IOException, InterruptedException {
        Path file = write(row.get(0));
        assertEquals("", run("ffmpeg", "-v", "error", "-i", file.toString(), "-f", "rawvideo", "-y", "/dev/null"));
    }

    @ParameterizedTest
    @MethodSource("expected")
    void fragments_haveAllFramesTheirTimesAndKeys(List<String> row) throws IOException, InterruptedException {
        Path file = write(row.get(0));
        List<String> samples = run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-show_entries",
                        "packet=dts,flags",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .lines()
                .toList();
        RecordingSink published = published(row.get(0));
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < published.frames().size(); i++) {
            String flags = published.frames().get(i).key() ? "K_" : "__";
            wanted.add(i * FRAME_TICKS + "," + flags);
        }
        assertEquals(wanted, samples);
    }

    @ParameterizedTest
    @MethodSource("expected")
    void initSegment_describesTheStream(List<String> row) throws IOException, InterruptedException {
        String stream = run(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_tag_string,profile,width,height,pix_fmt,level,nb_read_frames,sample_aspect_ratio",
                "-count_frames",
                "-of",
                "default=nw=1",
                write(row.get(0)).toString());
        assertTrue(stream.contains("codec_tag_string=avc1"), stream);
        assertTrue(stream.contains("profile=" + row.get(1).replace('_', ' ')), stream);
        assertTrue(stream.contains("level=" + row.get(2)), stream);
        assertTrue(stream.contains("width=" + row.get(3)), stream);
        assertTrue(stream.contains("height=" + row.get(4)), stream);
        assertTrue(stream.contains("pix_fmt=" + row.get(5)), stream);
        assertTrue(stream.contains("nb_read_frames=" + row.get(8)), stream);
        assertTrue(row.get(11).equals("0:1") || stream.contains("sample_aspect_ratio=" + row.get(11)), stream);
    }

    private Path write(String name) throws IOException {
        Path file = folder.resolve(name + ".mp4");
        RecordingSink published = published(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            StreamConfig.H264 config = (StreamConfig.H264) published.configs().get(0);
            out.write(InitSegment.video(config, 0).toArray());
            Fragment fragment = new Fragment();
            byte[] head = new byte[Fragment.HEAD_BYTES];
            byte[] free = new byte[Fragment.FREE_BOX_BYTES];
            Fragment.freeBox(ByteBuffer.wrap(free));
            for (int i = 0; i < published.frames().size(); i++) {
                RecordingSink.Frame frame = published.frames().get(i);
                fragment.at(i + 1, (long) i * FRAME_TICKS)
                        .sample(FRAME_TICKS, frame.bytes().size(), frame.key())
                        .write(ByteBuffer.wrap(head));
                out.write(head);
                out.write(frame.bytes().toArray());
                out.write(free);
            }
        }
        return file;
    }

    private static RecordingSink published(String name) {
        return Streams.publish(Corpus.read("h264/" + name), 40_000_000);
    }

    /** All that the program writes, once it has ended. */
    private String run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(program.waitFor(60, TimeUnit.SECONDS), "does not end: " + List.of(command));
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(0, program.exitValue(), text);
        return text;
    }
}
