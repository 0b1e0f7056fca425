package dev.perch.app;

import dev.perch.record.Inspection;
import java.io.IOException;
import java.io.PrintStream;

/** {@code recordings check DIR} and {@code recordings repair DIR}: inspects and finishes the files of a machine that died. */
final class RecordingsCommand {
    private RecordingsCommand() {}

    /**
     * Prints a line for each file.
     *
     * @return the process's exit status: 0 if all are finished and whole, else 1
     */
    static int run(CommandLine.Recordings line, PrintStream out, PrintStream err) {
        try {
            return Inspection.run(line.folder(), line.repair(), out::println) ? 0 : 1;
        } catch (IOException unreadable) {
            err.println("perch: " + line.folder() + " cannot be read: " + unreadable.getMessage());
            return 1;
        }
    }
}
