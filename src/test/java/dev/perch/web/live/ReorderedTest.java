package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.ScriptedServer;
import dev.perch.testing.WebSocketClient;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What viewers get of a stream with B pictures: each with the time when it is shown. */
@Execution(ExecutionMode.CONCURRENT)
class ReorderedTest extends ScriptedServer {
    private static final List<Bytes> UNITS =
            Streams.accessUnits(Corpus.read("cases/b-frames.h264"), /* pieceBytes= */ 64 << 10);
    private static final int FRAMES = 40;
    private static final long INTERVAL_NANOS = 66_666_667;

    private final long begin = System.nanoTime();

    ReorderedTest() {
        super(PixelFormat.H264);
    }

    private void deliver(int from, int to) {
        for (int i = from; i < to; i++) {
            source.accessUnitAt(UNITS.get(i), begin + i * INTERVAL_NANOS);
        }
        source.settle();
    }

    /**
     * No picture is shown before it is decoded, nor before one that precedes it in output order.
     *
     * @param first which of all pictures is the first
     */
    private static void assertInOrder(List<Mp4Body.Fragment> fragments, int first) throws Exception {
        List<Integer> order = Streams.outputOrder(UNITS);
        TreeMap<Integer, Long> shown = new TreeMap<>();
        for (int i = 0; i < fragments.size(); i++) {
            assertTrue(fragments.get(i).compositionTicks().orElseThrow() >= 0, "shown before decoded: " + i);
            shown.put(order.get(first + i), fragments.get(i).shownTicks());
        }
        List<Long> times = new ArrayList<>(shown.values());
        assertEquals(times.stream().sorted().distinct().toList(), times);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start=plain", "start=plain&backlog=1", "start=hybrid"})
    void mp4_isShownInOrder_whereverOneJoins(String query) throws Exception {
        Socket first = connect("/stream.mp4");
        source.awaitStart(1);
        deliver(0, 20);
        try (Answer early = Answer.of(first);
                Answer answer = Answer.of(connect("/stream.mp4?" + query))) {
            Await.until(2, () -> camera.watchers() == 2, () -> "watchers=" + camera.watchers());
            deliver(20, FRAMES);
            Mp4Body body = new Mp4Body(answer.body());
            List<Mp4Body.Fragment> fragments = new ArrayList<>();
            if (query.contains("hybrid")) {
                body.hybrid();
            } else {
                body.init();
                fragments.add(body.next().orElseThrow());
            }
            for (int i = 1; i < FRAMES; i++) {
                fragments.add(body.next().orElseThrow());
            }
            assertInOrder(fragments, query.contains("hybrid") ? 1 : 0);
            new Mp4Body(early.body()).init();
        }
    }

    /** Two frames late, as the stream declares, and then as even as it was captured. */
    @Test
    void mp4_isShownEvenly_theDepthOfReorderingLater() throws Exception {
        Socket asked = connect("/stream.mp4?start=plain");
        source.awaitStart(1);
        deliver(0, FRAMES);
        try (Answer answer = Answer.of(asked)) {
            Mp4Body body = new Mp4Body(answer.body());
            int timescaleHz = body.init().timescaleHz();
            List<Long> shown = new ArrayList<>();
            for (int i = 0; i < FRAMES; i++) {
                shown.add(body.next().orElseThrow().shownTicks());
            }
            shown.sort(Comparator.naturalOrder());
            for (int i = 20; i < FRAMES - 3; i++) {
                double step = (double) (shown.get(i) - shown.get(i - 1)) / timescaleHz;
                assertEquals(1 / 15.0, step, 0.012, "picture " + i);
            }
        }
    }

    /** The message's head tells how long it is; a mistake there would end the connection. */
    @Test
    void webSocket_messagesAreAsLongAsTheySay() throws Exception {
        try (WebSocketClient client = WebSocketClient.open(server.port(), "/ws?format=mp4")) {
            source.awaitStart(1);
            Await.until(2, () -> camera.watchers() == 1, () -> "watchers=" + camera.watchers());
            deliver(0, 6);
            int fragments = 0;
            while (fragments < 6) {
                WebSocketClient.Frame frame = client.nextButPings();
                fragments += frame.opcode() == WebSocketClient.BINARY
                                && frame.message().kind() == 3
                        ? 1
                        : 0;
            }
        }
    }

    /** Bytes as they always were, where nothing is reordered. */
    @Test
    void mp4_withoutReordering_hasNoOffsets() throws Exception {
        Socket asked = connect("/stream.mp4?start=plain");
        source.awaitStart(1);
        for (int i = 0; i < 5; i++) {
            source.accessUnit(i);
        }
        try (Answer answer = Answer.of(asked)) {
            Mp4Body body = new Mp4Body(answer.body());
            body.init();
            for (int i = 0; i < 5; i++) {
                assertTrue(body.next().orElseThrow().compositionTicks().isEmpty());
            }
        }
    }
}
