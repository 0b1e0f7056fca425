package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.nio.ByteBuffer;

/** The formats of servers' answers, as far as they are read without another program. */
enum FarFormat {
    PARTS,
    MOVIE,
    ANNEX_B,
    /** The media type says nothing: the first bytes tell. */
    UNTOLD,
    /** ffmpeg reads it. */
    OTHER;

    /** The number of first bytes that identify a format. */
    static final int NEEDED_BYTES = 12;

    private static final int FTYP = 'f' << 24 | 't' << 16 | 'y' << 8 | 'p';

    /**
     * Returns the format for a media type.
     *
     * @param source the server's name, for messages
     * @throws CaptureException if the type is not one of video
     */
    static FarFormat ofType(String mediaType, String source) throws CaptureException {
        return switch (mediaType) {
            case "multipart/x-mixed-replace", "multipart/mixed" -> PARTS;
            case "video/mp4", "application/mp4", "video/iso.segment" -> MOVIE;
            case "video/h264", "video/h.264", "video/x-h264" -> ANNEX_B;
            case "", "application/octet-stream", "binary/octet-stream", "video/x-motion-jpeg", "video/mjpeg" -> UNTOLD;
            case "text/html", "application/xhtml+xml" -> throw noVideo(source, "a page");
            case "image/jpeg" -> throw noVideo(source, "one picture");
            default -> OTHER;
        };
    }

    private static CaptureException noVideo(String source, String what) {
        return new CaptureException(
                Kind.UNSUPPORTED,
                source + " answers with " + what + ", not with video. The url is that of a stream, such as /stream or"
                        + " /?action=stream.");
    }

    /** Returns the format of the first bytes, from index 0 to the limit. */
    static FarFormat ofBytes(ByteBuffer first) {
        int at = 0;
        while (at < first.limit() && (first.get(at) == '\r' || first.get(at) == '\n')) {
            at++;
        }
        if (first.limit() - at < Long.BYTES) {
            return OTHER;
        }
        int word = first.getInt(at);
        boolean boundary = word >>> 16 == ('-' << 8 | '-');
        boolean image = word >>> 8 == 0xff_d8ff;
        if (boundary || image) {
            return PARTS;
        }
        if (first.getInt(at + Integer.BYTES) == FTYP) {
            return MOVIE;
        }
        return word == 1 || word >>> 8 == 1 ? ANNEX_B : OTHER;
    }

    /** Returns whether such bytes are images one behind the other, without multipart heads. */
    static boolean unparted(ByteBuffer first) {
        return first.limit() >= 2 && first.get(0) == (byte) 0xff && first.get(1) == (byte) 0xd8;
    }

    /** Returns whether Perch has its own reader for this format. */
    boolean readHere() {
        return this == PARTS || this == MOVIE || this == ANNEX_B;
    }
}
