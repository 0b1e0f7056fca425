package dev.perch.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A program's first process and all its descendants, as /proc shows them: the processes of its session, and those that have left the session but
 * still carry its mark in their environment. Parents do not count, because a child whose parent has died belongs to init.
 */
final class Descendants {
    private static final String VARIABLE = "PERCH_PROGRAM";
    private static final Path PROC = Path.of("/proc");

    private final String mark = UUID.randomUUID().toString();
    private volatile long session = -1; // written once after the start, read by whoever ends the program

    /** Returns the environment variable that all descendants inherit. */
    String variable() {
        return VARIABLE;
    }

    /** Returns the value of {@link #variable}. */
    String mark() {
        return mark;
    }

    /**
     * Sets the first process.
     *
     * @param pid of that process, which leads a session of its own
     */
    void leader(long pid) {
        session = pid;
    }

    /** Returns the running processes, without zombies. */
    List<ProcessHandle> alive() {
        return ProcessHandle.allProcesses()
                .filter(process -> belongs(PROC.resolve(Long.toString(process.pid()))))
                .toList();
    }

    private boolean belongs(Path process) {
        try {
            // proc(5): pid (comm) state ppid pgrp session …; comm may hold blanks and parentheses
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
            boolean ended = fields[0].equals("Z") || fields[0].equals("X");
            return !ended && (Long.parseLong(fields[3]) == session || marked(process));
        } catch (IOException gone) {
            return false; // ended since it was listed
        }
    }

    private boolean marked(Path process) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return environment.contains(VARIABLE + '=' + mark);
        } catch (IOException notOurs) {
            return false; // another user's
        }
    }
}
