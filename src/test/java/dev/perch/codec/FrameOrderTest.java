package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FrameOrderTest {
    private static final StreamConfig SMALL = new StreamConfig.Jpeg(16, 16);
    private static final StreamConfig LARGE = new StreamConfig.Jpeg(32, 32);

    private final RecordingSink sink = new RecordingSink();
    private final FrameOrder order = new FrameOrder(sink);

    private static void publish(FrameOrder.Place place, StreamConfig config, long number) {
        place.take(number);
        place.configure(config);
        place.claim(1).orElseThrow().put((byte) number);
        place.publish(new FrameTime(number, 0), true);
        place.leave();
    }

    @Test
    void laterFrame_waitsForTheEarlier() throws Exception {
        FrameOrder.Place early = order.place();
        FrameOrder.Place late = order.place();
        CountDownLatch started = new CountDownLatch(1);
        Thread second = new Thread(() -> {
            started.countDown();
            publish(late, LARGE, 2);
            publish(late, LARGE, 3);
        });
        second.start();
        assertTrue(started.await(20, TimeUnit.SECONDS));
        while (second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), sink.frames());
        publish(early, SMALL, 1);
        second.join();
        publish(early, SMALL, 4);
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                sink.frames().stream().map(frame -> frame.time().decodeNanos()).toList());
        assertEquals(List.of(SMALL, LARGE, SMALL), sink.configs());
    }

    @Test
    void frameThatFails_lastsNoLongerThanItsTurn() {
        FrameOrder.Place place = order.place();
        place.take(1);
        place.leave();
        place.take(2);
        place.configure(SMALL);
        assertTrue(place.claim(1).isPresent());
        place.leave();
        publish(order.place(), SMALL, 3);
        assertEquals(1, sink.frames().size());
    }
}
