package dev.perch.rtmp;

/**
 * Thrown when a session cannot go on. The message is a sentence for people and holds no names, keys or addresses. It has no stack trace: hostile
 * peers may cause one each.
 */
public final class RtmpException extends Exception {
    public RtmpException(String sentence) {
        super(sentence, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
}
