package dev.perch.source;

import dev.perch.config.Redaction;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the format of a command's output by its first bytes. */
final class FirstBytes {
    /** The fewest bytes that identify a format. */
    static final int NEEDED = 4;

    /** The most bytes of a multipart stream or an HTTP response before its first image. */
    private static final int MOST_HEAD_BYTES = 4096;

    private static final Pattern EMPTY_LINE = Pattern.compile("\\n\\r?\\n");

    private static final int SHOWN = 16;
    private static final int READ = 1024;

    private final ByteBuffer output;
    private final int end;
    private final int begin;

    private FirstBytes(ByteBuffer output, int from) {
        this.output = output;
        this.end = output.limit();
        int at = from;
        while (at < end && blank(output.get(at))) {
            at++;
        }
        this.begin = at;
    }

    /**
     * Returns the format of an output that begins with these bytes; empty if more bytes are needed. Leading line ends and zeros are skipped, and so
     * is the head of an HTTP response.
     *
     * @param first the bytes from position on; only read
     * @param last true when no more will come
     * @throws CaptureException when it is neither H.264 in Annex B form nor JPEG; the message says what to do
     */
    static Optional<PixelFormat> format(ByteBuffer first, boolean last, String program, Redaction redaction)
            throws CaptureException {
        FirstBytes bytes = new FirstBytes(first, first.position());
        Optional<PixelFormat> format = bytes.format();
        if (format.isEmpty() && (last || !bytes.open())) {
            throw new CaptureException(
                    CaptureException.Kind.UNSUPPORTED,
                    "The output of " + program + " begins with " + bytes.shown(redaction)
                            + ", which is neither H.264 in Annex B form nor JPEG. " + bytes.advice());
        }
        return format;
    }

    private static boolean blank(byte octet) {
        return octet == 0 || octet == '\r' || octet == '\n';
    }

    private Optional<PixelFormat> format() {
        if (h264() || h264BehindHead()) {
            return Optional.of(PixelFormat.H264);
        }
        boolean jpeg = u8(0) == 0xff && u8(1) == 0xd8; // SOI
        return jpeg || headOfJpeg() ? Optional.of(PixelFormat.MJPG) : Optional.empty();
    }

    private boolean h264() {
        return begin + 2 < end && startCode() && !h265();
    }

    /** Returns whether it follows the head of an HTTP response (RFC 9112 §2.1), which ends with an empty line. */
    private boolean h264BehindHead() {
        String text = text(MOST_HEAD_BYTES);
        if (!text.startsWith("http/1.")) {
            return false;
        }
        Matcher emptyLine = EMPTY_LINE.matcher(text);
        return emptyLine.find() && new FirstBytes(output, begin + emptyLine.end()).h264();
    }

    /** Returns whether the output begins with a start code (ITU-T H.264 §B.1.1), whose zeros were skipped. */
    private boolean startCode() {
        return u8(0) == 1 && begin - output.position() >= 2 && output.get(begin - 1) == 0 && output.get(begin - 2) == 0;
    }

    /**
     * Returns whether the first NAL unit is a VPS, SPS, PPS or AUD of H.265 (ITU-T H.265 §7.3.1.2). In H.264 these headers would be partitions
     * without a picture, or reserved.
     */
    private boolean h265() {
        int header = u8(1);
        return (header == 0x40 || header == 0x42 || header == 0x44 || header == 0x46) && u8(2) == 1;
    }

    /** Returns whether more bytes may identify the format. */
    private boolean open() {
        if (end - begin < NEEDED) {
            return true;
        }
        return end - begin < MOST_HEAD_BYTES && head();
    }

    /** Returns whether the output begins as a multipart stream, the head of a part or an HTTP response. */
    private boolean head() {
        String text = text(MOST_HEAD_BYTES);
        return text.startsWith("--") || text.startsWith("http/1.") || text.startsWith("content-");
    }

    private boolean headOfJpeg() {
        if (!head()) {
            return false;
        }
        String text = text(MOST_HEAD_BYTES);
        return text.contains("image/jpeg")
                || text.contains("multipart/x-mixed-replace")
                || text.contains("\u00ff\u00d8");
    }

    private int u8(int index) {
        return begin + index < end ? output.get(begin + index) & 0xff : -1;
    }

    private String text(int most) {
        byte[] bytes = new byte[Math.min(most, end - begin)];
        output.get(begin, bytes);
        // case is ignored in ASCII only: Ø, the second byte of SOI, is put back
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .replace('\u00f8', '\u00d8');
    }

    /** Returns advice for the user, by the first bytes of containers and of usual mistakes. */
    private String advice() {
        String text = text(16);
        if (startCode()) {
            return "It is H.265, which most browsers do not play. Have it print H.264.";
        }
        if (text.substring(0, Math.min(8, text.length())).contains("ftyp")
                || text.startsWith("\u001ae\u00df\u00a3")
                || text.startsWith("flv\u0001")) {
            return "It is a file of MP4, Matroska or FLV. Have it print the stream alone: of ffmpeg that is \"-c copy -f h264 -\".";
        }
        if ((text.startsWith("g") && u8(188) == 'G') || text.startsWith("riff")) {
            return "It is MPEG-TS or AVI. Have it print the stream alone: of ffmpeg that is \"-c copy -f h264 -\" or"
                    + " \"-c copy -f mjpeg -\".";
        }
        if (text.startsWith("\u0089png") || text.startsWith("gif8") || text.startsWith("bm")) {
            return "It is a picture of another kind. Have it print JPEG.";
        }
        if (text.startsWith("yuv4mpeg2")) {
            return "It is raw pictures with heads. Have it print them without (of ffmpeg: \"-f rawvideo\"), and set format: YU12 with"
                    + " size and fps.";
        }
        if (words(end - begin)) {
            return "It is text. Have it print its messages to stderr, and the stream to stdout.";
        }
        return "Have it print one of these without a container,"
                + " or set format: YUYV with size and fps if these are raw pictures.";
    }

    /** Returns the first bytes for people, as text if they are text: a program's usage message says more than its bytes. */
    private String shown(Redaction redaction) {
        int from = begin < end ? begin : output.position();
        byte[] bytes = new byte[Math.min(SHOWN, end - from)];
        output.get(from, bytes);
        return begin < end && words(bytes.length)
                ? '"' + withoutSecrets(redaction) + '"'
                : HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes);
    }

    /**
     * Returns the text to show without secrets. It redacts more than it shows, so that a secret of which only a part would be shown is recognized;
     * the secret's end may not have come yet.
     */
    private String withoutSecrets(Redaction redaction) {
        byte[] bytes = new byte[Math.min(READ, end - begin)];
        output.get(begin, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("\\s+", " ");
        boolean open = text.matches(".*[:=@]\\S*");
        String shown = open ? redaction.redactCut(text) : redaction.redact(text);
        return shown.substring(0, Math.min(SHOWN, shown.length())).strip();
    }

    private boolean words(int count) {
        boolean text = begin < end;
        for (int i = begin; i < Math.min(begin + count, end); i++) {
            byte octet = output.get(i);
            text &= (octet >= ' ' && octet < 0x7f) || octet == '\n' || octet == '\t' || octet == '\r';
        }
        return text;
    }
}
