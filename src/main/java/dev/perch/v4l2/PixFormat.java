package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The format of one queue of a device, in either API: v4l2_pix_format, or v4l2_pix_format_mplane if the queue's type is multi-planar.
 *
 * @param type V4L2_BUF_TYPE_VIDEO_CAPTURE or another
 * @param fourcc the coding of the frames, or the layout of the pixels
 * @param planes one for each piece of memory that a frame lies in
 */
record PixFormat(int type, int fourcc, int width, int height, List<Plane> planes, int colorspace, int quantization) {
    // linux/videodev2.h v4l2_buf_type
    static final int CAPTURE = 1;
    static final int OUTPUT = 2;
    static final int CAPTURE_MPLANE = 9;
    static final int OUTPUT_MPLANE = 10;

    static final int MAX_PLANES = 8; // VIDEO_MAX_PLANES

    /** The greatest size of a frame that is believed. A frame of 8K YUYV has 66 MB; more is a driver's error. */
    private static final int MAX_SIZE_IMAGE_BYTES = 256 << 20;

    private static final int PAGE_BYTES = 4096;
    private static final int FIELD_NONE = 1;

    // offsets of v4l2_pix_format and v4l2_pix_format_mplane inside the union of v4l2_format, the same on every machine
    private static final int WIDTH = 0;
    private static final int HEIGHT = 4;
    private static final int PIXELFORMAT = 8;
    private static final int FIELD = 12;
    private static final int BYTESPERLINE = 16;
    private static final int SIZEIMAGE = 20;
    private static final int COLORSPACE = 24;
    private static final int QUANTIZATION = 40;
    private static final int MP_COLORSPACE = 16;
    private static final int MP_PLANE_SIZEIMAGE = 20;
    private static final int MP_PLANE_BYTESPERLINE = 24;
    private static final int MP_PLANE_BYTES = 20; // v4l2_plane_pix_format
    private static final int MP_NUM_PLANES = 180;
    private static final int MP_QUANTIZATION = 183;

    /**
     * One piece of memory (v4l2_plane_pix_format).
     *
     * @param bytesPerLine distance from one row to the next; for encoded frames, any number that the driver says
     * @param sizeImageBytes the most bytes that a frame has in it
     */
    record Plane(int bytesPerLine, int sizeImageBytes) {}

    PixFormat {
        planes = List.copyOf(planes);
    }

    static boolean multiPlanar(int type) {
        return type == CAPTURE_MPLANE || type == OUTPUT_MPLANE;
    }

    /** Returns a format to ask for by {@link #set}, in which the driver chooses the length of the rows. */
    static PixFormat wish(int type, int fourcc, int width, int height, int memoryPlanes) {
        return new PixFormat(type, fourcc, width, height, Collections.nCopies(memoryPlanes, new Plane(0, 0)), 0, 0);
    }

    /** Returns the same format with a limit to the bytes of a frame; for encoded frames. */
    PixFormat withSizeImage(int bytes) {
        return new PixFormat(type, fourcc, width, height, List.of(new Plane(0, bytes)), colorspace, quantization);
    }

    /** Returns the same format with rows of these lengths, one for each piece of memory. */
    PixFormat withStrides(List<Integer> bytesPerLine) {
        List<Plane> padded = new ArrayList<>();
        for (int i = 0; i < planes.size(); i++) {
            padded.add(new Plane(bytesPerLine.get(i), planes.get(i).sizeImageBytes()));
        }
        return new PixFormat(type, fourcc, width, height, padded, colorspace, quantization);
    }

    /** Returns the queue's present format (VIDIOC_G_FMT). */
    static PixFormat get(Device device, int type) throws CaptureException {
        device.argument().putInt(device.abi.format.offset("type"), type);
        device.require(device.abi.getFmt, "VIDIOC_G_FMT");
        return read(device.present(), device.abi.format.offset("fmt"), type);
    }

