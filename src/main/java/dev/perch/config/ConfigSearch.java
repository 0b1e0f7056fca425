package dev.perch.config;

import dev.perch.config.ConfigException.Problem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The places of the configuration file, of which the first that is named, or has one, wins: the command line's {@code --config}, the environment's
 * {@value #VARIABLE}, the servlet context parameter {@value #CONTEXT_PARAMETER}, {@code conf/perch.yml} under Tomcat's base,
 * {@code /etc/perch/perch.yml}.
 *
 * @param option what {@code --config} names; null without
 * @param environment the process's
 * @param contextParameter what the context parameter names, relative to {@code catalinaBase}; null without
 * @param catalinaBase Tomcat's; null when there is no Tomcat but the embedded one
 * @param systemFile the last place
 */
public record ConfigSearch(
        @Nullable Path option,
        Map<String, String> environment,
        @Nullable String contextParameter,
        @Nullable Path catalinaBase,
        Path systemFile) {

    /** The environment variable that names the file. */
    public static final String VARIABLE = "PERCH_CONFIG";

    /** The servlet context parameter that names the file. */
    public static final String CONTEXT_PARAMETER = "dev.perch.config";

    private static final Path SYSTEM_FILE = Path.of("/etc/perch/perch.yml");

    /** Returns the search of the program that runs alone. */
    public static ConfigSearch alone(@Nullable Path option, Map<String, String> environment) {
        String base = environment.get("CATALINA_BASE");
        return new ConfigSearch(
                option, environment, null, base == null || base.isEmpty() ? null : Path.of(base), SYSTEM_FILE);
    }

    /** Returns the search of the WAR inside a Tomcat, whose base is the system property {@code catalina.base}. */
    public static ConfigSearch inTomcat(
            @Nullable String contextParameter, Map<String, String> environment, @Nullable Path catalinaBase) {
        return new ConfigSearch(null, environment, contextParameter, catalinaBase, SYSTEM_FILE);
    }

    /**
     * Returns the file; empty if none is named, nor in its place.
     *
     * @throws ConfigException when a file that is named is not there or cannot be read, with who named it
     */
    public Optional<Path> find() throws ConfigException {
        Path here = Path.of("");
        if (option != null) {
            return Optional.of(named("--config", here, option.toString()));
        }
        String variable = environment.get(VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return Optional.of(named("the environment variable " + VARIABLE, here, variable));
        }
        if (contextParameter != null && !contextParameter.isEmpty()) {
            Path base = catalinaBase == null ? here : catalinaBase;
            return Optional.of(named("the context parameter " + CONTEXT_PARAMETER, base, contextParameter));
        }
        Stream<Path> inTomcat = Stream.ofNullable(catalinaBase).map(base -> base.resolve("conf/perch.yml"));
        return Stream.concat(inTomcat, Stream.of(systemFile))
                .filter(Files::exists)
                .findFirst();
    }

    /** Reads the file; without one, the environment says what there is to say. */
    public PerchConfig load() throws ConfigException {
        return load(null);
    }

    /**
     * Reads the file, or the environment where there is none.
     *
     * @param source shown in the place of all cameras; null for those of the file
     */
    public PerchConfig load(@Nullable SourceConfig source) throws ConfigException {
        Optional<Path> file = find();
        Environment variables = Environment.of(environment);
        return file.isPresent()
                ? variables.beside(PerchConfig.load(file.get()), file.get().toString(), source)
                : variables.alone(source);
    }

    private static Path named(String who, Path base, String name) throws ConfigException {
        Path path;
        try {
            path = base.resolve(name);
        } catch (InvalidPathException e) {
            throw refused(name, who, "is no path");
        }
        if (!Files.exists(path)) {
            throw refused(path.toString(), who, "does not exist");
        }
        if (Files.isDirectory(path)) {
            throw refused(path.toString(), who, "is a directory, not a file");
        }
        if (!Files.isReadable(path)) {
            throw refused(path.toString(), who, "may not be read by the user " + System.getProperty("user.name"));
        }
        return path;
    }

    private static ConfigException refused(String name, String who, String why) {
        return new ConfigException(List.of(new Problem(Text.oneLine(name), 0, 0, why + " (named by " + who + ")")));
    }
}
