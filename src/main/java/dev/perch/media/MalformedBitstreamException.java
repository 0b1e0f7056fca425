package dev.perch.media;

/**
 * Bytes that break the rules of their format: says what, where and which value. Without a stack trace, and with a text that is made when somebody asks: hostile
 * input may throw one for each few bytes.
 */
public final class MalformedBitstreamException extends Exception {
    private final String what;
    private final int offsetBytes;
    private final long value;

    /**
     * @param what what is wrong, in the words of the format's standard
     * @param offsetBytes where in the parsed input
     * @param value the value that was found there
     */
    public MalformedBitstreamException(String what, int offsetBytes, long value) {
        super(null, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.what = what;
        this.offsetBytes = offsetBytes;
        this.value = value;
    }

    /** Returns what is wrong and the value that was found, as the end of a sentence for people, without its full stop. */
    public String words() {
        return what + ", found " + value;
    }

    @Override
    public String getMessage() {
        return what + " at offset=" + offsetBytes + " value=" + value;
    }
}
