package dev.perch.media;

/** A camera that cannot be opened or has stopped giving frames; the message is a sentence for the person who reads it. */
public final class CaptureException extends Exception {
    /** What kind of trouble, for the program's own decisions. */
    public enum Kind {
        /** There is no such device (any more). */
        ABSENT,
        /** Another program has it. */
        BUSY,
        /** The process may not open it. */
        NOT_PERMITTED,
        /** The device, or a library that it needs, does not offer what the configuration asks for. */
        UNSUPPORTED,
        /** Memory, bandwidth or another resource ran out. */
        NO_ROOM,
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

    /** What kind of trouble. */
    public Kind kind() {
        return kind;
    }
}
