package dev.perch.access;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** That a caller was let do something, and may be asked about again: what stands on it ends when it no longer holds. Safe from any thread. */
public final class Permit {
    private final Access access;
    private final Caller caller;
    private final Action action;
    private final Optional<String> camera;
    private volatile @Nullable Consumer<String> ending;

    Permit(Access access, Caller caller, Action action, Optional<String> camera) {
        this.access = access;
        this.caller = caller;
        this.action = action;
        this.camera = camera;
    }

    /** Returns whether the same caller may do {@code other} with the same camera. */
    public boolean may(Action other) {
        return access.decide(caller, other, camera) == Verdict.ALLOWED;
    }

    /** Returns whether the same caller may do {@code other} with the camera of this id. */
    public boolean may(Action other, String id) {
        return access.decide(caller, other, Optional.of(id)) == Verdict.ALLOWED;
    }

    /** Returns the only camera that the caller may know of; empty if there is none such. */
    public Optional<String> onlyCamera() {
        return caller.given().map(Credentials::link).flatMap(Links::cameraOf);
    }

    /**
     * Has an answer that runs for long end when its caller may no longer have it.
     *
     * @param ends ends it, and is told why in a sentence
     * @return to be run when the answer is over
     */
    public Runnable hold(Consumer<String> ends) {
        if (!mayLapse()) {
            return () -> {};
        }
        ending = ends;
        access.hold(this);
        return () -> access.release(this);
    }

    /** Addresses and keys stay what they are while the program runs; a container's user cannot be asked about without its request. */
    private boolean mayLapse() {
        Credentials given = caller.given().orElse(null);
        if (given == null) {
            return false;
        }
        boolean signed = !given.link().isEmpty() || !given.cookie().isEmpty();
        return given.container() == null
                ? signed || !given.user().isEmpty()
                : signed && access.decide(lasting(), action, camera) == Verdict.ALLOWED;
    }

    /** Returns the caller without what is of the container's request, which serves others when this one is over. */
    private Caller lasting() {
        return caller.given().filter(given -> given.container() != null).isEmpty()
                ? caller
                : caller.showing(caller.given().map(Credentials::withoutContainer));
    }

    void askAgain() {
        Consumer<String> ends = ending;
        Verdict verdict = access.decide(lasting(), action, camera);
        if (ends == null || verdict == Verdict.ALLOWED) {
            return;
        }
        access.release(this);
        ends.accept(
                verdict instanceof Verdict.Refused refused
                        ? refused.sentence()
                        : "Who watches here is no user any more, or has to log in anew.");
    }
}
