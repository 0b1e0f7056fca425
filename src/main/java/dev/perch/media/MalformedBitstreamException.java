package dev.perch.media;

/**
 * Thrown for bytes that break the rules of their format; says what is wrong, where, and the value there. Hostile input may cause one every few bytes,
 * so it has no stack trace and makes its text only when asked.
 */
public final class MalformedBitstreamException extends Exception {
    private final String what;
    private final int offsetBytes;
    private final long value;

    /**
     * @param what the fault, in the words of the format's standard
     * @param offsetBytes the place in the parsed input
     * @param value the value found there
     */
    public MalformedBitstreamException(String what, int offsetBytes, long value) {
        super(null, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.what = what;
        this.offsetBytes = offsetBytes;
        this.value = value;
    }

    /** Returns what is wrong and the value found, as the end of a sentence for people, without a full stop. */
    public String words() {
        return what + ", found " + value;
    }

    @Override
    public String getMessage() {
        return what + " at offset=" + offsetBytes + " value=" + value;
    }
}
