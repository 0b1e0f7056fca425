package dev.perch.web.answer;

import dev.perch.media.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The live answers by the last part of their address. */
public enum LiveAddress {
    SNAPSHOT("snapshot.jpg", "snapshot", Encoding.JPEG),
    MJPEG("stream.mjpg", "stream", Encoding.JPEG),
    ANNEX_B("stream.h264", "video.h264", Encoding.H264),
    MP4("stream.mp4", "video.mp4", Encoding.H264),
    FLV("stream.flv", "", Encoding.H264);

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

    /** Returns the address for mjpg-streamer's {@code /?action=stream} and {@code /?action=snapshot}, with or without {@code _N}. */
    public static Optional<LiveAddress> ofAction(String action) {
        if (action.equals("stream") || action.matches("stream_\\d{1,3}")) {
            return Optional.of(MJPEG);
        }
        return action.equals("snapshot") || action.matches("snapshot_\\d{1,3}")
                ? Optional.of(SNAPSHOT)
                : Optional.empty();
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
