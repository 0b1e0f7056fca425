package dev.perch.websocket;

import dev.perch.feed.Frame;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.Fragment;
import dev.perch.progressive.AnnexBFraming;
import dev.perch.progressive.Mp4Framing;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats of a connection's frames, named by the words of {@code format=}. */
public enum PayloadFormat {
    /** One JPEG a message. */
    MJPG("mjpg", Encoding.JPEG, 1),
    /** One access unit a message, as in stream.h264. */
    H264("h264", Encoding.H264, 2),
    /** One fragment a message, as in stream.mp4, after a message with the init segment. */
    MP4("mp4", Encoding.H264, 3);

    /** The message kind of an init segment. */
    static final int INIT_SEGMENT = 4;

    /** The message kind of a fragment of sound. */
    static final int SOUND_FRAGMENT = 5;

    private final String word;
    private final Encoding encoding;
    private final int messageKind;

    PayloadFormat(String word, Encoding encoding, int messageKind) {
        this.word = word;
        this.encoding = encoding;
        this.messageKind = messageKind;
    }

    /** Returns the format of that word. */
    public static Optional<PayloadFormat> of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst();
    }

    /** Returns all words, for people. */
    public static String words() {
        return Arrays.stream(values()).map(PayloadFormat::word).collect(Collectors.joining(", "));
    }

    /** Returns the word in {@code format=}. */
    public String word() {
        return word;
    }

    /** Returns the encoding of the feed to read. */
    public Encoding encoding() {
        return encoding;
    }

    /** Returns whether sound can go beside the pictures. */
    public boolean carriesSound() {
        return this == MP4;
    }

    /**
     * Returns the media type of all of a camera's payloads joined, with the codecs of the real stream if it has any.
     *
     * @param sound beside the pictures, if there is any
     */
    public String mimeType(Optional<StreamConfig> config, Optional<StreamConfig.Aac> sound) {
        return switch (this) {
            case MJPG -> "image/jpeg";
            case H264 -> AnnexBFraming.CONTENT_TYPE;
            case MP4 ->
                config.filter(StreamConfig.H264.class::isInstance)
                        .map(video -> Mp4Framing.contentType((StreamConfig.H264) video, sound.orElse(null)))
                        .orElse("video/mp4");
        };
    }

    int messageKind() {
        return messageKind;
    }

    /** Returns the number of bytes before a frame's own bytes in its payload. */
    int containerBytes(Frame frame) {
        return this == MP4 ? Fragment.headBytes(frame.time().reordered()) : 0;
    }
}
