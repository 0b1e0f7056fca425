package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it measures the process's memory")
class ArenaPoolTest {
    private static final int MIB = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(4096L * MIB, "memory.budget");
    private final ArenaPool pool = new ArenaPool(budget);

    @Test
    void arena_isLeasedUntilClosed() throws Exception {
        Arena arena = pool.take("front ring", MIB, "cameras.front.ring");
        assertEquals(MIB, arena.sizeBytes());
        assertEquals(MIB, budget.leasedBytes());
        assertEquals(1, pool.openArenas());
        arena.close();
        arena.close();
        assertEquals(0, budget.leasedBytes());
        assertEquals(0, pool.openArenas());
    }

    /** linux Documentation/filesystems/proc.rst, VmRSS. */
    @Test
    void closedArena_isGivenBackToTheSystemAtOnce() throws Exception {
        Arena arena = pool.take("front ring", 64 * MIB, "cameras.front.ring");
        for (int i = 0; i < arena.sizeBytes(); i += 4096) {
            arena.memory().put(i, (byte) 1);
        }
        long held = residentBytes();
        arena.close();
        long given = held - residentBytes();
        assertTrue(given > 48L * MIB, "given back: " + given);
    }

    private static long residentBytes() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("no VmRSS");
    }

    /** The tests run with -Xmx512m, which limits direct memory too. */
    @Test
    void jvmsOwnLimit_isNamed_andTheLeaseIsBack() throws Exception {
        try (Arena most = pool.take("front ring", 300 * MIB, "cameras.front.ring")) {
            BudgetExceededException refusal = assertThrows(
                    BudgetExceededException.class, () -> pool.take("back ring", 400 * MIB, "cameras.back.ring"));
            assertEquals(
                    "Out of direct memory: back ring asks for 400.0 MiB. The budget has 3796.0 MiB of 4096.0 MiB left, but others in this"
                            + " JVM (the server, another Perch) hold the rest of its direct memory. Raise -XX:MaxDirectMemorySize, or lower cameras.back.ring.",
                    refusal.getMessage());
            assertTrue(refusal.getCause() instanceof OutOfMemoryError);
            assertEquals(1, budget.refusals());
            assertEquals(most.sizeBytes(), budget.leasedBytes());
            assertEquals(1, pool.openArenas());
        }
    }

    /** Two web applications in one Tomcat: the other one's classes are others, and its arenas are told by the property alone. */
    @Test
    void anotherPerchInThisJvm_isCounted() throws Exception {
        String before = System.getProperty(JvmTally.PROPERTY, "0");
        add(400L * MIB);
        try {
            BudgetExceededException refusal = assertThrows(
                    BudgetExceededException.class, () -> pool.take("front ring", 100 * MIB, "cameras.front.ring"));
            assertTrue(String.valueOf(refusal.getMessage()).contains("another Perch"), refusal::toString);
        } finally {
            add(-400L * MIB);
        }
        pool.take("front ring", 100 * MIB, "cameras.front.ring").close();
        assertEquals(before, System.getProperty(JvmTally.PROPERTY));
    }

    private static void add(long bytes) {
        System.getProperties()
                .merge(
                        JvmTally.PROPERTY,
                        Long.toString(bytes),
                        (had, more) -> Long.toString(Long.parseLong((String) had) + Long.parseLong((String) more)));
    }
}
