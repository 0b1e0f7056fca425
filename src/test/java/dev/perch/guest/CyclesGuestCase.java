package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.SourceControls;
import dev.perch.source.V4l2Source;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Hundreds of starts, stops and faults of a camera in perch.war: it holds as much after them as before. */
class CyclesGuestCase {
    private static final int CYCLES = 200;
    private static final int WARM_UP = 5;

    /** A look costs the emulated machine some 10 ms, and a lost camera is away for a second. */
    private static final int LOOK_MILLIS = 100;

    /** One a cycle, in turn. */
    private static final List<String> FAULTS = List.of(
            "inject_fatal_streaming_error", "disconnect", "inject_fatal_streaming_error", "inject_vidioc_qbuf_error");

    private static String device;
    private static SourceControls vivid;
    private static Perch perch;

    @BeforeAll
    static void start() throws IOException {
        device = Guest.vivid();
        vivid = new V4l2Source(Collector.camera(device, 320, 180, 25), new MemoryBudget(1 << 20, "memory.budget"))
                .controls()
                .orElseThrow();
        perch = Perch.start(
                "  raw: { device: " + device + ", size: 320x180, fps: 25, linger: 0s, warm-up: 0s, encoder: off }\n");
    }

    @AfterAll
    static void stop() {
        if (perch != null) {
            perch.close();
        }
    }

    @Test
    void startsAndStops_leaveNothingBehind() throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            startAndStop();
        }
        Held before = Held.by(perch.pid());
        long leasedBefore = leasedBytes();
        for (int i = 0; i < CYCLES; i++) {
            startAndStop();
        }
        assertHeldAgain(before, leasedBefore);
    }

    private static void startAndStop() throws IOException {
        Perch.Answer answer = perch.get("/raw/snapshot.jpg");
        assertEquals(200, answer.status(), answer.body());
        Guest.await("the device to be closed", 10, () -> perch.held() == 0);
    }

    @Test
    void faults_leaveNothingBehind_andTheViewerStays() throws Exception {
        startAndStop();
        Held before = Held.by(perch.pid());
        long leasedBefore = leasedBytes();
        Path file = perch.file("faults.mjpg");
        try (Guest.Feeder viewer = perch.watch("/raw/stream.mjpg", file)) {
            for (int i = 0; i < CYCLES; i++) {
                awaitState("live");
                String fault = FAULTS.get(i % FAULTS.size());
                long sinceNanos = System.nanoTime();
                if (fault.equals("disconnect")) {
                    Unplugged.vivid(device, () -> awaitLoss(sinceNanos));
                    continue;
                }
                vivid.set(List.of(new ControlSetting(fault, new ControlValue.Whole(1), /* required= */ true)));
                awaitLoss(sinceNanos);
            }
            awaitState("live");
            assertTrue(viewer.process().isAlive(), "the viewer has stayed");
        }
        assertHeldAgain(before, leasedBefore);
    }

    private static void awaitState(String word) {
        Guest.await("the camera to be " + word, LOOK_MILLIS, () -> state().equals(word));
    }

    /** It is away, or is back since then: on a busy machine all of that happens between two looks. */
    private static void awaitLoss(long sinceNanos) {
        Guest.await("the camera not to be live, or live anew", LOOK_MILLIS, () -> {
            long lastedMillis = (System.nanoTime() - sinceNanos) / 1_000_000;
            JsonObject camera = stats().getArray("cameras").getObject(0);
            return !camera.getString("state").equals("live") || camera.getLong("stateAgeMillis") < lastedMillis;
        });
    }

    private static void assertHeldAgain(Held before, long leasedBefore) {
        awaitState("idle");
        long end = System.nanoTime() + 60_000_000_000L; // sockets of clients that have gone take a while
        while (!Held.by(perch.pid()).equals(before) && System.nanoTime() < end) {
            Guest.pause();
        }
        assertEquals(before, Held.by(perch.pid()));
        assertEquals(leasedBefore, leasedBytes());
    }

    private static String state() {
        return stats().getArray("cameras").getObject(0).getString("state");
    }

    private static long leasedBytes() {
        return stats().getObject("budget").getLong("leasedBytes");
    }

    private static JsonObject stats() {
        try {
            return JsonParser.object().from(perch.get("/stats").body());
        } catch (IOException | JsonParserException cut) {
            throw new AssertionError(cut);
        }
    }
}
