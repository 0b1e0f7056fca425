package dev.perch.audience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AddressSharesTest {
    private static final int MOST = 3;

    private final MemoryBudget media = new MemoryBudget(64 << 20, "memory.budget");
    private final MemoryBudget heap = MemoryBudget.ofHeap(16 << 20);
    private final Admission admission = new Admission(media, heap).boundedBy(new AddressShares(MOST));

    private Lease enter(String address) throws Exception {
        return admission.of(Optional.of(InetAddress.getByName(address))).bySocket(0);
    }

    @Test
    void oneAddress_hasItsShare_andOthersTheirs_andItGetsItBack() throws Exception {
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            held.add(enter("192.0.2.7"));
        }
        long leasedBytes = media.leasedBytes();
        AddressShares.FullException full = assertThrows(AddressShares.FullException.class, () -> enter("192.0.2.7"));
        assertEquals(leasedBytes, media.leasedBytes());
        assertTrue(String.valueOf(full.getMessage()).contains("192.0.2.7 has 3 viewers"), full::getMessage);
        assertTrue(String.valueOf(full.getMessage()).contains("server.max-viewers-per-address"), full::getMessage);
        assertEquals(MOST, full.most());
        enter("192.0.2.8").close();
        held.get(0).close();
        held.get(0).close();
        enter("192.0.2.7");
        assertThrows(AddressShares.FullException.class, () -> enter("192.0.2.7"));
    }

    @Test
    void ipv6_isCountedByNetwork() throws Exception {
        for (int i = 0; i < MOST; i++) {
            enter("2001:db8:0:1::" + (i + 1));
        }
        assertThrows(AddressShares.FullException.class, () -> enter("2001:db8:0:1:ffff::9"));
        enter("2001:db8:0:2::1").close();
        assertEquals("2001:0db8:0000:0001::/64", AddressShares.network(InetAddress.getByName("2001:db8:0:1:2:3:4:5")));
    }

    @Test
    void whoseAddressIsNotKnown_isCountedInNoShare() throws Exception {
        for (int i = 0; i < 3 * MOST; i++) {
            admission.of(Optional.empty()).bySocket(0);
        }
        enter("192.0.2.7").close();
    }

    @Test
    void mostPerAddress_isAQuarterOfWhatFits_atLeastEight_orAsConfigured() {
        assertEquals(27, Admission.mostPerAddress(OptionalInt.empty(), media, 32 << 20, heap));
        assertEquals(
                8, Admission.mostPerAddress(OptionalInt.empty(), new MemoryBudget(1 << 20, "memory.budget"), 0, heap));
        assertEquals(1, Admission.mostPerAddress(OptionalInt.of(1), media, 0, heap));
    }

    @Test
    void aCamerasShare_isKeptFromViewers_untilTheCameraHasIt() throws Exception {
        MemoryBudget budget = new MemoryBudget(1000, "memory.budget");
        budget.keep("back", 400);
        budget.leaseBesideKept("viewers", 600, "fewer");
        assertThrows(
                dev.perch.memory.BudgetExceededException.class, () -> budget.leaseBesideKept("viewers", 1, "fewer"));
        Lease ring = budget.lease("back H264 ring", 300, "ring");
        assertThrows(
                dev.perch.memory.BudgetExceededException.class, () -> budget.leaseBesideKept("viewers", 1, "fewer"));
        budget.lease("back driver buffers", 100, "size").close();
        ring.close();
        assertEquals(600, budget.leasedBytes());
    }
}
