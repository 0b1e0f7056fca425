package dev.perch.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;

/** The commands that are answered on the terminal, without a server. */
final class CommandAnswers {
    /** The exit status for an invalid command line, as in shells. */
    static final int WRONG_WORDS = 2;

    private CommandAnswers() {}

    /**
     * Executes any command except {@link CommandLine.Serve} and {@link CommandLine.Rehearse}.
     *
     * @return the process's exit status
     */
    static int answer(CommandLine line, PrintStream out, PrintStream err) {
        if (line instanceof CommandLine.Check check) {
            return CheckCommand.run(check.file(), out, err);
        }
        if (line instanceof CommandLine.Help) {
            out.print(help());
            return 0;
        }
        if (line instanceof CommandLine.Version) {
            out.println("perch " + version());
            return 0;
        }
        if (line instanceof CommandLine.Set set) {
            return SetCommand.run(set, System.getenv(), err);
        }
        if (line instanceof CommandLine.Register register) {
            return RegisterCommand.run(register, out, err);
        }
        if (line instanceof CommandLine.Recordings recordings) {
            return RecordingsCommand.run(recordings, out, err);
        }
        if (line instanceof CommandLine.User user) {
            return UserCommand.run(user, System.getenv(), System.in, out, err);
        }
        if (line instanceof CommandLine.SelfSigned made) {
            return TlsCommand.selfSigned(made.folder(), made.names(), out, err);
        }
        if (line instanceof CommandLine.Devices) {
            return ListCommand.run(out);
        }
        if (line instanceof CommandLine.Wrong wrong) {
            return wrong(wrong.sentence(), err);
        }
        throw new IllegalArgumentException("needs a server: line=" + line);
    }

    private static int wrong(String sentence, PrintStream err) {
        err.println("perch: " + sentence);
        err.println("bin/perch --help tells the words that it takes");
        return WRONG_WORDS;
    }

    /** Returns the comment at the top of bin/perch, which the build copies beside this class. */
    private static String help() {
        return resource("perch")
                .lines()
                .skip(1) // the interpreter's line
                .takeWhile(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("# ?", "") + "\n")
                .collect(Collectors.joining());
    }

    /** Returns the version, which the build wrote beside this class. */
    static String version() {
        return resource("version.txt").strip();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(CommandAnswers.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
