package dev.perch.v4l2;

/** A control that is not set: there is none of that name, it does not take that value, or not now. The message is a sentence with what is accepted. */
public final class ControlException extends Exception {
    /** Who can mend it. */
    public enum Kind {
        /** The one who asks, by another name. */
        NAME,
        /** The one who asks, by another value. */
        VALUE,
        /** The device's state: it is inactive, or held while the device streams. */
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

    /** Who can mend it. */
    public Kind kind() {
        return kind;
    }

    /** The name, as it was given. */
    public String control() {
        return control;
    }

    /** The names or values that are accepted, for people. */
    public String accepted() {
        return accepted;
    }
}
