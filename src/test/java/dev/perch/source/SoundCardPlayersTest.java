package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.alsa.SampleFormat;
import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.Await;
import dev.perch.testing.ScriptedCard;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.SoundOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sound card beside a source of pictures: a card that follows a script, and the real encoder. */
@Tag("players")
@Timeout(90)
class SoundCardPlayersTest {
    private static final double LINGER_SECONDS = 2;

    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    private final SoundOutput output = new SoundOutput();
    private final ScriptedSource pictures = new ScriptedSource(PixelFormat.JPEG);
    private Source.@Nullable Session running;

    private static CameraConfig config() {
        CameraConfig camera = CameraConfig.defaults("front", new SourceConfig.Demo());
        return camera.with(SoundConfig.alsa(Optional.of("hw:7")))
                .with(new CameraConfig.Running(
                        camera.running().run(),
                        Duration.ofMillis((long) (1000 * LINGER_SECONDS)),
                        camera.running().warmUp(),
                        camera.running().ringBytes()));
    }

    private Source.Session start(WithSoundCard source) {
        Source.Session started = source.start(output);
        running = started;
        return started;
    }

    /** A test that fails leaves no session to those that follow. */
    @AfterEach
    void stop() {
        Source.Session started = running;
        if (started != null) {
            started.stop();
        }
        Await.until(20, () -> !Await.runs("perch-front-sound"), () -> "the sound's thread runs on");
    }

    private WithSoundCard source(ScriptedCard card) {
        return new WithSoundCard(config(), pictures, card, () -> "hw:7", budget);
    }

    /** A beep of a hundredth of a second at each whole second of the clock. */
    private static double beep(long nanos) {
        double seconds = nanos / 1e9;
        return seconds - Math.floor(seconds) < 0.01 ? 0.7 * Math.sin(2 * Math.PI * 1000 * seconds) : 0;
    }

    /** Keeps the card's clock from running ahead of what the encoder gives: it would be taken for one that is stuck. */
    private ScriptedCard paced(ScriptedCard card) {
        return paced(card, 48_000);
    }

