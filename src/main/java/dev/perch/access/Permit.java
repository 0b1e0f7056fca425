package dev.perch.access;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** That a caller was let do something, and may be asked about again: what stands on it ends when it no longer holds. Safe from any thread. */
public final class Permit {
    private final Access access;
    private final Caller caller;
    private final Action action;
    private final Optional<String> camera;
    private volatile List<String> shown =
            List.of(); // set by the one that holds, as the next, and read by the one that asks again
    private volatile @Nullable Consumer<String> ending;
    private volatile List<Optional<String>> heard = List.of(); // likewise

    Permit(Access access, Caller caller, Action action, Optional<String> camera) {
        this.access = access;
        this.caller = caller;
        this.action = action;
        this.camera = camera;
    }

    /** Returns what the same caller has for {@code other} with the same camera, which it may not have. */
    public Permit toDo(Action other) {
        return access.permit(caller, other, camera);
    }

    /** Returns whether the same caller may do what it does with the camera of this id. */
    public boolean reaches(String id) {
        return may(action, id);
    }

    /** Returns whether the same caller may do {@code other} with the same camera. */
    public boolean may(Action other) {
        return access.decide(caller, other, camera) == Verdict.ALLOWED;
    }

    /** Returns whether the same caller may do {@code other} with the camera of this id. */
    public boolean may(Action other, String id) {
        return access.decide(caller, other, Optional.of(id)) == Verdict.ALLOWED;
    }

    /** Notes that there is sound in what stands on it: it ends when the caller may no longer listen, too. Before it is held. */
    public void heard() {
        heard = List.of(camera);
    }

    /** Notes the ids of those cameras of several whose sound is in it. Before it is held. */
    public void heard(List<String> cameras) {
        heard = cameras.stream().map(Optional::of).toList();
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
        return hold(List.of(), ends);
    }

    /**
     * Has an answer end when its caller may no longer have one of {@code cameras}.
     *
     * @param cameras their ids, of an answer at an address that belongs to none; empty: the address decides
     * @param ends ends it, and is told why in a sentence
     * @return to be run when the answer is over
     */
    public Runnable hold(List<String> cameras, Consumer<String> ends) {
        shown = List.copyOf(cameras);
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
        return given.container() == null ? signed || !given.user().isEmpty() : signed && present() == Verdict.ALLOWED;
    }

    /** Returns the caller without what is of the container's request, which serves others when this one is over. */
    private Caller lasting() {
        return caller.given().filter(given -> given.container() != null).isEmpty()
                ? caller
                : caller.showing(caller.given().map(Credentials::withoutContainer));
    }

    /** Returns the verdict as it is now. */
    private Verdict present() {
        Caller lasting = lasting();
        List<Optional<String>> seen = shown.isEmpty()
                ? List.of(camera)
                : shown.stream().map(Optional::of).toList();
        return Stream.concat(
                        seen.stream().map(id -> access.decide(lasting, action, id)),
                        heard.stream().map(id -> access.decide(lasting, Action.LISTEN, id)))
                .filter(verdict -> verdict != Verdict.ALLOWED)
                .findFirst()
                .orElse(Verdict.ALLOWED);
    }

    void askAgain() {
        Consumer<String> ends = ending;
        Verdict verdict = present();
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
