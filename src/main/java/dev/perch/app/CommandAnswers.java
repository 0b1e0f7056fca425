package dev.perch.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The command lines that are answered on the terminal, without a server. */
final class CommandAnswers {
    /** The exit status for words that make no sense, as shells have it. */
    static final int WRONG_WORDS = 2;

    private static final String HELP = """
            Perch: one camera, every kind of live stream.

              bin/perch [--config FILE] [--port N] [--address A] [SOURCE]
                                    run; SOURCE is a device such as /dev/video0, or demo,
                                    in the place of the cameras of the configuration file
              bin/perch list        tell every video device with its formats, sizes, rates and controls
              bin/perch check FILE  validate a configuration file, with every error at its line and column
              bin/perch set [--port N] CAMERA NAME=VALUE…
                                    set controls of a camera of the Perch that runs on this machine
              bin/perch archive     make later starts quicker; anew after each update of Perch or of Java
                                    (perch rehearse serves everything once and ends, for this)
              bin/perch --version   tell the version
              bin/perch --help      tell this

            java -jar perch.war takes the same words.

              --config FILE   the configuration file; otherwise the first of: $PERCH_CONFIG,
                              $CATALINA_BASE/conf/perch.yml, /etc/perch/perch.yml;
                              none: the first device that captures, or else the demo
              --port N        the port to listen at (8080); 0: any free port
              --address A     the address to listen at (0.0.0.0, which is all of them)
            """;

    private CommandAnswers() {}

    /**
     * Answers anything but {@link CommandLine.Serve} and {@link CommandLine.Rehearse}.
     *
     * @return the process's exit status
     */
    static int answer(CommandLine line, PrintStream out, PrintStream err) {
        if (line instanceof CommandLine.Check check) {
            return CheckCommand.run(check.file(), out, err);
        }
        if (line instanceof CommandLine.Help) {
            out.print(HELP);
            return 0;
        }
        if (line instanceof CommandLine.Version) {
            out.println("perch " + version());
            return 0;
        }
        if (line instanceof CommandLine.Set set) {
            return SetCommand.run(set, System.getenv(), err);
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

    /** The version that the build wrote beside this class. */
    static String version() {
        try (InputStream in = CommandAnswers.class.getResourceAsStream("version.txt")) {
            return in == null ? "(unknown)" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
