package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.guest.Collector.Frame;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.source.SessionStats;
import dev.perch.v4l2.CaptureSession;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What vivid can do wrong beside {@link VividGuestCase}'s: numbers that wrap, a queue that sticks, another signal at its input. */
class FaultsGuestCase {
    private static final String WEBCAM_INPUT = "0";
    private static final String HDMI_INPUT = "3";

    private final String vivid = Guest.vivid();
    private long descriptorsBefore;
    private long mappingsBefore;

    @BeforeEach
    void count() throws IOException {
        descriptorsBefore = Guest.descriptors();
        mappingsBefore = Guest.mappings();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertEquals(descriptorsBefore, Guest.descriptors());
        assertEquals(mappingsBefore, Guest.mappings());
    }

    /** vivid begins 128 frames before the wrap. */
    @Test
    void wrappedSequenceNumbers_areNoGap() throws Exception {
        Guest.control(vivid, "wrap_sequence_number=1");
        try (Collector collector = Collector.capture(vivid, 320, 180, 30)) {
            collector.frames(150);
            SessionStats stats = collector.stats();
            assertTrue(stats.sequenceGaps() < 1000, stats::toString); // a busy machine drops some, a wrap would be 2^32
        } finally {
            Guest.control(vivid, "wrap_sequence_number=0");
        }
    }

    /** vivid's clock wraps 16 s after the start, and is hours or years off all the time. */
    @Test
    void wrappedTimestamps_areReplacedByTheClock() throws Exception {
        for (String wrap : wraps()) {
            Guest.control(vivid, "wrap_timestamp=" + wrap);
            try (Collector collector = Collector.capture(vivid, 320, 180, 5)) {
                List<Frame> frames = collector.frames(90);
                for (int i = 0; i < frames.size(); i++) {
                    long ageNanos =
                            frames.get(i).arrivedNanos() - frames.get(i).time().decodeNanos();
                    assertTrue(ageNanos >= 0 && ageNanos < 2_000_000_000L, "ageNanos=" + ageNanos);
                    assertTrue(
                            i == 0
                                    || frames.get(i).time().decodeNanos()
                                            > frames.get(i - 1).time().decodeNanos(),
                            "frame=" + i);
                }
            } finally {
                Guest.control(vivid, "wrap_timestamp=0");
            }
        }
    }

    /** A menu in newer kernels, with a wrap at 64 and one at 32 bits. */
    private List<String> wraps() throws IOException, InterruptedException {
        String controls = Guest.run("v4l2-ctl", "-d", vivid, "-l");
        return controls.lines().anyMatch(line -> line.contains("wrap_timestamp") && line.contains("(menu)"))
                ? List.of("1", "2")
                : List.of("1");
    }

    @Test
    void queueThatSticks_isALossAfterTenSeconds() throws Exception {
        try (Collector collector = Collector.capture(vivid, 320, 180, 25)) {
            collector.frames(3);
            Guest.control(vivid, "percentage_of_dropped_buffers=100");
            CaptureException failure = collector.failure();
            assertEquals(Kind.FAULT, failure.kind());
            assertEquals(
                    vivid + " has given no frame for 10 seconds, though it is open and streaming.",
                    failure.getMessage());
        } finally {
            Guest.control(vivid, "percentage_of_dropped_buffers=0");
        }
        try (Collector collector = Collector.capture(vivid, 320, 180, 25)) {
            collector.frames(3);
        }
    }

    @Test
    void otherSignalAtTheInput_beginsAnew() throws Exception {
        Guest.run("v4l2-ctl", "-d", vivid, "-i", HDMI_INPUT);
        // 640x480: the driver draws 60 pictures a second, of the default timings far too many for an emulated processor
        Guest.run("v4l2-ctl", "-d", vivid, "--set-dv-bt-timings", "index=0");
        AtomicInteger anew = new AtomicInteger();
        Logger log = Logger.getLogger(CaptureSession.class.getName());
        log.setFilter(line -> anew.getAndAdd(line.getMessage().contains("opens it again") ? 1 : 0) >= 0);
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(3);
            Guest.control(vivid, "dv_timings_signal_mode=1"); // none
            Guest.await("the device to be opened anew", () -> anew.get() == 1);
            collector.frames.clear();
            collector.frames(3);
            Guest.control(vivid, "dv_timings_signal_mode=0");
            Guest.await("the device to be opened anew", () -> anew.get() == 2);
            collector.frames.clear();
            collector.frames(3);
            assertTrue(collector.ends.isEmpty());
        } finally {
            log.setFilter(null);
            Guest.control(vivid, "dv_timings_signal_mode=0");
            Guest.run("v4l2-ctl", "-d", vivid, "-i", WEBCAM_INPUT);
        }
    }

    @Test
    void otherTimingsAtTheInput_areAdopted() throws Exception {
        Guest.run("v4l2-ctl", "-d", vivid, "-i", HDMI_INPUT);
        Guest.control(vivid, "dv_timings_signal_mode=4"); // that of the menu
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(3);
            Guest.control(vivid, "dv_timings=0");
            Guest.await("the new timings", () -> timings().contains("Active width: 640"));
            collector.frames.clear();
            collector.frames(3);
            assertTrue(collector.ends.isEmpty());
        } finally {
            Guest.control(vivid, "dv_timings_signal_mode=0");
            Guest.run("v4l2-ctl", "-d", vivid, "-i", WEBCAM_INPUT);
        }
    }

    private String timings() {
        try {
            return Guest.run("v4l2-ctl", "-d", vivid, "--get-dv-timings");
        } catch (IOException | InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