    /**
     * Asks for this format (VIDIOC_S_FMT).
     *
     * @return the format that the driver takes instead
     */
    PixFormat set(Device device) throws CaptureException {
        ByteBuffer format = device.argument();
        format.putInt(device.abi.format.offset("type"), type);
        int pix = device.abi.format.offset("fmt");
        format.putInt(pix + WIDTH, width);
        format.putInt(pix + HEIGHT, height);
        format.putInt(pix + PIXELFORMAT, fourcc);
        format.putInt(pix + FIELD, FIELD_NONE);
        boolean multiPlanar = multiPlanar(type);
        for (int i = 0; i < planes.size(); i++) {
            int at = pix + (multiPlanar ? i * MP_PLANE_BYTES : 0);
            format.putInt(
                    at + (multiPlanar ? MP_PLANE_BYTESPERLINE : BYTESPERLINE),
                    planes.get(i).bytesPerLine());
            format.putInt(
                    at + (multiPlanar ? MP_PLANE_SIZEIMAGE : SIZEIMAGE),
                    planes.get(i).sizeImageBytes());
        }
        if (multiPlanar) {
            format.put(pix + MP_NUM_PLANES, (byte) planes.size());
        }
        device.require(device.abi.setFmt, "VIDIOC_S_FMT");
        return read(format, pix, type);
    }

    private static PixFormat read(ByteBuffer format, int pix, int type) {
        boolean multiPlanar = multiPlanar(type);
        List<Plane> planes = new ArrayList<>();
        int count = multiPlanar ? Math.min(MAX_PLANES, format.get(pix + MP_NUM_PLANES) & 0xff) : 1;
        for (int i = 0; i < count; i++) {
            int at = pix + (multiPlanar ? i * MP_PLANE_BYTES : 0);
            planes.add(new Plane(
                    format.getInt(at + (multiPlanar ? MP_PLANE_BYTESPERLINE : BYTESPERLINE)),
                    format.getInt(at + (multiPlanar ? MP_PLANE_SIZEIMAGE : SIZEIMAGE))));
        }
        return new PixFormat(
                type,
                format.getInt(pix + PIXELFORMAT),
                format.getInt(pix + WIDTH),
                format.getInt(pix + HEIGHT),
                planes,
                format.getInt(pix + (multiPlanar ? MP_COLORSPACE : COLORSPACE)),
                multiPlanar ? format.get(pix + MP_QUANTIZATION) & 0xff : format.getInt(pix + QUANTIZATION));
    }

    /** Returns whether buffers of this format can exist. */
    boolean plausible() {
        boolean size = width > 0 && height > 0 && width < 65536 && height < 65536;
        return size
                && !planes.isEmpty()
                && planes.stream()
                        .allMatch(
                                plane -> plane.sizeImageBytes() > 0 && plane.sizeImageBytes() <= MAX_SIZE_IMAGE_BYTES);
    }

    /** Returns the memory that one buffer takes, in whole pages. */
    long bufferBytes() {
        return planes.stream()
                .mapToLong(plane -> ((long) plane.sizeImageBytes() + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES)
                .sum();
    }

    /** Returns the distance from one row to the next in each plane of a picture. A driver that does not tell it does not pad. */
    List<Integer> strides(PixelFormat raw) {
        List<Integer> strides = new ArrayList<>();
        for (int plane = 0; plane < raw.planes(); plane++) {
            boolean told = plane < planes.size();
            int stride = told ? planes.get(plane).bytesPerLine() : raw.bytesPerLine(plane, strides.get(0));
            strides.add(Math.max(stride, raw.rowBytes(plane, width)));
        }
        return strides;
    }

    /** Returns the offset of a picture's plane in its piece of memory. */
    int offset(PixelFormat raw, int plane, List<Integer> strides) {
        int offset = 0;
        for (int before = 0; planes.size() == 1 && before < plane; before++) {
            offset += strides.get(before) * raw.rows(before, height);
        }
        return offset;
    }
}
