package dev.perch.push;

/** Thrown when a server cannot be pushed to, or no longer; the message is a sentence for people, without secrets. */
final class PushException extends Exception {
    PushException(String sentence) {
        super(sentence);
    }

    PushException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
