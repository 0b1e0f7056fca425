package dev.perch.access;

/** The answer to whether a caller may do something. */
public sealed interface Verdict {
    /** Yes. */
    Verdict ALLOWED = new Allowed();

    /** The caller may. */
    record Allowed() implements Verdict {}

    /**
     * The caller may not.
     *
     * @param title in a few words
     * @param sentence with the remedy, for people
     */
    record Refused(String title, String sentence) implements Verdict {}
}
