package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What is left of a command that was started and stopped again and again. */
@Timeout(60)
@Isolated("it counts the process's threads and descriptors")
class CommandCyclesTest extends CommandSourceCase {
    @Test
    void twentyCycles_leaveNothing() throws Exception {
        CommandSource source = endless("h264/x264-baseline.h264");
        Footing before = null;
        for (int i = 0; i <= 20; i++) {
            CommandOutput each = new CommandOutput();
            Source.Session session = source.start(each);
            assertTrue(each.frames.tryAcquire(3, 40, TimeUnit.SECONDS));
            session.stop();
            assertTrue(each.awaitEnd().isEmpty());
            before = before == null ? Footing.now() : before;
        }
        assertNothingHeld();
        assertEquals(before, Footing.now());
    }
}
