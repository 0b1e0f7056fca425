package dev.perch.audience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final int OWN_BYTES = 64 << 10;

    private final MemoryBudget media = new MemoryBudget(1 << 20, "memory.budget");
    private final MemoryBudget heap = MemoryBudget.ofHeap(200 << 10);
    private final Admission admission = new Admission(media, heap);

    @Test
    void aLease_isOfBothBudgets_andGivenBackToBothOnce() throws BudgetExceededException {
        Lease lease = admission.byContainer(OWN_BYTES);
        assertEquals(lease.bytes(), media.leasedBytes());
        assertEquals(128 << 10, heap.leasedBytes());
        lease.close();
        lease.close();
        assertEquals(0, media.leasedBytes());
        assertEquals(0, heap.leasedBytes());
    }

    @Test
    void fullHeap_refusesWithTheFlagToRaise_andTakesNothing() throws BudgetExceededException {
        try (Lease first = admission.byContainer(OWN_BYTES)) {
            BudgetExceededException full =
                    assertThrows(BudgetExceededException.class, () -> admission.byContainer(OWN_BYTES));
            assertEquals(
                    "Out of heap: viewers asks for 0.1 MiB, 0.1 MiB of 0.2 MiB are left. Raise -Xmx, or lower the number of viewers.",
                    full.getMessage());
            assertEquals(first.bytes(), media.leasedBytes());
        }
    }

    @Test
    void fullBudget_givesTheHeapBack() {
        Admission poor = new Admission(new MemoryBudget(1 << 10, "memory.budget"), heap);
        BudgetExceededException full = assertThrows(BudgetExceededException.class, () -> poor.bySocket(0));
        assertTrue(String.valueOf(full.getMessage()).contains("Raise memory.budget"), full::getMessage);
        assertEquals(0, heap.leasedBytes());
    }
}
