package dev.perch.config;

import dev.perch.config.ConfigException.Problem;
import dev.perch.config.PerchConfig.ServerConfig;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The {@code PERCH_…} environment variables, which replace a configuration file: the server's settings, and those of the one camera without a file.
 *
 * @param values by variable name, without empty ones
 */
public record Environment(Map<String, String> values) {
    /** An environment without such variables. */
    public static final Environment NONE = new Environment(Map.of());

    private static final System.Logger LOG = System.getLogger(Environment.class.getName());
    private static final String SOURCE = "PERCH_SOURCE";
    private static final String GROWING = "PERCH_GROWING";

    /** The variables of the section {@code server}, and their keys. */
    private static final Map<String, String> SERVER =
            ordered("PERCH_ADDRESS", "address", "PERCH_PORT", "port", "PERCH_MAX_VIEWERS", "max-viewers");

    /** The variables of a camera, and their keys. */
    private static final Map<String, String> CAMERA = ordered(
            "PERCH_SIZE",
            "size",
            "PERCH_FPS",
            "fps",
            "PERCH_QUALITY",
            "quality",
            "PERCH_CRF",
            "crf",
            "PERCH_AUDIO_BITRATE",
            "audio-bitrate");

    public Environment {
        values = Map.copyOf(values);
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** Returns the key of a variable. */
    static String keyOf(String variable) {
        return SERVER.containsKey(variable)
                ? "server." + SERVER.get(variable)
                : "camera." + CAMERA.getOrDefault(variable, variable.equals(GROWING) ? "growing" : "source");
    }

    /** Returns the variables in a process's environment. */
    static Environment of(Map<String, String> process) {
        Map<String, String> values = new LinkedHashMap<>();
        process.forEach((name, value) -> {
            boolean ours =
                    name.equals(SOURCE) || name.equals(GROWING) || SERVER.containsKey(name) || CAMERA.containsKey(name);
            if (ours && !value.isEmpty()) {
                values.put(name, value);
            }
        });
        return values.isEmpty() ? NONE : new Environment(values);
    }

    /**
     * Returns the configuration of a program without a file.
     *
     * @param source from the command line, which wins; null if absent
     * @throws ConfigException with every variable whose value is not accepted
     */
    PerchConfig alone(@Nullable SourceConfig source) throws ConfigException {
        List<Problem> problems = new ArrayList<>();
        ServerConfig server = read(
                        SERVER, Keys.SERVER, (section, told) -> new ConfigReader(told).server(section), problems)
                .orElse(ServerConfig.defaults());
        Optional<SourceConfig> named = Optional.ofNullable(source).or(() -> source(problems));
        SourceConfig shown =
                named.orElseGet(SourceConfig.Demo::new); // in place of the device to be found: values are checked now
        CameraConfig camera = camera(shown, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return PerchConfig.defaults()
                .withServer(server)
                .withCameras(named.isPresent() ? List.of(camera) : List.of())
                .with(this);
    }

    /**
     * Returns {@code file} with these variables for a camera that the program finds itself, and logs variables that are ignored.
     *
     * @param name the file's name
     * @param source from the command line, replacing the file's cameras; null if absent
     */
    PerchConfig beside(PerchConfig file, String name, @Nullable SourceConfig source) throws ConfigException {
        boolean ofFile = source == null && !file.cameras().isEmpty();
        List<String> unused = values.keySet().stream()
                .filter(variable -> ofFile || variable.equals(SOURCE) || SERVER.containsKey(variable))
                .sorted()
                .toList();
        if (!unused.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "{0} {1} not used, because there is a configuration file: {2}",
                    String.join(", ", unused),
                    unused.size() == 1 ? "is" : "are",
                    name);
        }
        return source == null ? file.with(this) : file.with(this).withCameras(List.of(camera(source)));
    }

    /**
     * Returns the camera of a program without a file.
     *
     * @throws ConfigException with every variable whose value is not accepted
     */
    public CameraConfig camera(SourceConfig source) throws ConfigException {
        List<Problem> problems = new ArrayList<>();
        CameraConfig camera = camera(source, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return camera;
    }

    private CameraConfig camera(SourceConfig source, List<Problem> problems) {
        CameraConfig defaults = CameraConfig.only(growing(source, problems));
        return read(CAMERA, Keys.CAMERA, (section, told) -> new CamerasReader(told).camera(section, defaults), problems)
                .orElse(defaults);
    }

    /** Returns {@code source} as a growing file if the environment says so. */
    private SourceConfig growing(SourceConfig source, List<Problem> problems) {
        String word = values.get(GROWING);
        if (word == null) {
            return source;
        }
        Optional<Boolean> growing = Values.FLAG.reader().apply(word);
        if (growing.isEmpty()) {
            problems.add(new Problem(GROWING, 0, 0, Values.FLAG.complaint(word)));
        } else if (source instanceof SourceConfig.Url file && file.kind() == Address.Kind.FILE) {
            return file.growing(growing.get());
        } else if (growing.get()) {
            problems.add(new Problem(GROWING, 0, 0, "only a file has it, accepted: beside the PERCH_SOURCE of a file"));
        }
        return source;
    }

    private Optional<SourceConfig> source(List<Problem> problems) {
        String word = values.get(SOURCE);
        Optional<SourceConfig> source = Optional.ofNullable(word).flatMap(SourceWord::read);
        if (word != null && source.isEmpty()) {
            problems.add(new Problem(
                    SOURCE,
                    0,
                    0,
                    Redaction.general()
                            .redact("found " + Text.quoted(word) + ", accepted: " + SourceWord.accepted(word))));
        }
        return source;
    }

    /** Reads the variables of a section as if they were lines of a file; a complaint names the variable on its line. */
    private <T> Optional<T> read(
            Map<String, String> keys, Keys known, BiFunction<Section, Problems, T> reader, List<Problem> problems) {
        List<String> variables = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        keys.forEach((variable, key) -> {
            String value = values.get(variable);
            if (value != null) {
                variables.add(variable);
                text.append(key)
                        .append(": '")
                        .append(Text.oneLine(value).replace("'", "''"))
                        .append("'\n");
            }
        });
        if (variables.isEmpty()) {
            return Optional.empty();
        }
        Problems told = new Problems("environment");
        try {
            Node mapping = YamlTree.compose("environment", text.toString()).orElseThrow();
            T result = reader.apply(Section.of((MappingNode) mapping, known, told), told);
            told.throwIfAny();
            return Optional.of(result);
        } catch (ConfigException refused) {
            for (Problem problem : refused.problems()) {
                String message = problem.message();
                int colon = message.indexOf(": ");
                problems.add(new Problem(
                        variables.get(Math.max(0, problem.line() - 1)),
                        0,
                        0,
                        message.substring(colon < 0 ? 0 : colon + 2)));
            }
            return Optional.empty();
        }
    }

    /** Returns the names only, because an address may hold a password. */
    @Override
    public String toString() {
        return "Environment" + values.keySet();
    }
}
