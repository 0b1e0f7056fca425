package dev.perch.process;

/** Thrown when a program could not be started; the message is a sentence for people. */
public final class ProgramException extends Exception {
    ProgramException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
