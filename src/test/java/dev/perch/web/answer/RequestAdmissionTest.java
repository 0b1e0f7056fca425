package dev.perch.web.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.audience.AddressShares;
import dev.perch.audience.Admission;
import dev.perch.config.AddressRange;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose share a request is counted in. */
class RequestAdmissionTest {
    private static final int MOST = 3;

    private final MemoryBudget media = new MemoryBudget(64 << 20, "memory.budget");
    private final MemoryBudget heap = MemoryBudget.ofHeap(16 << 20);
    private final RequestAdmission admission = new RequestAdmission(
            new Admission(media, heap).boundedBy(new AddressShares(MOST)), new Callers(List.of(proxy())));

    private static AddressRange proxy() {
        return new AddressRange(AddressRange.literal("10.0.0.1").orElseThrow(), 32);
    }

    private Lease enter(String peer, Map<String, String> headers) throws Exception {
        FakeRequest request = FakeRequest.from(peer, "cam");
        headers.forEach(request::header);
        return admission.of(request.request()).bySocket(0);
    }

    @Test
    void oneAddress_hasItsShare_andWhoFindsItFullIsToldHowMany() throws Exception {
        for (int i = 0; i < MOST; i++) {
            enter("192.0.2.7", Map.of());
        }
        AddressShares.FullException full =
                assertThrows(AddressShares.FullException.class, () -> enter("192.0.2.7", Map.of()));
        assertEquals(503, Refusals.of(full).status());
        enter("192.0.2.8", Map.of()).close();
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
}
