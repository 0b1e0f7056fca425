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

/** The request of the words after {@code perch}. */
sealed interface CommandLine {
    /** Reads the words; never fails: words that make no sense are {@link Wrong}. */
    static CommandLine parse(String... words) {
        return new CommandLineReader(List.of(words)).read();
    }

    /**
     * Runs the server.
     *
     * @param config the file that {@code --config} names; null without
     * @param port empty without {@code --port}
     * @param address null without {@code --address}
     * @param source used instead of the file's cameras; null without
     */
    record Serve(
            @Nullable Path config,
            OptionalInt port,
            @Nullable String address,
            @Nullable SourceConfig source) implements CommandLine {

        /** The configuration file's content, with what the command line says in its place. */
        PerchConfig configuration(Map<String, String> environment) throws ConfigException {
            return applyTo(ConfigSearch.alone(config, environment).load(source));
        }

        /** {@code file} with what the command line says of the server in its place. */
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

    /** Validates a configuration file and does nothing else. */
    record Check(Path file) implements CommandLine {}

    /**
     * Tells of recorded files.
     *
     * @param repair whether those that are not finished are
     */
    record Recordings(Path folder, boolean repair) implements CommandLine {}

    /**
     * Makes a certificate for a network at home.
     *
     * @param names that it is for; those of this machine if there are none
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
     * @param port the port that it listens on
     * @param controls values by name, in the order of the words
     */
    record Set(int port, String camera, Map<String, String> controls) implements CommandLine {}

    /**
     * Looks after the file of users.
     *
     * @param file null where the configuration names it
     * @param name of the user; empty to list them
     * @param grants of a new user
     */
    record User(What what, @Nullable Path file, String name, Grants grants) implements CommandLine {
        /** What is done. */
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
     * Makes the cameras of the Perch that runs here known to a Moonraker.
     *
     * @param port the port that it listens on
     * @param moonraker empty: it is looked for, on this machine and in this network
     */
    record Register(int port, Optional<URI> moonraker) implements CommandLine {}

    /** Serves each kind of answer once and ends. */
    record Rehearse() implements CommandLine {}

    /** Prints the version. */
    record Version() implements CommandLine {}

    /** Prints the words of the command line. */
    record Help() implements CommandLine {}

    /**
     * Words that make no sense.
     *
     * @param sentence why
     */
    record Wrong(String sentence) implements CommandLine {}
}
