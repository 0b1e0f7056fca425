package dev.perch.media;

/** Thrown, or handed on, when a source cannot be opened or has stopped giving frames. The message is a sentence for people. */
public final class CaptureException extends Exception {
    /** The causes that the program tells apart. */
    public enum Kind {
        /** The device does not exist, or is gone. */
        ABSENT,
        /** Another program uses the device. */
        BUSY,
        /** The process may not open the device. */
        NOT_PERMITTED,
        /** The device, or a library that it needs, cannot do what the configuration asks for. */
        UNSUPPORTED,
        /** Memory, bandwidth or another resource ran out. */
        NO_ROOM,
        /** A recording has been played to its end and does not start again by itself. */
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

    public Kind kind() {
        return kind;
    }
}
