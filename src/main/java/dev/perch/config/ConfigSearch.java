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
 * The search for the configuration file. The first place that is named, or where the file exists, wins: the command line's {@code --config}, the
 * environment's {@value #VARIABLE}, the servlet context parameter {@value #CONTEXT_PARAMETER}, {@code conf/perch.yml} under Tomcat's base, {@code
 * /etc/perch/perch.yml}.
 *
 * @param option the value of {@code --config}; null if absent
 * @param environment the process's environment
 * @param contextParameter the context parameter's value, relative to {@code catalinaBase}; null if absent
 * @param catalinaBase Tomcat's base folder; null for the embedded Tomcat
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

    /** Returns the search of the standalone program. */
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
     * Returns the file; empty if none is named and none is in its place.
     *
     * @throws ConfigException if a named file does not exist or cannot be read; the message says who named it
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

    /** Reads the file; without a file, the environment. */
    public PerchConfig load() throws ConfigException {
        return load(null);
    }

    /**
     * Reads the file; without a file, the environment.
     *
     * @param source replaces all cameras; null for those of the file
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
