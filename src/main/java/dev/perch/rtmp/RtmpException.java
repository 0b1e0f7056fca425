package dev.perch.rtmp;

/** A session that cannot go on; the message is a sentence for people and holds no names, keys or addresses. Without a stack trace: hostile peers may cause one each. */
public final class RtmpException extends Exception {
    public RtmpException(String sentence) {
        super(sentence, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
}
