package dev.perch.web.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.camera.CameraState;
import dev.perch.config.SoundConfig;
import dev.perch.feed.FeedStats;
import dev.perch.feed.Frame;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.SoundProspect;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The verdict at moments that nobody wants to wait for. */
class HealthTest {
    private static final long NOW = TimeUnit.HOURS.toNanos(1);

    @Test
    void idle_isHealthy() {
        assertEquals("", reason(new CameraState.Idle(), 0, 0));
    }

    @Test
    void starting_isHealthyForTenSeconds() {
        assertEquals("", reason(new CameraState.Starting(ago(9), ""), 0, 0));
        assertEquals(
                "No frame has come in the 11 s since the start.", reason(new CameraState.Starting(ago(11), ""), 0, 0));
    }

    @Test
    void stopping_isHealthyForTenSeconds() {
        assertEquals("", reason(new CameraState.Stopping(ago(9)), 0, 0));
        assertEquals(
                "The device was asked to stop 11 s ago and has not let go.",
                reason(new CameraState.Stopping(ago(11)), 0, 0));
    }

    @Test
    void live_needsAFrameInFiveSeconds_orThreeIntervals() {
        CameraState live = new CameraState.Live(ago(60));
        assertEquals("", reason(live, 4, 30));
        assertEquals("The last frame came 6 s ago.", reason(live, 6, 30));
        assertEquals("", reason(live, 25, 0.1));
        assertEquals("The last frame came 31 s ago.", reason(live, 31, 0.1));
    }

    @Test
    void lostAndRefused_tellTheirReason() {
        CaptureException gone = new CaptureException(CaptureException.Kind.ABSENT, "It was unplugged.");
        for (boolean wanted : new boolean[] {true, false}) {
            CameraState.Retry retry = new CameraState.Retry(ago(5), NOW, wanted);
            assertEquals("It was unplugged.", reason(new CameraState.Lost(gone, retry, 3), 0, 0));
            assertEquals("No room.", reason(new CameraState.Refused("No room.", retry), 0, 0));
        }
    }

    @Test
    void startingAgain_isNotHealthy_beforeItWorks() {
        assertEquals("It was unplugged.", reason(new CameraState.Starting(ago(1), "It was unplugged."), 0, 0));
    }

    private static long ago(long seconds) {
        return NOW - TimeUnit.SECONDS.toNanos(seconds);
    }

    private static String reason(CameraState state, long frameAgeSeconds, double fps) {
        StreamConfig config = new StreamConfig.Jpeg(320, 240);
        Frame newest = new Frame(0, 4, new FrameTime(ago(frameAgeSeconds), 0), true, false, false, config);
        CameraFacts.FeedFacts feed = new CameraFacts.FeedFacts(
                TrackId.main(Encoding.JPEG),
                new FeedStats(1, 4, 0, 0, 0, 65536, 1, fps),
                /* viewers= */ 1,
                newest,
                config);
        SessionStats session = new SessionStats(1, 0, 0, 320, 240, fps, "MJPG");
        CameraFacts facts = new CameraFacts(
                new CameraFacts.Identity("front", "Front", "/dev/video7", "", "on-demand"),
                state,
                NOW,
                session,
                List.of(feed),
                new CameraFacts.Offer(Set.of(Encoding.JPEG), Set.of(Encoding.JPEG), ""),
                new CameraFacts.Watchers(1, 1, OptionalInt.empty()),
                List.of(),
                new CameraFacts.Sound(SoundConfig.OFF, SoundProspect.NONE, Optional.empty()),
                CameraFacts.Pictures.OWN,
                Optional.empty(),
                /* controlled= */ false,
                /* privacy= */ Optional.empty());
        return Health.of(facts).reason();
    }
}
