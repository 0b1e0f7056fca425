package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The failures in a row of a camera's source: the state that follows, the time of the next attempt, and the log lines. Used on the pump's thread
 * only.
 */
final class Failures {
    private static final System.Logger LOG = System.getLogger(Failures.class.getName());

    private final CameraConfig config;
    private @Nullable CameraState last; // Lost or Refused, until a start has worked
    private int attempts;
    private String logged = "";

    Failures(CameraConfig config) {
        this.config = config;
    }

    /** Forgets all failures, because a start has worked or the source has changed. */
    void forget() {
        last = null;
        attempts = 0;
        logged = "";
    }

    /** Makes the next failure count as the first one. The last one's reason remains. */
    void pause() {
        attempts = 0;
    }

    /** Returns why the last start failed, as a sentence; empty if it has not. */
    String reason() {
        return last == null ? "" : last.reason();
    }

    /** Returns the state while nobody wants the camera: the last failure remains until a start has worked. */
    CameraState atRest(long nowNanos) {
        if (last instanceof CameraState.Lost lost) {
            return new CameraState.Lost(lost.cause(), lost.when().unwanted(nowNanos), lost.attempts());
        }
        return last instanceof CameraState.Refused refused
                ? new CameraState.Refused(refused.sentence(), refused.when().unwanted(nowNanos))
                : new CameraState.Idle();
    }

    /** Records that the program has no room for what the source gives. Returns the camera's state. */
    CameraState noRoom(String sentence, long nowNanos) {
        CameraState refused = new CameraState.Refused(sentence, retry(nowNanos, /* notPermitted= */ false));
        last = refused;
        return refused;
    }

    /** Records that none of the source's frames can be used. Returns the camera's state. */
    CameraState unusable(String sentence, long nowNanos) {
        CameraState refused = noRoom(sentence, nowNanos);
        attempts++;
        return refused;
    }

    /**
     * Records that the source has failed, and logs the reason once until it changes.
     *
     * @param wanted whether the camera tries again by itself
     * @return the camera's state
     */
    CameraState failed(CaptureException reason, long nowNanos, boolean wanted) {
        CameraState.Retry next = retry(nowNanos, reason.kind() == CaptureException.Kind.NOT_PERMITTED);
        String sentence = String.valueOf(reason.getMessage());
        CameraState failed = reason.kind() == CaptureException.Kind.UNSUPPORTED
                ? new CameraState.Refused(sentence, next)
                : new CameraState.Lost(reason, next, attempts);
        last = failed;
        attempts++;
        log(sentence, reason, wanted);
        return failed;
    }

    private CameraState.Retry retry(long nowNanos, boolean notPermitted) {
        long backOffNanos = BackOff.nanos(config.source(), attempts, notPermitted);
        return new CameraState.Retry(nowNanos, nowNanos + backOffNanos, /* wanted= */ true);
    }

    private void log(String sentence, CaptureException reason, boolean wanted) {
        if (!sentence.equals(logged)) {
            logged = sentence;
            String called = CameraConfig.called(config.id()) + ": ";
            String end = sentence.matches("(?s).*[.!?]") ? "" : ".";
            LOG.log(Level.WARNING, called + sentence + (wanted ? end + " It is tried again." : ""));
            LOG.log(Level.DEBUG, called + "as it was told", reason);
        }
    }
}
