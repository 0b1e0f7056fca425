package dev.perch.app;

import dev.perch.config.CameraConfig;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code check FILE}: validates a configuration file without opening or starting anything. */
final class CheckCommand {
    private CheckCommand() {}

    /**
     * Prints a line for each camera to {@code out}, or each error to {@code err}.
     *
     * @return the process's exit status: 0 valid, 1 not
     */
    static int run(Path file, PrintStream out, PrintStream err) {
        try {
            PerchConfig config = PerchConfig.load(file);
            config.cameras().forEach(camera -> out.println(summary(camera)));
            if (config.cameras().isEmpty()) {
                out.println("no camera named: the first device that captures, or else the demo");
            }
            return 0;
        } catch (ConfigException e) {
            e.problems().forEach(err::println);
            return 1;
        }
    }

    private static String summary(CameraConfig camera) {
        Object source = camera.source();
        String asked = " " + camera.capture().format() + " " + camera.capture().size() + " at "
                + camera.capture().fps() + " fps";
        if (camera.source() instanceof SourceConfig.Demo || camera.source() instanceof SourceConfig.Wildcard) {
            asked = "";
        } else if (camera.source() instanceof SourceConfig.Url || camera.source() instanceof SourceConfig.Ffmpeg) {
            asked = ""; // H.264 as it comes
        } else if (camera.source() instanceof SourceConfig.Command command) {
            source = "command " + command.program(); // the arguments may hold a password
            asked = camera.capture().format().raw()
                    ? asked
                    : " " + camera.capture().format();
        }
        return camera.id() + ": " + source + asked + ", " + camera.running().run();
    }
}
