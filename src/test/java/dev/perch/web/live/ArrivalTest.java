package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Answer;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.ScriptedServer;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The time of stream.mp4 where frames arrive unevenly; the frames say that they came when the test says so. */
@Execution(ExecutionMode.CONCURRENT)
class ArrivalTest extends ScriptedServer {
    private static final int FPS = 30;

    private final long begin = System.nanoTime();

    ArrivalTest() {
        super(PixelFormat.H264);
    }

    /** Media times of the frames that arrive at these moments, all in seconds. */
    private List<Double> times(Mp4Body body, int timescaleHz, double... arrivals) throws Exception {
        for (int i = 0; i < arrivals.length; i++) {
            source.accessUnitAt(i % FPS, begin + Math.round(arrivals[i] * 1e9));
            source.settle();
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < arrivals.length; i++) {
            times.add((double) body.next().orElseThrow().decodeTicks() / timescaleHz);
        }
        return times;
    }

    private static double longestStep(List<Double> times) {
        double longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return longest;
    }

    @Test
    void bursts_areSpreadOut_andTheTotalIsTrue() throws Exception {
        Socket asked = connect("/stream.mp4");
        source.awaitStart(1);
        source.accessUnitAt(0, begin); // the head of the answer comes with it
        try (Answer answer = Answer.of(asked)) {
            Mp4Body body = new Mp4Body(answer.body());
            int timescaleHz = body.init().timescaleHz();
            double[] arrivals = new double[39];
            for (int i = 0; i < arrivals.length; i++) {
                arrivals[i] = Math.floorDiv(i + 1, 8)
                        * 0.5; // eight at once every half second, the first of them sent already
            }
            List<Double> times = times(body, timescaleHz, arrivals);
            assertEquals(0, times.get(0), 1e-9);
            double span = times.get(times.size() - 1);
            assertTrue(span > 1.95 && span < 2.4, times::toString);
            assertTrue(longestStep(times) < 0.2, times::toString);
        }
    }

    @Test
    void aStall_isRepaid_andAnOutageIsCutOut() throws Exception {
        Socket asked = connect("/stream.mp4");
        source.awaitStart(1);
        source.accessUnitAt(0, begin);
        try (Answer answer = Answer.of(asked)) {
            Mp4Body body = new Mp4Body(answer.body());
            int timescaleHz = body.init().timescaleHz();
            double[] arrivals = new double[120];
            for (int i = 0; i < arrivals.length; i++) {
                double captured = (double) (i + 1) / FPS;
                arrivals[i] =
                        captured > 1 && captured < 2 ? 2 : captured; // what was captured in a second came at its end
            }
            List<Double> times = times(body, timescaleHz, arrivals);
            double span = times.get(times.size() - 1);
            assertEquals(119.0 / FPS, span, 0.1, times::toString);
            assertTrue(longestStep(times) < 0.2, times::toString);
            source.fail(CaptureException.Kind.ABSENT, "The camera was unplugged.");
            source.awaitStart(2);
            double behindTheOutage = times(body, timescaleHz, 8).get(0);
            assertEquals(span + 1.0 / FPS, behindTheOutage, 0.02);
        }
    }
}
