package dev.perch.access;

/** The answer to whether a caller may do something. */
public sealed interface Verdict {
    /** Yes. */
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
     * @param title in a few words
     * @param sentence with the remedy, for people
     */
    record Refused(String title, String sentence) implements Verdict {}

    /**
     * The caller may, perhaps, once it says who it is.
     *
     * @param sentence for people
     * @param waitSeconds for so long no attempt counts; 0: the next does
     */
    record Challenge(String sentence, long waitSeconds) implements Verdict {}
}
