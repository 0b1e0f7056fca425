package dev.perch.process;

/** A program could not be started; the message is a sentence for the person who reads it. */
public final class ProgramException extends Exception {
    ProgramException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
