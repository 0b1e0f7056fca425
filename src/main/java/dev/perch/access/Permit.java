package dev.perch.access;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The record that a caller was allowed something. It may be checked again, and an answer that depends on it ends when it no longer holds. Safe from
 * any thread.
 */
public final class Permit {
    private final Access access;
    private final Caller caller;
    private final Action action;
    private final Optional<String> camera;
    private volatile List<String> shown =
            List.of(); // set by the holder, like the next, and read by the checking thread
    private volatile @Nullable Consumer<String> ending;
    private volatile List<Optional<String>> heard = List.of(); // likewise

    Permit(Access access, Caller caller, Action action, Optional<String> camera) {
        this.access = access;
        this.caller = caller;
        this.action = action;
        this.camera = camera;
    }

    /** Returns the same caller's permit for {@code other} with the same camera, which may be refused later. */
    public Permit toDo(Action other) {
        return access.permit(caller, other, camera);
    }

    /** Returns whether the same caller may do the same with the camera of this id. */
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

    /** Records that the answer has sound: it ends when the caller may no longer listen, too. Called before {@link #hold}. */
    public void heard() {
        heard = List.of(camera);
    }

    /** Records the ids of those cameras of several whose sound is in the answer. Called before {@link #hold}. */
    public void heard(List<String> cameras) {
        heard = cameras.stream().map(Optional::of).toList();
    }

    /** Returns the only camera that the caller may know of; empty if there is no such limit. */
    public Optional<String> onlyCamera() {
        return caller.given().map(Credentials::link).flatMap(Links::cameraOf);
    }

    /**
     * Makes a long answer end when its caller is no longer allowed to have it.
     *
     * @param ends ends the answer; gets the reason as a sentence
     * @return must be run when the answer is over
     */
    public Runnable hold(Consumer<String> ends) {
        return hold(List.of(), ends);
    }

    /**
     * Makes an answer end when its caller is no longer allowed to have one of {@code cameras}.
     *
     * @param cameras the ids, for an answer at an address that belongs to none; empty to use the address's own
     * @param ends ends the answer; gets the reason as a sentence
     * @return must be run when the answer is over
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

    /**
     * Returns whether the permit can end at all. Addresses and keys do not change while the program runs; a container's user cannot be checked
     * without the request.
     */
    private boolean mayLapse() {
        Credentials given = caller.given().orElse(null);
        if (given == null) {
            return false;
        }
        boolean signed = !given.link().isEmpty() || !given.cookie().isEmpty();
        return given.container() == null ? signed || !given.user().isEmpty() : signed && present() == Verdict.ALLOWED;
    }

    /** Returns the caller without the container's request object, which serves others afterwards. */
    private Caller lasting() {
        return caller.given().filter(given -> given.container() != null).isEmpty()
                ? caller
                : caller.showing(caller.given().map(Credentials::withoutContainer));
    }

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
