package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AddressRange;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.FakeRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AddressSharesTest {
    private static final int MOST = 3;

    private final MemoryBudget media = new MemoryBudget(64 << 20, "memory.budget");
    private final MemoryBudget heap = MemoryBudget.ofHeap(16 << 20);
    private final Admission admission =
            new Admission(media, heap).boundedBy(new AddressShares(new Callers(List.of(proxy())), MOST));

    private static AddressRange proxy() {
        return new AddressRange(AddressRange.literal("10.0.0.1").orElseThrow(), 32);
    }

    private Lease enter(String peer, Map<String, String> headers) throws Exception {
        FakeRequest request = FakeRequest.from(peer, "cam");
        headers.forEach(request::header);
        return admission.of(request.request()).bySocket(0);
    }

    @Test
    void oneAddress_hasItsShare_andOthersTheirs_andItGetsItBack() throws Exception {
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            held.add(enter("192.0.2.7", Map.of()));
        }
        long leasedBytes = media.leasedBytes();
        AddressShares.FullException full =
                assertThrows(AddressShares.FullException.class, () -> enter("192.0.2.7", Map.of()));
        assertEquals(leasedBytes, media.leasedBytes());
        assertTrue(String.valueOf(full.getMessage()).contains("192.0.2.7 has 3 viewers"), full::getMessage);
        assertTrue(String.valueOf(full.getMessage()).contains("server.max-viewers-per-address"), full::getMessage);
        assertEquals(503, full.problem().status());
        enter("192.0.2.8", Map.of()).close();
        held.get(0).close();
        held.get(0).close();
        enter("192.0.2.7", Map.of());
        assertThrows(AddressShares.FullException.class, () -> enter("192.0.2.7", Map.of()));
    }

    @Test
    void ipv6_isCountedByNetwork() throws Exception {
        for (int i = 0; i < MOST; i++) {
            enter("2001:db8:0:1::" + (i + 1), Map.of());
        }
        assertThrows(AddressShares.FullException.class, () -> enter("2001:db8:0:1:ffff::9", Map.of()));
        enter("2001:db8:0:2::1", Map.of()).close();
        assertEquals("2001:0db8:0000:0001::/64", AddressShares.network(InetAddress.getByName("2001:db8:0:1:2:3:4:5")));
    }

    @Test
    void whoComesByATrustedProxy_isCountedByTheAddressThatItNames_andTheProxyItselfIsNot() throws Exception {
        for (int i = 0; i < 3 * MOST; i++) {
            enter("10.0.0.1", Map.of());
        }
        for (int i = 0; i < MOST; i++) {
            enter("10.0.0.1", Map.of("X-Forwarded-For", "198.51.100.1"));
        }
        assertThrows(
                AddressShares.FullException.class, () -> enter("10.0.0.1", Map.of("X-Forwarded-For", "198.51.100.1")));
        enter("10.0.0.1", Map.of("X-Forwarded-For", "198.51.100.2")).close();
        for (int i = 0; i < MOST; i++) {
            enter("192.0.2.9", Map.of("X-Forwarded-For", "198.51.100." + (10 + i)));
        }
        assertThrows(
                AddressShares.FullException.class,
                () -> enter("192.0.2.9", Map.of("X-Forwarded-For", "198.51.100.99")));
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
