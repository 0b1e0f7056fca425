package dev.perch.picture;

import dev.perch.media.ForwardingPicture;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;

/** Rectangles that are painted black in raw pictures before anybody sees them. Immutable. */
public final class Masks {
    private static final byte CHROMA_OF_GREY = (byte) 128;
    private static final byte BLACK_OF_VIDEO = 16; // ITU-R BT.601, limited range

    /** A rectangle, in pixels of the captured picture. */
    public record Area(int x, int y, int width, int height) {}

    private final List<Area> areas;

    public Masks(List<Area> areas) {
        this.areas = List.copyOf(areas);
    }

    /** Returns whether each rectangle covers some part of a picture of that size. */
    public boolean within(int width, int height) {
        return areas.stream().allMatch(area -> area.x() < width && area.y() < height);
    }

    /**
     * Paints the rectangles into {@code picture}.
     *
     * @return the picture without its DMA-BUFs, because a device might read other memory than was painted
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
        int left = Math.min(area.x(), picture.width()) & ~1; // two pixels share the chroma samples
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

    /** The picture without access for devices that would read it past these pixels. */
    private static final class Masked extends ForwardingPicture {
        Masked(RawPicture picture) {
            super(picture);
        }
    }
}
