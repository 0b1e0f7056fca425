package dev.perch.web.answer;

import dev.perch.media.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The live answers by the last part of their address. */
public enum LiveAddress {
    SNAPSHOT("snapshot.jpg", Encoding.JPEG),
    MJPEG("stream.mjpg", Encoding.JPEG),
    ANNEX_B("stream.h264", Encoding.H264),
    MP4("stream.mp4", Encoding.H264);

    private final String path;
    private final Encoding encoding;

    LiveAddress(String path, Encoding encoding) {
        this.path = path;
        this.encoding = encoding;
    }

    public String path() {
        return path;
    }

    public Encoding encoding() {
        return encoding;
    }

    /** By our own name, or by µStreamer's. */
    public static Optional<LiveAddress> of(String name) {
        return switch (name) {
            case "snapshot" -> Optional.of(SNAPSHOT);
            case "stream" -> Optional.of(MJPEG);
            default ->
                Arrays.stream(values())
                        .filter(address -> address.path.equals(name))
                        .findFirst();
        };
    }

    /** By the query of mjpg-streamer's {@code /?action=stream} and {@code /?action=snapshot}, with or without its {@code _N}. */
    public static Optional<LiveAddress> ofAction(String action) {
        if (action.equals("stream") || action.matches("stream_\\d{1,3}")) {
            return Optional.of(MJPEG);
        }
        return action.equals("snapshot") || action.matches("snapshot_\\d{1,3}")
                ? Optional.of(SNAPSHOT)
                : Optional.empty();
    }

    /** What a camera that gives {@code encodings} answers to. */
    public static List<String> paths(Set<Encoding> encodings) {
        return Arrays.stream(values())
                .filter(address -> encodings.contains(address.encoding))
                .map(LiveAddress::path)
                .toList();
    }
}
