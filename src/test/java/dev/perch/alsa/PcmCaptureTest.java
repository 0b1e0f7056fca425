package dev.perch.alsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.testing.ScriptedCard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The capture of a card that follows a script: forms of samples, times, overruns, unplugging, silence. */
@Timeout(60)
class PcmCaptureTest {
    /** Keeps what comes, with the times. */
    private static final class Kept implements PcmCapture.Output {
        final List<Short> samples = new ArrayList<>();
        final List<Long> firstNanos = new ArrayList<>();
        final List<Integer> counts = new ArrayList<>();
        PcmFormat format = new PcmFormat(1, 1, SampleFormat.S16, 1, 1);

        @Override
        public void started(PcmFormat agreed) {
            format = agreed;
        }

        @Override
        public void frames(short[] block, int frames, long nanos) {
            for (int i = 0; i < frames * format.usedChannels(); i++) {
                samples.add(block[i]);
            }
            firstNanos.add(nanos);
            counts.add(frames);
        }

        @Override
        public void waited() {
            // nothing is due
        }
    }

    /** Runs until so many seconds of the card's clock have passed. */
    private static PcmCapture run(ScriptedCard card, Kept kept, double seconds) throws CaptureException {
        PcmCapture[] capture = new PcmCapture[1];
        card.paced(now -> {
            if (now >= seconds * 1e9) {
                capture[0].stop();
            }
        });
        capture[0] = new PcmCapture(card, "hw:1", PcmWish.of("hw:1"), kept);
        capture[0].run();
        return capture[0];
    }

    @ParameterizedTest
    @EnumSource(SampleFormat.class)
    void eachForm_givesTheUpper16Bits(SampleFormat form) throws Exception {
        ScriptedCard card = new ScriptedCard(16_000, 2, form, 1, nanos -> (nanos / 62_500 % 200 - 100) / 128.0);
        Kept kept = new Kept();
        run(card, kept, 1);
        assertEquals(2, kept.format.channels());
        assertTrue(kept.samples.size() > 30_000, "a second of both channels: " + kept.samples.size());
        for (int i = 0; i < kept.samples.size(); i += 2) {
            assertEquals((i / 2 % 200 - 100) / 128.0, kept.samples.get(i) / 32_768.0, 0.0001);
            assertEquals(kept.samples.get(i), kept.samples.get(i + 1));
        }
        assertFalse(card.opened());
    }

    @ParameterizedTest
    @ValueSource(ints = {16_000, 48_000})
    void times_areThoseOfCapture(int rateHz) throws Exception {
        ScriptedCard card = new ScriptedCard(rateHz, 1, SampleFormat.S16, 1.001, nanos -> 0);
        Kept kept = new Kept();
        run(card, kept, 5);
        long frames = 0;
        for (int i = 0; i < kept.counts.size(); i++) {
            double seconds = (kept.firstNanos.get(i) - ScriptedCard.atNanos(0)) / 1e9;
            assertEquals(frames / (rateHz * 1.001), seconds, 0.0005, "block " + i);
            frames += kept.counts.get(i);
        }
    }

    @Test
    void moreThanTwoChannels_areCutToTheFirstTwo() throws Exception {
        ScriptedCard card = new ScriptedCard(48_000, 8, SampleFormat.S32, 1, nanos -> 0.5);
        Kept kept = new Kept();
        run(card, kept, 0.5);
        assertEquals(2, kept.format.usedChannels());
        int frames = kept.counts.stream().mapToInt(count -> count).sum();
        assertEquals(2 * frames, kept.samples.size());
    }

    @Test
    void overrun_isCountedAndLeavesAGapInTheTimes() throws Exception {
        ScriptedCard card = new ScriptedCard(48_000, 1, SampleFormat.S16, 1, nanos -> 0).overrun(1, 0.7);
        Kept kept = new Kept();
        PcmCapture capture = run(card, kept, 3);
        assertEquals(1, capture.overruns());
        double gap = 0;
        for (int i = 1; i < kept.firstNanos.size(); i++) {
            double expected = kept.firstNanos.get(i - 1) + kept.counts.get(i - 1) * 1e9 / 48_000;
            gap = Math.max(gap, (kept.firstNanos.get(i) - expected) / 1e9);
        }
        assertEquals(0.7, gap, 0.05);
        assertEquals(List.of("open hw:1", "agree 48000 2", "start", "prepare", "start", "wake", "close"), card.calls());
    }

    @Test
    void unplugging_endsItWithASentence() {
        ScriptedCard card = new ScriptedCard(48_000, 1, SampleFormat.S16, 1, nanos -> 0).unplug(1);
        CaptureException gone = assertThrows(CaptureException.class, () -> run(card, new Kept(), 3));
        assertEquals(CaptureException.Kind.ABSENT, gone.kind());
        assertTrue(
                String.valueOf(gone.getMessage()).startsWith("There is no sound card hw:1 to record from; "),
                gone.getMessage());
        assertFalse(card.opened(), "and closed");
    }

    @Test
    void cardThatGivesNothing_isGivenUpAfterFiveSeconds() {
        ScriptedCard card = new ScriptedCard(48_000, 1, SampleFormat.S16, 1, nanos -> 0);
        card.silent();
        CaptureException dead = assertThrows(CaptureException.class, () -> run(card, new Kept(), 60));
        assertEquals(5, card.seconds(), 0.2);
        assertEquals(
                "The sound card hw:1 has given nothing for 5 seconds, though it is open and captures.",
                dead.getMessage());
    }

    @Test
    void wish_isStereoOfTheHardwareAndMonoOfWhatConverts() {
        assertEquals(new PcmWish(48_000, 2), PcmWish.of("hw:1"));
        assertEquals(new PcmWish(48_000, 1), PcmWish.of("plughw:1"));
        assertEquals(new PcmWish(48_000, 1), PcmWish.of("default"));
    }
}
