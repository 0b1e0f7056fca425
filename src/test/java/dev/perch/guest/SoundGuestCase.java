package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.alsa.Pcm;
import dev.perch.alsa.PcmCapture;
import dev.perch.alsa.PcmFormat;
import dev.perch.alsa.PcmLibrary;
import dev.perch.alsa.PcmWish;
import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.CardFacts;
import dev.perch.source.Source;
import dev.perch.source.V4l2Source;
import dev.perch.source.WithSoundCard;
import dev.perch.testing.SoundOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real sound card of the kernel's, snd-aloop: what is played into one side is recorded from the other. */
class SoundGuestCase {
    private static final Path FEEDER = Path.of("src/test/rig/flash-and-beep").toAbsolutePath();
    private static final Path DRIVER = Path.of("/sys/bus/platform/drivers/snd_aloop");
    private static final String RECORDS = "hw:Loopback,1";
    private static final int LIGHT = 128;
    private long heldBefore;

    @BeforeEach
    void count() throws IOException {
        heldBefore = held();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertEquals(heldBefore, held());
    }

    /** How many descriptors and mappings of sound cards and video devices this process has. */
    private static long held() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return Guest.descriptors()
                    + maps.filter(line -> line.contains("/dev/")).count();
        }
    }

    private static Guest.Feeder play(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", FEEDER.toString()));
        command.addAll(List.of(words));
        command.add("hw:Loopback,0");
        Guest.Feeder feeder = new Guest.Feeder(new ProcessBuilder(command)
                .inheritIO()
                .redirectInput(Path.of("/dev/null").toFile())
                .start());
        Guest.await("sound in the loopback", () -> {
            try {
                return Files.readString(Path.of("/proc/asound/Loopback/pcm0p/sub0/status"))
                        .contains("RUNNING");
            } catch (IOException notYet) {
                return false;
            }
        });
        return feeder;
    }

    /** Counts what a card gives. */
    private static final class Counter implements PcmCapture.Output {
        private final List<String> formats = new CopyOnWriteArrayList<>();
        private final long stallNanos;
        private final AtomicLong frames = new AtomicLong();
        private volatile int loudest;
        private volatile long firstNanos;
        private volatile long lastNanos;
        private volatile long largestGapNanos;
        private int rateHz;
        private int channels;

        Counter(long stallNanos) {
            this.stallNanos = stallNanos;
        }

        @Override
        public void started(PcmFormat format) {
            formats.add(format.toString());
            rateHz = format.rateHz();
            channels = format.usedChannels();
        }

        @Override
        public void frames(short[] samples, int count, long nanos) {
            if (frames.get() == 0) {
                firstNanos = nanos;
                LockSupport.parkNanos(stallNanos);
            } else {
                largestGapNanos = Math.max(largestGapNanos, nanos - lastNanos);
            }
            lastNanos = nanos + 1_000_000_000L * count / rateHz;
            frames.addAndGet(count);
            for (int i = 0; i < count * channels; i++) {
                loudest = Math.max(loudest, Math.abs(samples[i]));
            }
        }

        @Override
        public void waited() {}
    }

    private static PcmCapture capture(Counter counter, double seconds) throws Exception {
        PcmCapture capture = new PcmCapture(PcmLibrary.linux(), RECORDS, PcmWish.of(RECORDS), counter);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                capture.run();
            } catch (Exception | Error failure) {
                failures.add(failure);
            }
        });
        thread.start();
        Guest.await(
                seconds + " s of sound",
                () -> !thread.isAlive() || counter.lastNanos - counter.firstNanos > seconds * 1e9);
        capture.stop();
        thread.join();
        assertEquals(List.of(), failures);
        return capture;
    }

    /** What is played decides what the other side has: rates, samples and channels that Perch has to agree on. */
    @ParameterizedTest
    @CsvSource({
        "48000, 1, S16, '48000 Hz, mono, S16'",
        "16000, 1, S16, '16000 Hz, mono, S16'",
        "48000, 2, S32, '48000 Hz, stereo, S32'"
    })
    void eachForm_isAgreedOnAndHeard(String rate, String channels, String form, String expected) throws Exception {
        try (Guest.Feeder feeder = play("--rate", rate, "--channels", channels, "--format", form)) {
            Counter counter = new Counter(0);
            PcmCapture capture = capture(counter, 2.5);
            assertTrue(feeder.process().isAlive());
            assertEquals(List.of(expected), counter.formats);
            assertTrue(counter.loudest > 16_000, "the beep: " + counter.loudest);
            if (capture.overruns() == 0) {
                double seconds = (counter.lastNanos - counter.firstNanos) / 1e9;
                assertEquals(Integer.parseInt(rate), counter.frames.get() / seconds, Integer.parseInt(rate) * 0.01);
            }
        }
    }

    /** A reader that stands still for longer than the card's buffer: counted, a gap in the times, and on it goes. */
    @Test
    void overrun_isAGapInTheTimes() throws Exception {
        Counter counter = new Counter(1_500_000_000);
        PcmCapture capture = capture(counter, 3);
        assertTrue(capture.overruns() >= 1, "overruns " + capture.overruns());
        assertTrue(counter.largestGapNanos > 500_000_000, "gap " + counter.largestGapNanos);
    }

    @Test
    void startsAndStops_leaveNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            capture(new Counter(0), 0.05);
        }
    }

    private static String probe() throws Exception {
        return Guest.run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=/tmp",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName(),
                        RECORDS,
                        "sound")
                .strip();
    }

    @Test
    void absentLibasound_isToldByName() throws Exception {
        Guest.run("sh", "-c", "mkdir /run/away; mv /usr/lib/*/libasound.so.2* /run/away/");
        try {
            assertEquals(
                    "UNSUPPORTED Sound of a card needs the library libasound, which is not on this machine: apt install libasound2"
                            + " (from Debian 13 on, libasound2t64), then start Perch again.",
                    probe());
        } finally {
            Guest.run("sh", "-c", "mv /run/away/libasound* $(dirname $(ls -d /usr/lib/*/libjpeg.so* | head -n 1))/");
        }
    }

    /** The loopback has eight substreams; other cards have one. */
    @Test
    void cardInUse_isTold() throws Exception {
        List<Pcm> held = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                held.add(PcmLibrary.linux().open(RECORDS));
            }
            CaptureException busy = assertThrows(
                    CaptureException.class, () -> PcmLibrary.linux().open(RECORDS));
            assertEquals(
                    "The sound card " + RECORDS
                            + " is in use by another program, or by another camera of Perch; dsnoop: in place of hw: lets several share it.",
                    busy.getMessage());
        } finally {
            held.forEach(Pcm::close);
        }
    }

    /** One clock stamps both: each beep is captured within 40 ms of its flash. What the encoder adds is taken off elsewhere; it may be too slow here. */
    @Test
    void flashAndBeep_areTogether() throws Exception {
        List<Long> flashes = new CopyOnWriteArrayList<>();
        Beeps beeps = new Beeps();
        SoundOutput output = new SoundOutput(picture -> light(picture, flashes));
        MemoryBudget budget = new MemoryBudget(64 << 20, "memory.budget");
        try (Guest.Feeder feeder = play("--video", "/dev/video21")) {
            PcmCapture capture = new PcmCapture(PcmLibrary.linux(), RECORDS, PcmWish.of(RECORDS), beeps);
            Thread thread = new Thread(() -> beeps.listen(capture));
            Source.Session session = new V4l2Source(Collector.camera("/dev/video21", 64, 48, 25), budget).start(output);
            thread.start();
            Guest.await(
                    "five beeps with their flashes",
                    () -> apartMillis(flashes, beeps.nanos).size() >= 5
                            || output.reason() != null
                            || !thread.isAlive());
            capture.stop();
            thread.join();
            session.stop();
            output.awaitEnd();
            assertNull(output.reason());
            assertEquals(List.of(), beeps.failures);
            assertTrue(feeder.process().isAlive());
        }
        List<Double> apart = apartMillis(flashes, beeps.nanos);
        Files.writeString(Guest.out().resolve("lip-sync.txt"), "beep after flash, ms: " + apart + "\n");
        apart.forEach(each -> assertEquals(0, each, 40, "ms: " + apart));
    }

    /** Returns how much later than each flash its beep was; one that was left out has no other within half a second. */
    private static List<Double> apartMillis(List<Long> flashes, List<Long> beeps) {
        List<Double> apart = new ArrayList<>();
        for (long flash : flashes) {
            beeps.stream()
                    .map(beep -> (beep - flash) / 1e6)
                    .filter(each -> Math.abs(each) < 400)
                    .findFirst()
                    .ifPresent(apart::add);
        }
        return apart;
    }

    /** Notes when something loud begins. */
    private static final class Beeps implements PcmCapture.Output {
        private static final int LOUD = 6_000;
        private final List<Long> nanos = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private int rateHz;
        private int channels;
        private int quiet;

        void listen(PcmCapture capture) {
            try {
                capture.run();
            } catch (CaptureException | RuntimeException | Error failure) {
                failures.add(failure);
            }
        }

        @Override
        public void started(PcmFormat format) {
            rateHz = format.rateHz();
            channels = format.usedChannels();
        }

        @Override
        public void frames(short[] samples, int frames, long firstNanos) {
            for (int frame = 0; frame < frames; frame++) {
                if (Math.abs(samples[frame * channels]) < LOUD) {
                    quiet++;
                } else {
                    if (quiet > rateHz / 10) {
                        nanos.add(firstNanos + 1_000_000_000L * frame / rateHz);
                    }
                    quiet = 0;
                }
            }
        }

        @Override
        public void waited() {}
    }

    private static void light(RawPicture picture, List<Long> flashes) {
        if ((picture.pixels().get(0) & 0xff) > LIGHT) {
            flashes.add(picture.time().decodeNanos());
        }
        picture.close();
    }

    /** The card goes and comes back under a running camera: no picture is lost, the track is silent meanwhile. */
    @Test
    void cardThatGoes_comesBack() throws Exception {
        SoundOutput output = new SoundOutput(RawPicture::close);
        MemoryBudget budget = new MemoryBudget(64 << 20, "memory.budget");
        CameraConfig camera = Collector.camera(Guest.vivid(), 320, 180, 5).with(SoundConfig.alsa(Optional.of(RECORDS)));
        WithSoundCard source = new WithSoundCard(camera, new V4l2Source(camera, budget), budget);
        output.wanted(true);
        Source.Session session = source.start(output);
        Guest.await("sound", () -> facts(source).capturing() && output.count() > 20);
        Files.writeString(DRIVER.resolve("unbind"), "snd_aloop.0");
        Guest.await("the loss", () -> !facts(source).trouble().isEmpty());
        assertTrue(
                facts(source).trouble().startsWith("There is no sound card " + RECORDS),
                facts(source).trouble());
        int before = output.count();
        Guest.await("silence", () -> output.count() > before + 20);
        Files.writeString(DRIVER.resolve("bind"), "snd_aloop.0");
        Guest.await(
                "the sound again",
                () -> facts(source).capturing() && facts(source).trouble().isEmpty());
        session.stop();
        output.awaitEnd();
        assertNull(output.reason());
        output.assertEven(48_000);
        assertEquals(0, budget.leasedBytes());
    }

    private static CardFacts facts(WithSoundCard source) {
        return source.soundCard().orElseThrow();
    }
}
