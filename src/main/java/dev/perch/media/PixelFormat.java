package dev.perch.media;

/** How a picture or an encoded frame lies in memory, named by its V4L2 four-character code (linux/videodev2.h). */
public enum PixelFormat {
    /** H.264 access units in Annex B form. */
    H264("H264", true),
    /** One JPEG image a frame; the Huffman tables may be left out. */
    MJPG("MJPG", true),
    /** One complete JPEG image a frame. */
    JPEG("JPEG", true),
    /** 4:2:2 packed, bytes Y0 Cb Y1 Cr for two pixels. */
    YUYV("YUYV", false);

    private final String fourCharacterCode;
    private final boolean encoded;

    PixelFormat(String fourCharacterCode, boolean encoded) {
        this.fourCharacterCode = fourCharacterCode;
        this.encoded = encoded;
    }

    /** The V4L2 code as a little-endian number, {@code v4l2_fourcc(a, b, c, d)}. */
    public int fourcc() {
        int code = 0;
        for (int i = 3; i >= 0; i--) {
            code = code << 8 | fourCharacterCode.charAt(i);
        }
        return code;
    }

    /** The four characters. */
    public String fourCharacterCode() {
        return fourCharacterCode;
    }

    /** Whether a frame is compressed; otherwise it is a picture of known size. */
    public boolean encoded() {
        return encoded;
    }
}
