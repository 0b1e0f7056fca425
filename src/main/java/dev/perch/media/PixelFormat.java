package dev.perch.media;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a picture or an encoded frame in memory, named by its V4L2 four-character code (linux/videodev2.h). The order is Perch's preference
 * when a device offers several: first what needs no encoder here, then the fewest bytes a picture.
 */
public enum PixelFormat {
    /** H.264 access units in Annex B form. */
    H264("H264"),
    /** One JPEG image a frame; the Huffman tables may be left out. */
    MJPG("MJPG"),
    /** One complete JPEG image a frame. */
    JPEG("JPEG"),
    /** 4:2:0, a plane of Y, a plane of Cb Cr for four pixels. */
    NV12("NV12", new Plane(2, 1), new Plane(2, 2)),
    /** 4:2:0, a plane of Y, one of Cb, one of Cr; also called I420. */
    YU12("YU12", new Plane(2, 1), new Plane(1, 2), new Plane(1, 2)),
    /** As NV12, each plane in memory of its own. */
    NM12("NM12", new Plane(2, 1), new Plane(2, 2)),
    /** As YU12, each plane in memory of its own. */
    YM12("YM12", new Plane(2, 1), new Plane(1, 2), new Plane(1, 2)),
    /** 4:2:2 packed, bytes Y0 Cb Y1 Cr for two pixels. */
    YUYV("YUYV", new Plane(4, 1)),
    /** 4:2:2 packed, bytes Cb Y0 Cr Y1 for two pixels. */
    UYVY("UYVY", new Plane(4, 1)),
    /** Y alone. */
    GREY("GREY", new Plane(2, 1));

    /** @param rowsPerRow rows of the picture that share one row of the plane */
    private record Plane(int bytesPerTwoPixels, int rowsPerRow) {}

    private final String fourCharacterCode;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so
    private final List<Plane> planes;

    PixelFormat(String fourCharacterCode, Plane... planes) {
        this.fourCharacterCode = fourCharacterCode;
        this.planes = List.of(planes);
    }

    /** Returns the V4L2 code as a little-endian number, {@code v4l2_fourcc(a, b, c, d)}. */
    public int fourcc() {
        int code = 0;
        for (int i = 3; i >= 0; i--) {
            code = code << 8 | fourCharacterCode.charAt(i);
        }
        return code;
    }

    public String fourCharacterCode() {
        return fourCharacterCode;
    }

    /** Returns true for compressed frames, false for raw pictures, whose size follows from width and height. */
    public boolean encoded() {
        return planes.isEmpty();
    }

    /** Returns the encoding of frames in this format; null for raw pictures. */
    public @Nullable Encoding encoding() {
        return switch (this) {
            case H264 -> Encoding.H264;
            case MJPG, JPEG -> Encoding.JPEG;
            case NV12, YU12, NM12, YM12, YUYV, UYVY, GREY -> null;
        };
    }

    /** Returns the number of planes of a raw picture; 0 for compressed frames. */
    public int planes() {
        return planes.size();
    }

    /** Returns the number of separate pieces of memory that hold a frame (V4L2's planes, which are not the picture's). */
    public int memoryPlanes() {
        return contiguous() == this ? 1 : planes.size();
    }

    /** Returns the format of the same samples with all planes in one piece of memory, one behind the other. */
    public PixelFormat contiguous() {
        return switch (this) {
            case NM12 -> NV12;
            case YM12 -> YU12;
            default -> this;
        };
    }

    /** Returns the format of the same samples with each plane in a piece of memory of its own; this format if there is none. */
    public PixelFormat separate() {
        return switch (this) {
            case NV12 -> NM12;
            case YU12 -> YM12;
            default -> this;
        };
    }

    /** Returns the bytes of one row's samples in a plane, without padding. */
    public int rowBytes(int plane, int width) {
        return (planes.get(plane).bytesPerTwoPixels * width + 1) / 2;
    }

    public int rows(int plane, int height) {
        int shared = planes.get(plane).rowsPerRow;
        return (height + shared - 1) / shared;
    }

    /**
     * Returns the bytes from one row to the next in {@code plane}, if all planes lie one behind the other and the first has {@code first} bytes a
     * row.
     */
    public int bytesPerLine(int plane, int first) {
        return (int) ((long) first * planes.get(plane).bytesPerTwoPixels / planes.get(0).bytesPerTwoPixels);
    }

    /** Returns the bytes of a whole picture without padding. */
    public int sizeBytes(int width, int height) {
        int sum = 0;
        for (int plane = 0; plane < planes.size(); plane++) {
            sum += rowBytes(plane, width) * rows(plane, height);
        }
        return sum;
    }
}
