package dev.perch.config;

import java.util.List;
import java.util.Optional;

/**
 * The keys of a section.
 *
 * @param known the keys of this version, in the order of the sample
 * @param later the keys that this version recognizes but does not support
 */
record Keys(List<String> known, List<String> later) {
    static final Keys ROOT = new Keys(
            List.of("server", "access", "memory", "record", "rtmp", "on-event", "mqtt", "state", "cameras"), List.of());
    static final Keys SERVER = new Keys(
            List.of(
                    "address",
                    "port",
                    "operator-key",
                    "trusted-proxies",
                    "cors",
                    "hosts",
                    "max-viewers",
                    "max-viewers-per-address",
                    "tls"),
            List.of());
    static final Keys TLS = new Keys(List.of("certificate", "key", "port", "redirect", "hsts"), List.of());
    static final Keys MEMORY = new Keys(List.of("budget"), List.of());
    static final Keys RTMP = new Keys(List.of("port", "address", "tls-port"), List.of());
    static final Keys MQTT =
            new Keys(List.of("host", "port", "user", "password", "tls", "prefix", "discovery", "pictures"), List.of());
    static final Keys ACCESS = new Keys(List.of("users", "links", "guests", "play", "publish"), List.of());
    static final Keys ACCESS_OF_CAMERA = new Keys(List.of("play", "publish"), List.of());
    static final Keys ADDRESS_RULES = new Keys(List.of("allow", "deny"), List.of());
    static final Keys RETENTION = new Keys(List.of("keep", "keep-size", "keep-free"), List.of());
    static final Keys RECORD = new Keys(
            List.of(
                    "rendition",
                    "path",
                    "when",
                    "before",
                    "segment",
                    "sync",
                    "audio",
                    "keep",
                    "keep-size",
                    "keep-free",
                    "snapshots",
                    "on-closed"),
            List.of());
    static final Keys RENDITION =
            new Keys(List.of("size", "fps", "quality", "crf", "bitrate", "jpeg-quality"), List.of());
    static final Keys CAMERA = new Keys(
            List.of(
                    "title",
                    "device",
                    "command",
                    "url",
                    "ffmpeg",
                    "publish",
                    "demo",
                    "loop",
                    "growing",
                    "publish-key",
                    "replace",
                    "max-cameras",
                    "linger-publisher",
                    "format",
                    "size",
                    "fps",
                    "quality",
                    "crf",
                    "bitrate",
                    "audio-bitrate",
                    "jpeg-quality",
                    "rotate",
                    "mirror",
                    "renditions",
                    "controls",
                    "audio",
                    "run",
                    "linger",
                    "warm-up",
                    "start-timeout",
                    "ring",
                    "encoder",
                    "encoder-controls",
                    "jpeg-encoder",
                    "jpeg-workers",
                    "segment",
                    "part",
                    "window",
                    "max-viewers",
                    "access",
                    "record",
                    "push",
                    "private",
                    "record-private",
                    "mask"),
            List.of());
    static final Keys PUSH = new Keys(
            List.of("name", "url", "audio", "start", "keep", "bitrate", "size", "fps", "rendition"), List.of());

    /** The keys of a camera that name its source. */
    static final Keys SOURCE = new Keys(List.of("device", "command", "url", "ffmpeg", "publish", "demo"), List.of());

    /** Returns the complaint about {@code key}, which is none of {@link #known}. */
    String complaint(String key) {
        String accepted = " accepted: " + String.join(", ", known);
        if (later.contains(key)) {
            return Text.quoted(key) + " is not in this version," + accepted;
        }
        return "unknown key " + Text.quoted(key)
                + home(key)
                        .map(section -> ", it belongs to " + section + ";")
                        .or(() -> suggested(key).map(word -> ", did you mean " + Text.quoted(word) + "?"))
                        .orElse(",")
                + accepted;
    }

    /** Returns the key that was probably meant. */
    Optional<String> suggested(String key) {
        return Nearest.of(key, known);
    }

    /** Returns the section in which {@code key} would be right. */
    private static Optional<String> home(String key) {
        if (ROOT.known.contains(key)) {
            return Optional.of("the top level");
        }
        if (SERVER.known.contains(key)) {
            return Optional.of("server");
        }
        if (MEMORY.known.contains(key)) {
            return Optional.of("memory");
        }
        return CAMERA.known.contains(key) ? Optional.of("a camera") : Optional.empty();
    }
}
