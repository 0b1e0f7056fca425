package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureRequest.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddedH264WatchTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final List<Boolean> plain = new ArrayList<>();
    private final List<String> stops = new ArrayList<>();

    private EmbeddedH264Watch watch(Embedding embedding) {
        CaptureRequest request = new CaptureRequest(
                "/dev/video0",
                List.of(PixelFormat.MJPG),
                640,
                480,
                /* exactSize= */ false,
                30,
                1,
                List.of(),
                embedding,
                "front driver buffers",
                "cameras.front.size");
        EmbeddedH264Watch watch = new EmbeddedH264Watch(request, plain::add);
        watch.endBy(() -> stops.add("stop"));
        return watch;
    }

    /** Images of 30 a second, from the first on. */
    private static void images(EmbeddedH264Watch watch, boolean carry, int from, int to) {
        for (int i = from; i < to; i++) {
            watch.image(carry, new FrameTime(i * SECOND_NANOS / 30, i));
        }
    }

    @Test
    void jpegsWithoutH264_whereItIsWanted_areTakenForPlain() {
        EmbeddedH264Watch watch = watch(Embedding.WANTED);
        images(watch, false, 0, 90);
        assertEquals(List.of(), plain);
        images(watch, false, 90, 300);
        assertEquals(List.of(true), plain);
        assertEquals(Optional.empty(), watch.reason(Optional.empty()));
        CaptureException unplugged = new CaptureException(Kind.ABSENT, "gone");
        assertEquals(Optional.of(unplugged), watch.reason(Optional.of(unplugged)));
        assertEquals(List.of(true, false), plain);
        assertEquals(List.of(), stops);
    }

    @Test
    void jpegsWithoutH264_whereItIsRequired_endTheSession() {
        EmbeddedH264Watch watch = watch(Embedding.REQUIRED);
        images(watch, false, 0, 92);
        assertEquals("stop", stops.get(0));
        CaptureException reason = watch.reason(Optional.empty()).orElseThrow();
        assertEquals(Kind.UNSUPPORTED, reason.kind());
        assertEquals(
                "/dev/video0 sends no H.264 within its JPEGs (format: MJPGH264): accepted of this device are auto and MJPG.",
                reason.getMessage());
    }

    @Test
    void h264ThatComesInTime_isEnough() {
        EmbeddedH264Watch watch = watch(Embedding.REQUIRED);
        images(watch, false, 0, 80);
        images(watch, true, 80, 81);
        images(watch, false, 81, 900);
        assertEquals(List.of(false), plain);
        assertEquals(List.of(), stops);
        assertEquals(Optional.empty(), watch.reason(Optional.empty()));
    }

    @Test
    void slowCamera_isGivenTenImages() {
        EmbeddedH264Watch watch = watch(Embedding.REQUIRED);
        for (int i = 0; i < 9; i++) {
            watch.image(false, new FrameTime(i * SECOND_NANOS, i));
        }
        assertEquals(List.of(), stops);
    }
}
