package dev.perch.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The addresses that a {@code url:} may have. */
public final class Address {
    public enum Kind {
        /** A file of this machine. */
        FILE,
        /** A device of this machine, which ffmpeg opens. */
        DEVICE,
        RTSP,
        HTTP,
        RTMP,
        /** SRT, UDP, RTP or TCP, which usually carry MPEG-TS. */
        TRANSPORT
    }

    private static final Map<String, Kind> SCHEMES = Map.ofEntries(
            Map.entry("file", Kind.FILE),
            Map.entry("rtsp", Kind.RTSP),
            Map.entry("rtsps", Kind.RTSP),
            Map.entry("http", Kind.HTTP),
            Map.entry("https", Kind.HTTP),
            Map.entry("rtmp", Kind.RTMP),
            Map.entry("rtmps", Kind.RTMP),
            Map.entry("srt", Kind.TRANSPORT),
            Map.entry("udp", Kind.TRANSPORT),
            Map.entry("rtp", Kind.TRANSPORT),
            Map.entry("tcp", Kind.TRANSPORT));

    /** What is accepted, for messages. */
    public static final String ACCEPTED =
            "the absolute path of a file, or an address that begins with rtsp://, rtsps://, "
                    + "http://, https://, rtmp://, rtmps://, srt://, udp://, rtp://, tcp:// or file://";

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(?=//)(//)?");

    private Address() {}

    /** Returns the kind of {@code text}; empty if it is neither an absolute path nor an address of a known scheme. */
    public static Optional<Kind> kind(String text) {
        if (text.isBlank() || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            return Optional.empty(); // a line break would begin another line of ffmpeg's input
        }
        if (text.startsWith("/")) {
            return Optional.of(text.startsWith("/dev/") ? Kind.DEVICE : Kind.FILE);
        }
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.lookingAt() || scheme.end() == text.length()) {
            return Optional.empty();
        }
        Optional<Kind> kind = Optional.ofNullable(SCHEMES.get(scheme.group(1).toLowerCase(Locale.ROOT)));
        return kind.filter(known -> known != Kind.FILE || text.startsWith("/", scheme.end()));
    }

    /** Returns the path of a file or device: the text without {@code file://}. */
    public static String path(String text) {
        return text.startsWith("/") ? text : text.substring("file://".length());
    }

    /** Returns the part of {@code text} that everybody may see: no user, no parameters, no stream key; for a path the last part. */
    static String shown(String text) {
        boolean local = kind(text)
                .filter(kind -> kind == Kind.FILE || kind == Kind.DEVICE)
                .isPresent();
        if (local) {
            String path = path(text);
            return path.startsWith("/dev/") ? path : path.substring(path.lastIndexOf('/') + 1);
        }
        String plain = Redaction.ofCommand(List.of(text)).redact(text);
        return plain.replaceFirst("//(?:" + Pattern.quote(Redaction.HIDDEN) + ")@", "//")
                .replaceFirst("[?#].*", "");
    }
}
