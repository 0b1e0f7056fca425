package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GrowingLeaseTest {
    private final MemoryBudget budget = new MemoryBudget(1000, "memory.budget");

    @Test
    void lease_followsWhatGrows_andIsGivenBackWhole() throws Exception {
        try (GrowingLease lease = new GrowingLease(budget, "front split frames", "cameras.front.size")) {
            lease.cover(100);
            lease.cover(300);
            lease.cover(200);
            assertEquals(300, budget.leasedBytes());
            assertEquals(300, budget.leasedByHolder().get("front split frames"));
        }
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void refusedGrowth_keepsWhatIsHeld() throws Exception {
        GrowingLease lease = new GrowingLease(budget, "front split frames", "cameras.front.size");
        lease.cover(600);
        assertThrows(BudgetExceededException.class, () -> lease.cover(1001));
        assertEquals(600, budget.leasedBytes());
        lease.close();
        lease.close();
        assertEquals(0, budget.leasedBytes());
        lease.cover(10);
        assertEquals(10, budget.leasedBytes());
        lease.close();
    }
}
