package dev.perch.app;

import dev.perch.access.Grants;
import dev.perch.config.ConfigException;
import dev.perch.config.ConfigSearch;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The command in the words after {@code perch}. */
sealed interface CommandLine {
    /** Parses the words. It never fails: an invalid command line is {@link Wrong}. */
    static CommandLine parse(String... words) {
        return new CommandLineReader(List.of(words)).read();
    }

    /**
     * Runs the server.
     *
     * @param config the file of {@code --config}; null if absent
     * @param port empty without {@code --port}
     * @param address null without {@code --address}
     * @param source replaces the file's cameras; null if absent
     */
    record Serve(
            @Nullable Path config,
            OptionalInt port,
            @Nullable String address,
            @Nullable SourceConfig source) implements CommandLine {

        /** Returns the configuration file's content, overridden by the command line. */
        PerchConfig configuration(Map<String, String> environment) throws ConfigException {
            return applyTo(ConfigSearch.alone(config, environment).load(source));
        }

        /** Returns {@code file} with its server section overridden by the command line. */
        private PerchConfig applyTo(PerchConfig file) {
            PerchConfig.ServerConfig server = file.server();
            if (address != null) {
                server = server.withAddress(address);
            }
            if (port.isPresent()) {
                server = server.withPort(port.getAsInt());
            }
            return file.withServer(server);
        }
    }

    /** Validates a configuration file. */
    record Check(Path file) implements CommandLine {}

    /**
     * Inspects recorded files.
     *
     * @param repair whether to finish unfinished ones
     */
    record Recordings(Path folder, boolean repair) implements CommandLine {}

    /**
     * Makes a certificate for a home network.
     *
     * @param names that it is for; empty for those of this machine
     */
    record SelfSigned(Path folder, List<String> names) implements CommandLine {
        public SelfSigned {
            names = List.copyOf(names);
        }
    }

    /** Lists the devices. */
    record Devices() implements CommandLine {}

    /**
     * Sets controls of a camera of the Perch that runs here.
     *
     * @param port at which it listens
     * @param controls values by name, in the order of the words
     */
    record Set(int port, String camera, Map<String, String> controls) implements CommandLine {}

    /**
     * Edits the file of users.
     *
     * @param file null to use the one in the configuration
     * @param name of the user; empty to list them
     * @param grants of a new user
     */
    record User(What what, @Nullable Path file, String name, Grants grants) implements CommandLine {
        enum What {
            ADD,
            REMOVE,
            LIST,
            PASSWORD,
            SIGN_OUT;

            String word() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        }
    }

    /**
     * Adds the cameras of the Perch that runs here to a Moonraker.
     *
     * @param port at which it listens
     * @param moonraker empty to look for it, on this machine and in this network
     */
    record Register(int port, Optional<URI> moonraker) implements CommandLine {}

    /** Serves each kind of answer once, and ends. */
    record Rehearse() implements CommandLine {}

    /** Prints the version. */
    record Version() implements CommandLine {}

    /** Prints the help. */
    record Help() implements CommandLine {}

    /**
     * An invalid command line.
     *
     * @param sentence why
     */
    record Wrong(String sentence) implements CommandLine {}
}
