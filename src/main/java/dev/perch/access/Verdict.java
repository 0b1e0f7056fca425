package dev.perch.access;

/** The answer to a caller's request for an action. */
public sealed interface Verdict {
    Verdict ALLOWED = new Allowed();

    /** There is no such camera, as far as the caller may know. */
    Verdict UNKNOWN = new Unknown();

    /** The caller may. */
    record Allowed() implements Verdict {}

    /** There is nothing of this name. */
    record Unknown() implements Verdict {}

    /**
     * The caller may not.
     *
     * @param title a few words
     * @param sentence the reason and the remedy, for people
     */
    record Refused(String title, String sentence) implements Verdict {}

    /**
     * The caller must first say who it is.
     *
     * @param sentence for people
     * @param waitSeconds how long no attempt counts; 0 if the next one does
     */
    record Challenge(String sentence, long waitSeconds) implements Verdict {}
}