    private ScriptedCard paced(ScriptedCard card, int heardHz) {
        long lagNanos = 100_000_000 + Math.round(4 * 1024e9 / heardHz);
        return card.paced(now -> {
            long nanos = ScriptedCard.atNanos(now / 1e9);
            long end = System.nanoTime() + 60_000_000; // what the encoder's start takes
            while (output.wanted(CardSound.TRACK)
                    && output.newestNanos() < nanos - lagNanos
                    && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
    }

    /** Decodes what came, and returns when each beep began, in seconds of the card's clock. */
    private List<Double> beeps() throws IOException, InterruptedException {
        return output.beepNanos().stream()
                .map(nanos -> (nanos - ScriptedCard.atNanos(0)) / 1e9)
                .toList();
    }

    /** A card that is off: each beep is decoded where it was captured, so that the encoder's delay is taken off and nothing drifts. */
    @ParameterizedTest
    @CsvSource({"48000, 1, S16, 1.001", "16000, 1, S32, 0.999", "96000, 2, S32, 1.001"})
    void beeps_areHeardWhenTheyWereCaptured(int rateHz, int channels, SampleFormat form, double ratio)
            throws Exception {
        int heardHz = 48_000;
        ScriptedCard card = paced(
                new ScriptedCard(rateHz, channels, form, ratio, SoundCardPlayersTest::beep).trembling(1_000_000),
                heardHz);
        output.wanted(true);
        WithSoundCard source = source(card);
        source.delivers();
        Await.until(
                5, () -> source.soundCard().orElseThrow().format().isPresent() && !card.opened(), () -> "not asked");
        Source.Session session = start(source);
        Await.until(60, () -> card.seconds() > 13, () -> card.seconds() + " s, frames " + output.count());
        session.stop();
        output.awaitEnd();
        StreamConfig.Aac config = (StreamConfig.Aac) output.configs().get(0);
        assertEquals(heardHz, config.sampleRateHz());
        assertEquals(channels, config.channels());
        output.assertEven(heardHz);
        List<Double> beeps = beeps();
        assertTrue(beeps.size() >= 11, "heard " + beeps);
        beeps.forEach(each -> assertEquals(Math.rint(each), each, 0.005, "of " + beeps));
        assertEquals(0, budget.leasedBytes());
    }

    /** What a camera gives is asked before anybody watches; so is the card, which captures nothing by it. */
    @Test
    void formOfTheSound_isAskedForBeforehand() throws Exception {
        ScriptedCard card = new ScriptedCard(44_100, 2, SampleFormat.S32, 1, nanos -> 0);
        WithSoundCard source = source(card);
        source.delivers();
        Await.until(
                5,
                () -> card.calls().equals(List.of("open hw:7", "agree 48000 2", "close")),
                () -> card.calls().toString());
        assertEquals(
                Optional.of("44100 Hz, stereo, S32"),
                source.soundCard().orElseThrow().format());
        card.present(false);
        output.wanted(true);
        Source.Session session = start(source);
        Await.until(5, () -> !output.configs().isEmpty(), () -> "not described");
        session.stop();
        output.awaitEnd();
        StreamConfig.Aac config = (StreamConfig.Aac) output.configs().get(0);
        assertEquals("44100 Hz 2", config.sampleRateHz() + " Hz " + config.channels());
    }

    /** Nobody listens, nothing runs; the card is opened when somebody does, and closed a linger after. */
    @Test
    void cardIsOpen_onlyWhileSomebodyListens() throws Exception {
        ScriptedCard card = paced(new ScriptedCard(48_000, 1, SampleFormat.S16, 1, SoundCardPlayersTest::beep));
        WithSoundCard source = source(card);
        Source.Session session = start(source);
        Await.until(5, () -> Await.runs("perch-front-sound"), () -> "no thread");
        assertEquals(List.of(), card.calls());
        output.wanted(true);
        Await.until(
                10,
                () -> card.opened() && output.count() > 100,
                () -> card.calls().toString());
        assertTrue(source.soundCard().orElseThrow().capturing());
        assertEquals(
                Optional.of("48000 Hz, mono, S16"),
                source.soundCard().orElseThrow().format());
        double left = card.seconds();
        output.wanted(false);
        Await.until(
                10,
                () -> !card.opened() && output.pauses() == 1,
                () -> card.calls().toString());
        double lingered = card.seconds() - left; // which may be some blocks after the thread looked for the last time
        assertTrue(lingered >= LINGER_SECONDS - 0.2, () -> "after its linger: " + lingered);
        assertFalse(source.soundCard().orElseThrow().capturing());
        Await.until(5, () -> !Await.runs("perch-front-sound-"), () -> "the encoder runs on");
        assertEquals(0, budget.leasedBytes());
        int before = output.count();
        output.wanted(true);
        Await.until(10, () -> output.count() > before + 20, () -> "not again");
        session.stop();
        output.awaitEnd();
        assertNull(output.reason());
        assertEquals(1, output.configs().stream().distinct().count());
    }

    /** Unplugged and plugged in again: the track has no gap, is silent meanwhile, and the pictures' session goes on. */
    @Test
    void unpluggedCard_leavesTheTrackSilent_andComesBack() throws Exception {
        ScriptedCard card =
                paced(new ScriptedCard(48_000, 1, SampleFormat.S16, 1, SoundCardPlayersTest::beep).unplug(3.5));
        output.wanted(true);
        WithSoundCard source = source(card);
        Source.Session session = start(source);
        Await.until(20, () -> !troubleOf(source).isEmpty(), () -> "no trouble at " + card.seconds());
        assertTrue(troubleOf(source).startsWith("There is no sound card hw:7 to record from; "), troubleOf(source));
        Await.until(
                20,
                () -> {
                    card.advance(0.04);
                    return Collections.frequency(card.calls(), "open hw:7") >= 3;
                },
                () -> "not tried again: " + card.calls());
        card.present(true);
        double back = card.seconds();
        Await.until(
                20,
                () -> {
                    if (!card.opened()) {
                        card.advance(0.04);
                    }
                    return card.seconds() > back + 4;
                },
                () -> card.calls().toString());
        assertEquals("", troubleOf(source), "and all is well");
        session.stop();
        output.awaitEnd();
        assertNull(output.reason(), "the pictures were never lost");
        output.assertEven(48_000);
        assertTrue(source.soundCard().orElseThrow().silentFrames() > 20);
        List<Double> beeps = beeps();
        beeps.forEach(each -> assertEquals(Math.rint(each), each, 0.005, "of " + beeps));
        assertTrue(
                beeps.stream().anyMatch(each -> each < 4) && beeps.stream().anyMatch(each -> each > back), "" + beeps);
    }

    @Test
    void absentCard_isSilenceFromTheStart() throws Exception {
        ScriptedCard card = new ScriptedCard(16_000, 1, SampleFormat.S16, 1, nanos -> 0);
        card.present(false);
        output.wanted(true);
        WithSoundCard source = source(card);
        Source.Session session = start(source);
        Await.until(
                20,
                () -> {
                    card.advance(0.02);
                    return output.count() > 100;
                },
                () -> "silence: " + output.count());
        assertEquals("There is no sound card hw:7.", troubleOf(source));
        session.stop();
        output.awaitEnd();
        output.assertEven(48_000);
        assertEquals(
                List.of("mp4a.40.2"),
                output.configs().stream().map(StreamConfig::codecs).toList());
    }

    /** Two seconds lost to an overrun are silence of two seconds; what follows is in its place. */
    @Test
    void overruns_areCountedAndFilled() throws Exception {
        ScriptedCard card = paced(new ScriptedCard(48_000, 1, SampleFormat.S16, 1, SoundCardPlayersTest::beep)
                .overrun(2.3, 0.4)
                .overrun(4.2, 2.1));
        output.wanted(true);
        WithSoundCard source = source(card);
        Source.Session session = start(source);
        Await.until(60, () -> card.seconds() > 10, () -> "at " + card.seconds());
        session.stop();
        output.awaitEnd();
        assertEquals(2, source.soundCard().orElseThrow().overruns());
        output.assertEven(48_000);
        List<Double> beeps = beeps();
        beeps.forEach(each -> assertEquals(Math.rint(each), each, 0.005, "of " + beeps));
        assertTrue(beeps.stream().anyMatch(each -> each > 8), "" + beeps);
    }

    /** The picture's end is the session's, with its reason. */
    @Test
    void endOfThePictures_endsTheSound() throws Exception {
        ScriptedCard card = paced(new ScriptedCard(48_000, 1, SampleFormat.S16, 1, SoundCardPlayersTest::beep));
        output.wanted(true);
        pictures.failing(new CaptureException(CaptureException.Kind.ABSENT, "The camera is gone."));
        start(source(card));
        output.awaitEnd();
        CaptureException reason = output.reason();
        assertEquals("The camera is gone.", reason == null ? "" : reason.getMessage());
        assertFalse(card.opened());
    }

    private static String troubleOf(WithSoundCard source) {
        return source.soundCard().orElseThrow().trouble();
    }
}
