package dev.perch.config;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown for a configuration that cannot be used, with all its problems. */
public final class ConfigException extends Exception {
    @SuppressWarnings("serial") // an immutable list of records, never serialized
    private final List<Problem> problems;

    /**
     * Creates an exception.
     *
     * @param problems at least one, in the order of the file
     */
    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Returns the problems in the order of the file. The message has one per line. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * One problem.
     *
     * @param file the file's name as given
     * @param line from 1; 0 if the whole file is meant
     * @param column from 1, in characters; 0 if the whole file is meant
     * @param message what was found and what is accepted, on one line
     */
    public record Problem(String file, int line, int column, String message) {
        /** Returns the compilers' form, which editors can jump to: {@code perch.yml:12:9: message}. */
        @Override
        public String toString() {
            return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
        }
    }
}
