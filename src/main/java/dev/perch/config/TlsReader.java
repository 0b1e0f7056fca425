package dev.perch.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the section {@code tls} of the server. */
final class TlsReader {
    private static final ValueType<Path> PEM_FILE = ValueType.of(
            "the path of a file in PEM form, such as /etc/letsencrypt/live/example.org/fullchain.pem", TlsReader::path);

    private static final ValueType<Duration> HSTS = ValueType.of(
            "a whole number with its unit (m, h, d), from 1m to 3650d, such as 365d", RetentionReader::keep);

    private TlsReader() {}

    static Optional<TlsConfig> read(Node node, Problems problems) {
        if (!(node instanceof MappingNode mapping)) {
            problems.at(
                    node,
                    "tls: found " + Section.kind(node) + ", accepted: the keys " + String.join(", ", Keys.TLS.known())
                            + ", indented on the next lines");
            return Optional.empty();
        }
        Section section = Section.of(mapping, Keys.TLS, problems);
        for (String key : Keys.TLS.known().subList(0, 2)) {
            if (section.node(key).isEmpty()) {
                problems.at(node, "tls: found no " + key + ", accepted: " + PEM_FILE.accepted());
            }
        }
        Optional<Path> certificate = section.value("certificate", PEM_FILE);
        Optional<Path> key = section.value("key", PEM_FILE);
        Optional<Duration> hsts = section.value("hsts", HSTS);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TlsConfig(
                certificate.get(),
                key.get(),
                section.value("port", Values.PORT, TlsConfig.PORT),
                section.value("redirect", Values.FLAG, false),
                hsts));
    }

    private static Optional<Path> path(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException none) {
            return Optional.empty();
        }
    }
}
