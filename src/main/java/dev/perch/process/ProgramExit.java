package dev.perch.process;

import java.util.Map;

/**
 * The end of a program.
 *
 * @param status the exit code; 128 plus the signal's number if a signal ended it, as in shells
 */
public record ProgramExit(int status) {
    private static final int SIGNALLED = 128;

    /** The signal numbers of Linux, the same on every architecture that Perch runs on (signal(7)). */
    private static final Map<Integer, String> SIGNALS = Map.of(
            1, "SIGHUP", 2, "SIGINT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 9, "SIGKILL", 11, "SIGSEGV", 13,
            "SIGPIPE", 15, "SIGTERM");

    /** Returns whether the program reports success. */
    public boolean success() {
        return status == 0;
    }

    /** Returns whether a shell, or {@code setsid}, did not find the program (POSIX.1-2017, Shell Command Language §2.8.2). */
    public boolean notFound() {
        return status == 127;
    }

    /** Returns whether a shell, or {@code setsid}, could not execute the file. */
    public boolean notExecutable() {
        return status == 126;
    }

    /** Returns the end in words, for a sentence: {@code exit code 1}, {@code signal 9 (SIGKILL)}. */
    public String words() {
        int signal = status - SIGNALLED;
        if (signal <= 0 || signal > 64) {
            return "exit code " + status;
        }
        String name = SIGNALS.get(signal);
        return "signal " + signal + (name == null ? "" : " (" + name + ")");
    }
}
