package dev.perch.v4l2;

/**
 * Thrown when a control is not set: no control has that name, it does not take that value, or not now. The message is a sentence that says what is
 * accepted.
 */
public final class ControlException extends Exception {
    /** Says who can put it right. */
    public enum Kind {
        /** The caller, with another name. */
        NAME,
        /** The caller, with another value. */
        VALUE,
        /** Nobody now: the control is inactive, or held while the device streams, or held by its camera. */
        STATE
    }

    private final Kind kind;
    private final String control;
    private final String accepted;

    ControlException(Kind kind, String control, String accepted, String sentence) {
        super(sentence);
        this.kind = kind;
        this.control = control;
        this.accepted = accepted;
    }

    /**
     * Returns the refusal of a control that the device would set, but that its camera holds.
     *
     * @param why the sentence after the control's name
     */
    public static ControlException held(String control, String why) {
        return new ControlException(Kind.STATE, control, "none", control + " " + why);
    }

    /** Returns who can put it right. */
    public Kind kind() {
        return kind;
    }

    /** Returns the control's name, as it was given. */
    public String control() {
        return control;
    }

    /** Returns the names or values that are accepted, for people. */
    public String accepted() {
        return accepted;
    }
}
