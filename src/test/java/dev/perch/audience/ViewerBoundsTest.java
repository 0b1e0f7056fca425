package dev.perch.audience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.testing.FakeClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ViewerBoundsTest {
    private final FakeClock clock = new FakeClock();

    @Test
    void enter_cameraIsFull_isRefusedWithTheNumbersUntilOneLeaves() {
        ViewerBounds bounds = new ViewerBounds(OptionalLong.empty(), Map.of("front", 2), clock);
        Runnable first = bounds.enter(List.of("front"));
        bounds.enter(List.of("front"));
        ViewerBounds.FullException full =
                assertThrows(ViewerBounds.FullException.class, () -> bounds.enter(List.of("front")));
        assertEquals(
                "Camera front has 2 viewers, and 2 are allowed at once (cameras.front.max-viewers). Try again later.",
                full.getMessage());
        bounds.enter(List.of("back"));
        first.run();
        first.run();
        bounds.enter(List.of("front"));
        assertThrows(ViewerBounds.FullException.class, () -> bounds.enter(List.of("front")));
    }

    @Test
    void enter_oneOfSeveralCamerasIsFull_countsNothing() {
        ViewerBounds bounds = new ViewerBounds(OptionalLong.of(10), Map.of("front", 1), clock);
        bounds.enter(List.of("front"));
        assertThrows(ViewerBounds.FullException.class, () -> bounds.enter(List.of("back", "front")));
        assertEquals(1, bounds.now());
        assertEquals(0, bounds.now("back"));
    }

    @Test
    void enter_severalCameras_isOneViewerOfTheServer() {
        ViewerBounds bounds = new ViewerBounds(OptionalLong.of(1), Map.of(), clock);
        Runnable leave = bounds.enter(List.of("back", "front"));
        assertEquals(1, bounds.now());
        ViewerBounds.FullException full = assertThrows(ViewerBounds.FullException.class, () -> bounds.enter(List.of()));
        assertEquals(
                "This server has 1 viewer, and 1 is allowed at once (server.max-viewers). Try again later.",
                full.getMessage());
        leave.run();
        assertEquals(0, bounds.now());
    }

    @Test
    void fetches_sameAddress_isOneViewerUntilItHasNotComeForAWhile() throws UnknownHostException {
        ViewerBounds bounds = new ViewerBounds(OptionalLong.empty(), Map.of("front", 1), clock);
        Optional<InetAddress> one = Optional.of(InetAddress.getByName("192.0.2.1"));
        Optional<InetAddress> other = Optional.of(InetAddress.getByName("192.0.2.2"));
        bounds.fetches("front", one);
        bounds.fetches("front", one);
        assertThrows(ViewerBounds.FullException.class, () -> bounds.fetches("front", other));
        assertThrows(ViewerBounds.FullException.class, () -> bounds.enter(List.of("front")));
        clock.advance(Duration.ofNanos(ViewerBounds.FETCHING_NANOS + 1));
        bounds.fetches("front", other);
        assertThrows(ViewerBounds.FullException.class, () -> bounds.fetches("front", one));
    }
}
