package dev.perch.web.status;

import dev.perch.camera.CameraState;
import java.util.Locale;

/**
 * Tells whether a camera does what is asked of it. One that nobody watches is healthy, for nothing is asked of it, unless its last start has failed; so is
 * one to which nobody publishes.
 *
 * @param reason why it is unhealthy, a sentence; empty when it is healthy
 */
record Health(boolean healthy, String reason) {
    private static final Health GOOD = new Health(true, "");

    /** A viewer gets 503 after this long without a first frame. */
    private static final long START_PATIENCE_MILLIS = 10_000;

    private static final long STOP_PATIENCE_MILLIS = 10_000;

    /** The time without a frame after which a camera is not healthy; three frame intervals for a camera that is slower than this. */
    private static final long FRAME_PATIENCE_MILLIS = 5_000;

    static Health of(CameraFacts facts) {
        CameraState state = facts.state();
        if (state instanceof CameraState.Awaiting || state instanceof CameraState.Private) {
            return GOOD;
        }
        if (!state.reason().isEmpty()) { // it has failed, whether it is being started again or not
            return new Health(false, state.reason());
        }
        if (state instanceof CameraState.Live) {
            return ofLive(facts);
        }
        long ageMillis = facts.stateAgeMillis().orElse(0);
        if (state instanceof CameraState.Starting && ageMillis > START_PATIENCE_MILLIS) {
            return bad("No frame has come in the %.0f s since the start.", ageMillis);
        }
        return state instanceof CameraState.Stopping && ageMillis > STOP_PATIENCE_MILLIS
                ? bad("The device was asked to stop %.0f s ago and has not let go.", ageMillis)
                : GOOD;
    }

    private static Health ofLive(CameraFacts facts) {
        double fps = facts.session().framesPerSecond();
        long patienceMillis = fps > 0 ? Math.max(FRAME_PATIENCE_MILLIS, (long) (3000 / fps)) : FRAME_PATIENCE_MILLIS;
        long ageMillis =
                facts.lastFrameAgeMillis().orElse(facts.stateAgeMillis().orElse(0));
        return ageMillis > patienceMillis ? bad("The last frame came %.0f s ago.", ageMillis) : GOOD;
    }

    private static Health bad(String sentence, long ageMillis) {
        return new Health(false, String.format(Locale.ROOT, sentence, ageMillis / 1e3));
    }
}
