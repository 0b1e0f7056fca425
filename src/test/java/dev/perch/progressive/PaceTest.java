package dev.perch.progressive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrivals of many kinds become in media time. */
class PaceTest {
    private static final double FPS = 30;
    private static final long NOMINAL_NANOS = 33_333_333;

    /** Media time in seconds of each frame. */
    private static List<Double> media(List<Double> arrivals, long nominalNanos) {
        Pace pace = new Pace(nominalNanos);
        List<Double> times = new ArrayList<>(List.of(0.0));
        for (int i = 1; i < arrivals.size(); i++) {
            long step = pace.step(Math.round((arrivals.get(i) - arrivals.get(i - 1)) * 1e9));
            assertTrue(step >= 0, "step=" + step);
            times.add(times.get(i - 1) + step / 1e9);
        }
        return times;
    }

    private static List<Double> arrivals(int frames, IntToDoubleFunction seconds) {
        List<Double> arrivals = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            arrivals.add(seconds.applyAsDouble(i));
        }
        return arrivals;
    }

    private static double last(List<Double> times) {
        return times.get(times.size() - 1);
    }

    /** The longest step from frame {@code from} on. */
    private static double longest(List<Double> times, int from) {
        double longest = 0;
        for (int i = from; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return longest;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 5, 15, 30, 60, 0.2})
    void evenArrivals_stayAsTheyAre(double fps) {
        List<Double> arrivals = arrivals(200, i -> i / fps);
        List<Double> media = media(arrivals, Math.round(1e9 / fps));
        for (int i = 0; i < media.size(); i++) {
            assertEquals(arrivals.get(i), media.get(i), 1e-6);
        }
    }

    /** Jitter of less than what a late frame is: what a player sees is what came. */
    @Test
    void jitter_staysAsItIs() {
        Random random = new Random(1);
        List<Double> arrivals = arrivals(1000, i -> i / FPS + 0.3 / FPS * random.nextDouble());
        List<Double> media = media(arrivals, NOMINAL_NANOS);
        for (int i = 0; i < media.size(); i++) {
            assertEquals(arrivals.get(i) - arrivals.get(0), media.get(i), 1e-6);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // frames a burst, frames a second, nominal interval in ms
        "8, 16, 66",
        "8, 16, 33",
        "2, 30, 33",
        "3, 30, 33",
        "30, 30, 33",
        "30, 30, 100",
        "8, 16, 200",
        "60, 30, 33",
        "5, 5, 33",
        "10, 60, 33",
        "100, 60, 33"
    })
    void bursts_areSpreadOut(int burst, double fps, int nominalMillis) {
        int frames = (int) Math.max(20 * fps, 10 * burst) / burst * burst;
        List<Double> arrivals = arrivals(frames, i -> i / burst * burst / fps + i % burst * 0.0001);
        List<Double> media = media(arrivals, nominalMillis * 1_000_000L);
        int firstBurst = burst - 1;
        double span = (frames - 1) / fps;
        double unknown = Math.abs(firstBurst * (nominalMillis / 1000.0 - 1 / fps)); // until it knows better
        assertEquals(span, last(media), 0.03 * span + 2 / fps, "span");
        int settled = Math.min(frames / 2, 4 * burst + 64);
        assertTrue(longest(media, settled) < 2.2 / fps, "longest step " + longest(media, settled));
        assertNeverFarFromTrueTime(arrivals, media, burst / fps + unknown);
    }

    private static void assertNeverFarFromTrueTime(List<Double> arrivals, List<Double> media, double most) {
        for (int i = 0; i < media.size(); i++) {
            double off = media.get(i) - (arrivals.get(i) - arrivals.get(0));
            assertTrue(Math.abs(off) < 1.3 * most + 0.1, "frame " + i + " is off by " + off);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 2", "0.2, 2", "0.1, 1", "1, 4", "3, 10", "0.5, 0.7", "8, 20"})
    void stalls_thatAreCaughtUp_loseNoTime(double stall, double every) {
        List<Double> arrivals = arrivals((int) (FPS * Math.max(12, 3 * every)), i -> {
            double due = i / FPS;
            double phase = due % every;
            return phase < stall ? due - phase + stall : due;
        });
        List<Double> media = media(arrivals, NOMINAL_NANOS);
        assertEquals((arrivals.size() - 1) / FPS, last(media), 0.15, "as captured");
        assertTrue(longest(media, 1) < Math.max(stall, 5 / FPS), "longest step " + longest(media, 1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 4})
    void aStall_thatIsCaughtUpSlowly_losesNoTime(double speed) {
        double stallSeconds = 1;
        List<Double> arrivals = arrivals(600, i -> {
            double due = i / FPS;
            return due < 5 ? due : Math.max(due, 5 + stallSeconds + (due - 5) / speed);
        });
        assertEquals(last(arrivals), last(media(arrivals, NOMINAL_NANOS)), 0.1);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1", "1, 1", "3, 1", "9, 1", "60, 1", "3, 8", "9, 8", "3, 2"})
    void anOutage_isCutOut(double seconds, int burst) {
        List<Double> arrivals = arrivals(600, i -> i / burst * burst / FPS + (i >= 240 ? seconds : 0));
        double truth = 599 / FPS;
        double media = last(media(arrivals, NOMINAL_NANOS));
        assertEquals(truth, media, Math.min(0.2 * seconds, 0.6), "media time");
    }

    @Test
    void outages_withoutAnnouncement_areCutOutEachTime() {
        List<Double> arrivals = arrivals(900, i -> i / FPS + Math.floorDiv(i, 90));
        assertEquals(899 / FPS, last(media(arrivals, NOMINAL_NANOS)), 0.5);
    }

    /** A few frames that were in the pipe are no proof that all the others were only late. */
    @Test
    void anOutage_behindWhichTwoFramesComeAtOnce_isCutOut() {
        List<Double> arrivals = arrivals(300, i -> i / FPS + (i >= 100 ? 3 : 0) - (i == 101 ? 0.8 / FPS : 0));
        assertEquals(299 / FPS, last(media(arrivals, NOMINAL_NANOS)), 0.2);
    }

    @ParameterizedTest
    @CsvSource({"15, 1", "10, 1", "5, 1", "2, 1", "1, 1", "0.5, 1", "0.2, 1", "15, 8", "60, 8", "15, 2", "8, 4"})
    void anotherRate_staysTrue(double fps, int burst) {
        List<Double> arrivals = new ArrayList<>(arrivals(240, i -> i / burst * burst / FPS));
        double at = 240 / FPS;
        arrivals.addAll(arrivals(400, i -> at + i / burst * burst / fps));
        arrivals.addAll(arrivals(240, i -> at + 400 / fps + i / burst * burst / FPS));
        List<Double> media = media(arrivals, NOMINAL_NANOS);
        double firstBurst = (burst - 1) / FPS;
        assertEquals(last(arrivals) + firstBurst, last(media), burst == 1 ? 0.001 : 0.1);
    }

    /** In the dusk the rate goes down step by step, and comes back. */
    @Test
    void aRateThatGlides_staysTrue() {
        List<Double> arrivals = new ArrayList<>(List.of(0.0));
        for (int i = 0; i < 400; i++) {
            double dark = Math.sin(Math.PI * i / 400);
            arrivals.add(last(arrivals) + 1 / FPS + dark * dark * 1.2);
        }
        assertEquals(last(arrivals), last(media(arrivals, NOMINAL_NANOS)), 0.001);
    }

    @Test
    void irregularArrivals_stayTrue() {
        Random random = new Random(5);
        List<Double> arrivals = new ArrayList<>(List.of(0.0));
        double captured = 0;
        double free = 0;
        for (int i = 0; i < 3000; i++) {
            captured += 1 / FPS;
            free = Math.max(free, captured) + (random.nextInt(10) == 0 ? 0.25 * random.nextDouble() : 0.001);
            arrivals.add(free);
        }
        List<Double> media = media(arrivals, NOMINAL_NANOS);
        assertEquals(last(arrivals), last(media), 0.3);
        assertNeverFarFromTrueTime(arrivals, media, 0.5);
    }
}
