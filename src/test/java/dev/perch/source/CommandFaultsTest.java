package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig.Format;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Corpus;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a command that gives no frames, or no more. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class CommandFaultsTest extends CommandSourceCase {
    @Test
    void stills_aRunThatFails_isALoss() throws Exception {
        source(Format.MJPG, "sh", "-c", "cat " + FOLDER + "jpeg/turbo-420.jpg; exit 3")
                .start(output);
        assertEquals("sh has ended with exit code 3.", message(output));
    }

    @Test
    void startTimeout_isOfTheFirstFrameOnly() throws Exception {
        String file = FOLDER + "jpeg/turbo-420.jpg";
        String script = "cat " + file + "; sleep 0.7; cat " + file + "; exec sleep 1000";
        new CommandSource(
                        config(Format.MJPG, "sh", "-c", script),
                        arenas,
                        Duration.ofMillis(500),
                        Duration.ofMillis(1100))
                .start(output);
        assertEquals("sh has printed nothing for 1 seconds.", message(output));
        assertEquals(2, output.jpeg.frames().size());
        CommandOutput late = new CommandOutput();
        new CommandSource(config(Format.MJPG, "sleep", "1000"), arenas, Duration.ofMillis(1100), LONG).start(late);
        assertEquals("sleep has printed nothing for 1 seconds.", message(late));
    }

    @ParameterizedTest
    @CsvSource({
        "\\000\\000\\000\\034ftypisom, MP4",
        "\\032\\105\\337\\243abcd, Matroska",
        "FLV\\001abcd, FLV",
        "RIFFabcdAVI LIST, AVI",
        "\\211PNG\\r\\n, print JPEG",
        "YUV4MPEG2 W320, -f rawvideo",
        "\\000\\000\\000\\001\\100\\001\\014\\001, H.265",
        "no camera found, messages to stderr",
        "--help for help and no more, messages to stderr",
    })
    void auto_refusal_advisesWhatHelps(String first, String advice) throws Exception {
        source(Format.AUTO, "sh", "-c", "printf -- '" + first + "'").start(output);
        CaptureException reason = output.awaitEnd().orElseThrow();
        assertEquals(Kind.UNSUPPORTED, reason.kind());
        assertTrue(String.valueOf(reason.getMessage()).contains(advice), reason::toString);
    }

    @Test
    void silence_beforeAnything_isALoss() throws Exception {
        impatient(Format.AUTO, "echo warming up >&2; exec sleep 1000").start(output);
        assertEquals("sh has printed nothing for 1 seconds. It said: \"warming up\".", message(output));
        assertNothingHeld();
    }

    @Test
    void silence_afterFrames_isALoss() throws Exception {
        impatient(Format.MJPG, "cat " + FOLDER + "jpeg/turbo-420.jpg; exec sleep 1000")
                .start(output);
        assertEquals("sh has printed nothing for 1 seconds.", message(output));
        assertEquals(1, output.jpeg.frames().size());
    }

    @Test
    void noFrameInWhatIsPrinted_isALoss() throws Exception {
        impatient(Format.H264, "exec yes").start(output);
        assertEquals("sh prints, but no frame was found in it for 1 seconds; it should print H264.", message(output));
        assertNothingHeld();
    }

    @Test
    void death_isToldWithTheLastLines() throws Exception {
        source(Format.AUTO, "sh", "-c", "for i in 1 2 3 4 5; do echo line $i >&2; done; exit 7")
                .start(output);
        CaptureException reason = output.awaitEnd().orElseThrow();
        assertEquals(
                "sh has ended with exit code 7. It said: \"line 2 | line 3 | line 4 | line 5\".", reason.getMessage());
        assertEquals(Kind.FAULT, reason.kind());
    }

    @Test
    void death_bySignal_isTold_andTheFrameThatItCutIsNone() throws Exception {
        String file = FOLDER + "h264/x264-baseline.h264";
        source(Format.H264, "sh", "-c", "head -c 15000 " + file + "; kill -9 $$")
                .start(output);
        assertEquals("sh has ended with signal 9 (SIGKILL).", message(output));
        List<Bytes> whole = bytes(Streams.publish(Corpus.read("h264/x264-baseline.h264"), 33_333_333));
        assertFalse(output.h264.frames().isEmpty());
        assertEquals(whole.subList(0, output.h264.frames().size()), bytes(output.h264));
    }

    @Test
    void absentProgram_isNamed() throws Exception {
        source(Format.AUTO, "no-such-program", "-x").start(output);
        CaptureException reason = output.awaitEnd().orElseThrow();
        assertEquals(Kind.ABSENT, reason.kind());
        assertTrue(String.valueOf(reason.getMessage()).contains("no-such-program"), reason::toString);
    }

    @Test
    void otherOutput_isRefusedWithWhatItIs() throws Exception {
        source(Format.AUTO, "echo", "usage: camera [options]").start(output);
        CaptureException reason = output.awaitEnd().orElseThrow();
        assertEquals(Kind.UNSUPPORTED, reason.kind());
        assertTrue(
                String.valueOf(reason.getMessage())
                        .startsWith("The output of echo begins with \"usage: camera [o\", which is neither"),
                reason::toString);
        CommandOutput second = new CommandOutput();
        source(Format.AUTO, "sh", "-c", "head -c 70000 /dev/zero | tr '\\0' '\\377'; exec sleep 1000")
                .start(second);
        assertTrue(message(second).contains("begins with FF FF FF FF FF FF"), second::toString);
        assertNothingHeld();
    }

    @Test
    void budgetExhausted_isTold() throws Exception {
        MemoryBudget small = new MemoryBudget(CommandReader.READ_BYTES + PICTURE_BYTES * 2, "memory.budget");
        new CommandSource(config(Format.YUYV, "cat", "/dev/zero"), new ArenaPool(small)).start(output);
        CaptureException reason = output.awaitEnd().orElseThrow();
        assertEquals(Kind.NO_ROOM, reason.kind());
        assertTrue(String.valueOf(reason.getMessage()).contains("cameras.front.size"), reason::toString);
        assertEquals(0, small.leasedBytes());
    }
}
