package dev.perch.config;

import dev.perch.config.ConfigException.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects the problems of one file, so that all are reported at once. */
final class Problems {
    /** As many as a person reads; a file that is not a configuration would give thousands. */
    static final int MAX_TOLD = 100;

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    /** Adds a problem at the start of {@code node}. */
    void at(Node node, String message) {
        at(node.getStartMark().orElseThrow(), message);
    }

    void at(Mark mark, String message) {
        at(mark.getLine() + 1, mark.getColumn() + 1, message);
    }

    void at(int line, int column, String message) {
        found.add(new Problem(file, line, column, Redaction.general().redact(message)));
    }

    /** Adds a problem of the file as a whole. */
    void whole(String message) {
        at(0, 0, message);
    }

    void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            throw exception();
        }
    }

    /** Returns all problems in the order of the file. A problem that an alias repeats at the same place is included once. */
    ConfigException exception() {
        List<Problem> sorted = found.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
        if (sorted.size() <= MAX_TOLD) {
            return new ConfigException(sorted);
        }
        List<Problem> told = new ArrayList<>(sorted.subList(0, MAX_TOLD));
        told.add(new Problem(file, 0, 0, "and " + (sorted.size() - MAX_TOLD) + " more problems"));
        return new ConfigException(told);
    }
}
