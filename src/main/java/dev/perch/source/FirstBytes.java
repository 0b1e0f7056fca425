package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What the first bytes of a command's output tell of its format. */
final class FirstBytes {
    /** A start code with its zero_byte (ITU-T H.264 §B.1.1). */
    static final int NEEDED = 4;

    private static final int SHOWN = 16;

    private FirstBytes() {}

    /**
     * The format of what begins so.
     *
     * @param output from position, at least {@link #NEEDED} bytes; only read
     * @throws CaptureException when it is neither H.264 in Annex B form nor JPEG, with what to do
     */
    static PixelFormat format(ByteBuffer output, String program) throws CaptureException {
        int first = output.getInt(output.position());
        if (first == 1 || first >>> 8 == 1) {
            return PixelFormat.H264;
        }
        if (first >>> 16 == 0xffd8) { // SOI
            return PixelFormat.MJPG;
        }
        throw new CaptureException(
                CaptureException.Kind.UNSUPPORTED,
                "The output of " + program + " begins with " + shown(output)
                        + ", which is neither H.264 in Annex B form nor JPEG. Have it print one of these without a container,"
                        + " or set format: YUYV with size and fps if these are raw pictures.");
    }

    /** As text where it is text: a program that prints its usage says more than its bytes. */
    private static String shown(ByteBuffer output) {
        byte[] bytes = new byte[Math.min(SHOWN, output.remaining())];
        output.get(output.position(), bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t' || c == '\r')
                ? '"' + text.replaceAll("\\s+", " ").strip() + '"'
                : HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes);
    }
}
