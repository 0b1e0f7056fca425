package dev.perch.web.status;

import dev.perch.camera.CameraState;
import java.util.Locale;

/**
 * Whether a camera does what is asked of it. A camera that nobody watches is healthy, because nothing is asked of it, unless its last start has
 * failed; so is one without a publisher.
 *
 * @param reason why it is unhealthy, as a sentence; else empty
 */
record Health(boolean healthy, String reason) {
    private static final Health GOOD = new Health(true, "");

    /** A viewer gets 503 after this time without a first frame. */
    private static final long START_PATIENCE_MILLIS = 10_000;

    private static final long STOP_PATIENCE_MILLIS = 10_000;

    /** The time without a frame after which a camera is unhealthy; three frame intervals for a slower camera. */
    private static final long FRAME_PATIENCE_MILLIS = 5_000;

    static Health of(CameraFacts facts) {
        CameraState state = facts.state();
        if (state instanceof CameraState.Awaiting || state instanceof CameraState.Private) {
            return GOOD;
        }
        if (!state.reason().isEmpty()) { // it has failed, whether or not it is being started again
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
