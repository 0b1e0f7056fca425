package dev.perch.web.answer;

import dev.perch.media.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The live answers by the last part of their address. */
public enum LiveAddress {
    SNAPSHOT("snapshot.jpg", "snapshot", Encoding.JPEG),
    MJPEG("stream.mjpg", "stream", Encoding.JPEG),
    ANNEX_B("stream.h264", "video.h264", Encoding.H264),
    MP4("stream.mp4", "video.mp4", Encoding.H264),
    FLV("stream.flv", "", Encoding.H264);

    private static final Pattern ACTION = Pattern.compile("(stream|snapshot)(?:_(\\d{1,3}))?(?:\\D.*)?");

    private final String path;
    private final String alias;
    private final Encoding encoding;

    LiveAddress(String path, String alias, Encoding encoding) {
        this.path = path;
        this.alias = alias;
        this.encoding = encoding;
    }

    public String path() {
        return path;
    }

    public Encoding encoding() {
        return encoding;
    }

    /** Returns the last part of the address, and the names that µStreamer or camera-streamer use for it. */
    public List<String> names() {
        return alias.isEmpty() ? List.of(path) : List.of(path, alias);
    }

    /**
     * An answer of mjpg-streamer.
     *
     * @param input the number of the camera, if the request has one
     */
    public record OfInput(LiveAddress address, OptionalInt input) {}

    /**
     * Returns the answer to mjpg-streamer's {@code /?action=stream} and {@code /?action=snapshot}, with or without {@code _N}. mjpg-streamer looks at the beginning
     * of the query alone, and its clients append what they like.
     */
    public static Optional<OfInput> ofAction(String action) {
        Matcher matcher = ACTION.matcher(action);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String input = matcher.group(2);
        return Optional.of(new OfInput(
                matcher.group(1).equals("stream") ? MJPEG : SNAPSHOT,
                input == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(input))));
    }

    /** Returns the address for go2rtc's {@code /api/}{@code name}{@code ?src=}. */
    public static Optional<LiveAddress> ofApi(String name) {
        return switch (name) {
            case "frame.jpeg" -> Optional.of(SNAPSHOT);
            case "stream.mjpeg" -> Optional.of(MJPEG);
            case "stream.mp4" -> Optional.of(MP4);
            case "stream.flv" -> Optional.of(FLV);
            default -> Optional.empty();
        };
    }

    /** Returns the paths that a camera with {@code encodings} answers. */
    public static List<String> paths(Set<Encoding> encodings) {
        return Arrays.stream(values())
                .filter(address -> encodings.contains(address.encoding))
                .map(LiveAddress::path)
                .toList();
    }
}
