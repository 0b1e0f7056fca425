package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.Format;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.SourceConfig;
import dev.perch.media.Bytes;
import dev.perch.media.RecordingSink;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.time.Duration;
import java.util.List;

/** What tests of commands run: real programs of every Debian, sh, cat, head. */
abstract class CommandSourceCase {
    static final String FOLDER = "src/test/resources/corpus/";
    static final Duration LONG = Duration.ofSeconds(30);
    static final int WIDTH = 32;
    static final int HEIGHT = 16;
    static final int PICTURE_BYTES = WIDTH * HEIGHT * 2;

    final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    final ArenaPool arenas = new ArenaPool(budget);
    final CommandOutput output = new CommandOutput();

    CommandSource endless(String file) {
        return source(Format.AUTO, "sh", "-c", "while cat " + FOLDER + file + "; do :; done | cat");
    }

    CommandSource impatient(Format format, String script) {
        return new CommandSource(
                config(format, "sh", "-c", script), arenas, Duration.ofMillis(1500), Duration.ofMillis(1500));
    }

    CommandSource source(Format format, String... words) {
        return new CommandSource(config(format, words), arenas, LONG, LONG);
    }

    static CameraConfig config(Format format, String... words) {
        return config(format, new FrameRate(25, 1), SourceConfig.Command.of(List.of(words)));
    }

    static CameraConfig config(Format format, FrameRate fps, SourceConfig.Command command) {
        CameraConfig plain = CameraConfig.defaults("front", command);
        return plain.with(new CameraConfig.Capture(
                format,
                new PictureSize(WIDTH, HEIGHT, /* exact= */ true),
                fps,
                plain.capture().controls()));
    }

    void assertNothingHeld() {
        assertEquals(0, budget.leasedBytes());
        assertEquals(0, arenas.openArenas());
    }

    static String message(CommandOutput output) throws InterruptedException {
        return String.valueOf(output.awaitEnd().orElseThrow().getMessage());
    }

    static List<Bytes> bytes(RecordingSink sink) {
        return sink.frames().stream().map(RecordingSink.Frame::bytes).toList();
    }
}
