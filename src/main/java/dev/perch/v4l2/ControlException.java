package dev.perch.v4l2;

/**
 * Thrown when a control is not set: no control has that name, it does not take that value, or not now. The message is a sentence that says what is
 * accepted.
 */
public final class ControlException extends Exception {
    /** The side that can put it right. */
    public enum Kind {
        /** The caller, with another name. */
        NAME,
        /** The caller, with another value. */
        VALUE,
        /** Nobody now: the control is inactive, or held while the device streams. */
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

    /** Returns the side that can put it right. */
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
