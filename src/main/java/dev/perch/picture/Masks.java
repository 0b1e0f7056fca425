package dev.perch.picture;

import dev.perch.media.ForwardingPicture;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;

/** Rectangles that are drawn black into raw pictures before anybody sees them. Immutable. */
public final class Masks {
    private static final byte CHROMA_OF_GREY = (byte) 128;
    private static final byte BLACK_OF_VIDEO = 16; // ITU-R BT.601, limited range

    /** One of them, in pixels of the picture as captured. */
    public record Area(int x, int y, int width, int height) {}

    private final List<Area> areas;

    public Masks(List<Area> areas) {
        this.areas = List.copyOf(areas);
    }

    /** Returns whether each of them covers something of a picture of that size. */
    public boolean within(int width, int height) {
        return areas.stream().allMatch(area -> area.x() < width && area.y() < height);
    }

    /**
     * Draws them into {@code picture}.
     *
     * @return the picture, for those who read its pixels where they were drawn: a device would perhaps read other memory than was written
     */
    public RawPicture draw(RawPicture picture) {
        for (int plane = 0; plane < picture.format().planes(); plane++) {
            ByteBuffer pixels = picture.writable(plane);
            for (Area area : areas) {
                draw(picture, plane, pixels, area);
            }
        }
        return new Masked(picture);
    }

    private static void draw(RawPicture picture, int plane, ByteBuffer pixels, Area area) {
        PixelFormat format = picture.format();
        int height = picture.height();
        int left = Math.min(area.x(), picture.width()) & ~1; // samples of colour are shared by two pixels
        int right = Math.min(area.x() + area.width() + 1 & ~1, picture.width());
        int rowsPerRow = height / Math.max(1, format.rows(plane, height)) > 1 ? 2 : 1;
        int top = Math.min(area.y(), height) / rowsPerRow;
        int bottom = Math.min((area.y() + area.height() + rowsPerRow - 1) / rowsPerRow, format.rows(plane, height));
        int from = format.rowBytes(plane, left);
        int to = format.rowBytes(plane, right);
        for (int row = top; row < bottom; row++) {
            int line = row * picture.bytesPerLine(plane);
            for (int at = from; at < to; at++) {
                pixels.put(line + at, sample(format, plane, at, picture.fullRange()));
            }
        }
    }

    private static byte sample(PixelFormat format, int plane, int at, boolean fullRange) {
        boolean luma = switch (format) {
            case YUYV -> at % 2 == 0;
            case UYVY -> at % 2 == 1;
            default -> plane == 0;
        };
        return luma ? fullRange ? 0 : BLACK_OF_VIDEO : CHROMA_OF_GREY;
    }

    /** The picture without what would let a device read it past these pixels. */
    private static final class Masked extends ForwardingPicture {
        Masked(RawPicture picture) {
            super(picture);
        }
    }
}
