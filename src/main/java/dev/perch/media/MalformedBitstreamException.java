package dev.perch.media;

/** Bytes that break the rules of their format: says what, where and which value. */
public final class MalformedBitstreamException extends Exception {
    /**
     * @param what what is wrong, in the words of the format's standard
     * @param offsetBytes where in the parsed input
     * @param value the value that was found there
     */
    public MalformedBitstreamException(String what, int offsetBytes, long value) {
        super(what + " at offset=" + offsetBytes + " value=" + value);
    }
}
