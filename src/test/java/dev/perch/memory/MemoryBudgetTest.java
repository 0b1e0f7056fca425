package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long MIB = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(48 * MIB, "memory.budget");

    @Test
    void refusal_namesWhatWasAskedWhatIsLeftAndTheSettings() throws Exception {
        budget.lease("front driver buffers", 46 * MIB, "cameras.front.size");
        BudgetExceededException refusal = assertThrows(
                BudgetExceededException.class,
                () -> budget.lease("front ring H264", 4 * MIB + MIB / 2, "cameras.front.ring"));
        assertEquals(
                "Out of media memory: front ring H264 asks for 4.5 MiB, 2.0 MiB of 48.0 MiB are left."
                        + " Raise memory.budget, or lower cameras.front.ring.",
                refusal.getMessage());
        assertEquals(4 * MIB + MIB / 2, refusal.askedBytes());
        assertEquals(2 * MIB, refusal.leftBytes());
        assertEquals(48 * MIB, refusal.totalBytes());
        assertEquals("cameras.front.ring", refusal.setting());
        assertEquals(1, budget.refusals());
        assertTrue(budget.tryLease("viewer", 3 * MIB).isEmpty());
        assertEquals(2, budget.refusals());
    }

    @Test
    void refusal_withoutASettingOfTheHolder_namesTheBudgetOnly() {
        BudgetExceededException refusal =
                assertThrows(BudgetExceededException.class, () -> budget.lease("viewer", 49 * MIB, "memory.budget"));
        assertEquals(
                "Out of media memory: viewer asks for 49.0 MiB, 48.0 MiB of 48.0 MiB are left. Raise memory.budget.",
                refusal.getMessage());
    }

    @Test
    void books_areKeptByHolder() throws Exception {
        Lease one = budget.lease("a", 10, "x");
        Lease two = budget.lease("a", 5, "x");
        Lease none = budget.lease("b", 0, "x");
        assertEquals(Map.of("a", 15L, "b", 0L), budget.leasedByHolder());
        one.close();
        one.close();
        none.close();
        assertEquals(Map.of("a", 5L), budget.leasedByHolder());
        assertEquals(5, budget.leasedBytes());
        two.close();
        assertEquals(Map.of(), budget.leasedByHolder());
        assertEquals(0, budget.leasedBytes());
        Lease all = budget.lease("c", 48 * MIB, "x");
        assertEquals(48 * MIB, all.bytes());
        all.close();
    }

    @Test
    void callersFaults_areThrown() {
        assertThrows(IllegalArgumentException.class, () -> budget.lease("a", -1, "x"));
        assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(0, "memory.budget"));
    }

    @Test
    void concurrentLeases_neverExceedTheBudget_andAllComeBack() throws Exception {
        int threads = 4;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(pool.submit(leasing(i, start)));
            }
            for (Future<Integer> result : results) {
                assertTrue(result.get(20, TimeUnit.SECONDS) > 0);
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(0, budget.leasedBytes());
        assertEquals(Map.of(), budget.leasedByHolder());
    }

    private Callable<Integer> leasing(int number, CyclicBarrier start) {
        return () -> {
            Random random = new Random(number);
            List<Lease> held = new ArrayList<>();
            int got = 0;
            start.await(10, TimeUnit.SECONDS);
            for (int i = 0; i < 20_000; i++) {
                var lease = budget.tryLease("holder " + number % 2, random.nextInt((int) (8 * MIB)));
                lease.ifPresent(held::add);
                got += lease.isPresent() ? 1 : 0;
                assertTrue(budget.leasedBytes() <= budget.totalBytes());
                if (held.size() > 4 || (lease.isEmpty() && !held.isEmpty())) {
                    held.remove(random.nextInt(held.size())).close();
                }
            }
            held.forEach(Lease::close);
            return got;
        };
    }
}
