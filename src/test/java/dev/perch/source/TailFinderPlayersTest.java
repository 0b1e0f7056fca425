package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Tool;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large files as recorders leave them when they are still writing: what stands before the frames and the last part are a file that plays. */
@Tag("players")
@Execution(ExecutionMode.CONCURRENT) // they wait for what is played in real time
class TailFinderPlayersTest {
    private static final int SECONDS = 30;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "mkv, -f matroska -live 1",
        "mkv, -f matroska",
        "flv, -f flv",
        "ts, -f mpegts",
        "mp4, -f mp4 -movflags frag_keyframe+empty_moov+default_base_moof"
    })
    void headAndTail_playFromNearTheEnd(String ending, String words) throws Exception {
        Path whole = folder.resolve("whole." + ending);
        Tool.output(
                ("ffmpeg -v error -f lavfi -i testsrc2=s=320x240:r=25:d=" + SECONDS + " -f lavfi -i sine=d=" + SECONDS
                                + " -c:v libx264 -preset ultrafast -b:v 3M -minrate 3M -maxrate 3M -bufsize 1M -x264-params nal-hrd=cbr -g 25 -c:a aac "
                                + words + " " + whole)
                        .split("\\s+", -1));
        byte[] bytes = Files.readAllBytes(whole);
        int written = bytes.length - 10_001; // the last frame is cut anywhere
        try (FileChannel file = FileChannel.open(cut(bytes, written))) {
            TailFinder.Parts parts = new TailFinder(file).find();
            assertTrue(parts.tailOffset() > written / 2, parts + " of " + written);
            assertTrue(parts.headBytes() < 20_000, parts.toString());
            Path end = folder.resolve("end." + ending);
            try (OutputStream out = Files.newOutputStream(end)) {
                out.write(bytes, 0, (int) parts.headBytes());
                out.write(bytes, (int) parts.tailOffset(), written - (int) parts.tailOffset());
            }
            List<String> frames = new ArrayList<>(Tool.lines(
                    "ffprobe",
                    "-v",
                    "quiet",
                    "-f",
                    format(ending),
                    "-select_streams",
                    "v",
                    "-show_entries",
                    "packet=flags",
                    "-of",
                    "csv=p=0",
                    "-i",
                    end.toString()));
            assertTrue(frames.size() >= 5 && frames.size() < SECONDS * 25 / 2, frames.size() + " frames from " + parts);
        }
    }

    private static String format(String ending) {
        return ending.equals("mkv") ? "matroska" : ending.equals("ts") ? "mpegts" : ending;
    }

    private Path cut(byte[] bytes, int count) throws Exception {
        return Files.write(folder.resolve("growing"), java.util.Arrays.copyOf(bytes, count));
    }

    @Test
    void anythingElse_isReadFromTheStart() throws Exception {
        byte[] noise = new byte[3_000_000];
        new java.util.Random(7).nextBytes(noise);
        int[] heads = {0x1A45DFA3, 'F' << 24 | 'L' << 16 | 'V' << 8 | 1, 0x00000018, 0};
        for (int head : heads) {
            ByteBuffer.wrap(noise).putInt(0, head);
            try (FileChannel file = FileChannel.open(cut(noise, noise.length))) {
                assertEquals(TailFinder.Parts.WHOLE, new TailFinder(file).find());
            }
        }
        for (int count : new int[] {0, 1, 500, 1000}) {
            try (FileChannel file = FileChannel.open(cut(noise, count))) {
                assertEquals(TailFinder.Parts.WHOLE, new TailFinder(file).find());
            }
        }
    }
}
