package dev.perch.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the section {@code mqtt}. */
final class MqttReader {
    private static final int MOST_CHARACTERS = 200;

    /** A topic without wildcards, and without a level that begins with $ (MQTT 3.1.1 §4.7). */
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,7}");

    private static final String TOPIC_WORDS =
            "at most eight words of letters, digits, - and _, with / between them, such as ";

    private static final ValueType<String> PREFIX = ValueType.of(TOPIC_WORDS + "perch/garden", MqttReader::topic);

    @SuppressWarnings("OptionalMapToOptional") // Optional of Optional: off is a value, and absent is not
    private static final ValueType<Optional<String>> DISCOVERY = ValueType.of(
            TOPIC_WORDS + MqttConfig.DISCOVERY + ", or off",
            text -> text.equals("off")
                    ? Optional.of(Optional.empty())
                    : topic(text).map(Optional::of));

    @SuppressWarnings("OptionalMapToOptional") // likewise
    private static final ValueType<Optional<Duration>> PICTURES = ValueType.of(
            "a whole number with its unit (s, m, h), from 1s to 24h, such as 1m, or off",
            text -> text.equals("off")
                    ? Optional.of(Optional.empty())
                    : Values.LINGER
                            .reader()
                            .apply(text)
                            .filter(MqttReader::within)
                            .map(Optional::of));

    private static final ValueType<String> USER =
            ValueType.of("a name of at most " + MOST_CHARACTERS + " characters", MqttReader::word);

    private static final ValueType<String> PASSWORD = new ValueType<>(
            "a password of at most " + MOST_CHARACTERS + " characters",
            List.of(),
            List.of(),
            /* secret= */ true,
            MqttReader::word);

    private static final ValueType<Integer> PORT = ValueType.of(
            "a whole number from 1 to 65535",
            text -> Values.PORT.reader().apply(text).filter(port -> port > 0));

    private MqttReader() {}

    /**
     * Reads the section.
     *
     * @param node the section's place
     * @return empty if a required value is missing
     */
    static Optional<MqttConfig> read(Section section, Node node, Problems problems) {
        if (section.node("host").isEmpty()) {
            problems.at(node, "mqtt: found no host, accepted: " + Values.ADDRESS.accepted());
        }
        if (section.node("password").isPresent() && section.node("user").isEmpty()) {
            problems.at(node, "mqtt: found a password and no user, accepted: both, or a user alone"); // §3.1.2.9
        }
        boolean tls = section.value("tls", Values.FLAG, false);
        Optional<String> host = section.value("host", Values.ADDRESS);
        MqttConfig config = new MqttConfig(
                host.orElse(""),
                section.value("port", PORT, tls ? MqttConfig.TLS_PORT : MqttConfig.PORT),
                section.value("user", USER, ""),
                section.value("password", PASSWORD, ""),
                tls,
                section.value("prefix", PREFIX, ""),
                section.value("discovery", DISCOVERY, Optional.of(MqttConfig.DISCOVERY)),
                section.value("pictures", PICTURES, Optional.of(MqttConfig.PICTURES)));
        return host.map(any -> config);
    }

    private static Optional<String> topic(String text) {
        return TOPIC.matcher(text).matches() && text.length() <= MOST_CHARACTERS ? Optional.of(text) : Optional.empty();
    }

    private static Optional<String> word(String text) {
        boolean fits = !text.isEmpty() && text.length() <= MOST_CHARACTERS;
        return fits && text.chars().noneMatch(Character::isISOControl) ? Optional.of(text) : Optional.empty();
    }

    private static boolean within(Duration every) {
        return every.compareTo(Duration.ofSeconds(1)) >= 0;
    }
}
