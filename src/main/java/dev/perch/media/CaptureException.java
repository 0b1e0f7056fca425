package dev.perch.media;

/** Thrown or told when a camera cannot be opened or has stopped giving frames; the message is a sentence for people. */
public final class CaptureException extends Exception {
    /** The cause, as far as the program decides by it. */
    public enum Kind {
        /** The device does not exist, or no longer. */
        ABSENT,
        /** Another program uses the device. */
        BUSY,
        /** The process may not open the device. */
        NOT_PERMITTED,
        /** The device, or a library that it needs, cannot do what the configuration asks for. */
        UNSUPPORTED,
        /** Memory, bandwidth or another resource ran out. */
        NO_ROOM,
        /** A recording has been played to its end, and is not to begin anew by itself. */
        ENDED,
        /** The driver reported a fault, or went silent. */
        FAULT
    }

    private final Kind kind;

    public CaptureException(Kind kind, String sentence) {
        super(sentence);
        this.kind = kind;
    }

    public CaptureException(Kind kind, String sentence, Throwable cause) {
        super(sentence, cause);
        this.kind = kind;
    }

    /** The cause. */
    public Kind kind() {
        return kind;
    }
}
