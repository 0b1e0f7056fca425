package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.nio.ByteBuffer;

/**
 * What one side of a memory-to-memory device agreed to (v4l2_pix_format_mplane).
 *
 * @param type CAPTURE or OUTPUT
 * @param fourcc what the frames are
 * @param width as the device has it in memory, aligned to its own liking
 * @param height likewise
 * @param bytesPerLine from one row to the next; 0 of coded frames
 * @param sizeImageBytes the largest a frame can be
 */
record M2mFormat(int type, int fourcc, int width, int height, int bytesPerLine, int sizeImageBytes) {
    private static final int FIELD_NONE = 1;
    private static final int MAX_SIZE_IMAGE_BYTES = 256 << 20;

    /**
     * Sets a format, or asks for the present one where {@code fourcc} is 0.
     *
     * @param sizeImageBytes of coded frames; 0 for raw pictures
     */
    static M2mFormat agree(Device device, int type, int fourcc, int width, int height, int sizeImageBytes)
            throws CaptureException {
        int pix = device.abi.format.offset("fmt");
        ByteBuffer format = device.argument();
        format.putInt(device.abi.format.offset("type"), type);
        if (fourcc == 0) {
            device.require(device.abi.getFmt, "VIDIOC_G_FMT");
        } else {
            format.putInt(pix + M2mAbi.WIDTH, width);
            format.putInt(pix + M2mAbi.HEIGHT, height);
            format.putInt(pix + M2mAbi.PIXELFORMAT, fourcc);
            format.putInt(pix + M2mAbi.FIELD, FIELD_NONE);
            format.putInt(pix + M2mAbi.SIZEIMAGE, sizeImageBytes);
            format.put(pix + M2mAbi.NUM_PLANES, (byte) 1);
            device.require(device.abi.setFmt, "VIDIOC_S_FMT");
        }
        M2mFormat agreed = new M2mFormat(
                type,
                format.getInt(pix + M2mAbi.PIXELFORMAT),
                format.getInt(pix + M2mAbi.WIDTH),
                format.getInt(pix + M2mAbi.HEIGHT),
                format.getInt(pix + M2mAbi.BYTESPERLINE),
                format.getInt(pix + M2mAbi.SIZEIMAGE));
        boolean plausible = agreed.sizeImageBytes > 0 && agreed.sizeImageBytes <= MAX_SIZE_IMAGE_BYTES;
        if (!plausible || format.get(pix + M2mAbi.NUM_PLANES) != 1 || (fourcc != 0 && agreed.fourcc != fourcc)) {
            throw new CaptureException(
                    Kind.UNSUPPORTED, device.path() + " does not take the format that it offers: " + agreed + ".");
        }
        return agreed;
    }
}
