package dev.perch.picture;

import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;

/**
 * Scales and turns one channel: the samples of Y, of Cb or of Cr. For each row of the result the source rows are summed by their weights, the sum is
 * scaled horizontally, and written where the turn puts it. Nothing is allocated per picture.
 */
final class ChannelChanger {
    private static final int HALF = Weights.ONE * Weights.ONE / 2;
    private static final int SHIFT = 20;

    /**
     * The places of a channel's samples.
     *
     * @param plane of the picture
     * @param offset of the first sample in each row
     * @param step from one sample to the next
     * @param width samples a row
     * @param height rows
     */
    record Samples(int plane, int offset, int step, int width, int height) {}

    private final Samples from;
    private final PictureChange change;
    private final int width; // of the result before it is turned
    private final int height;
    private final Weights across;
    private final Weights down;
    private final byte[] row;
    private final int[] sums;
    private final byte[] line;

    /**
     * Creates a changer.
     *
     * @param width of the result before it is turned
     * @param height of the result before it is turned
     */
    ChannelChanger(Samples from, PictureChange change, int width, int height) {
        this.from = from;
        this.change = change;
        this.width = width;
        this.height = height;
        this.across = Weights.of(from.width(), width);
        this.down = Weights.of(from.height(), height);
        this.row = new byte[(from.width() - 1) * from.step() + from.offset() + 1];
        this.sums = new int[from.width()];
        this.line = new byte[width];
    }

    /**
     * Writes the channel of {@code picture}.
     *
     * @param to positioned at the result's first sample
     * @param step from one sample of the result to the next
     */
    void change(RawPicture picture, ByteBuffer to, int step) {
        ByteBuffer plane = picture.plane(from.plane());
        int stride = picture.bytesPerLine(from.plane());
        for (int y = 0; y < height; y++) {
            sum(plane, stride, y);
            scale();
            write(y, to, step);
        }
    }

    private void sum(ByteBuffer plane, int stride, int y) {
        for (int nth = 0; nth < down.count(y); nth++) {
            int weight = down.weight(y, nth);
            plane.get((down.first(y) + nth) * stride, row);
            for (int x = 0, at = from.offset(); x < sums.length; x++, at += from.step()) {
                int sample = weight * (row[at] & 0xff);
                sums[x] = nth == 0 ? sample : sums[x] + sample;
            }
        }
    }

    private void scale() {
        for (int x = 0; x < width; x++) {
            int sum = HALF;
            int first = across.first(x);
            for (int nth = across.count(x) - 1; nth >= 0; nth--) {
                sum += across.weight(x, nth) * sums[first + nth];
            }
            line[x] = (byte) (sum >> SHIFT);
        }
    }

    /** Writes row {@code y} as a row or a column of the result, forwards or backwards. */
    private void write(int y, ByteBuffer to, int step) {
        boolean mirrored = change.turn().mirrored();
        int turnedWidth = change.turn().width(width, height);
        int first;
        int next;
        switch (change.turn().degrees()) {
            case 0 -> {
                first = y * turnedWidth + (mirrored ? turnedWidth - 1 : 0);
                next = mirrored ? -1 : 1;
            }
            case 90 -> {
                first = mirrored ? y : turnedWidth - 1 - y;
                next = turnedWidth;
            }
            case 180 -> {
                first = (height - 1 - y) * turnedWidth + (mirrored ? 0 : turnedWidth - 1);
                next = mirrored ? 1 : -1;
            }
            default -> {
                first = (width - 1) * turnedWidth + (mirrored ? turnedWidth - 1 - y : y);
                next = -turnedWidth;
            }
        }
        if (next == 1 && step == 1) {
            to.put(first, line);
            return;
        }
        for (int x = 0, at = first * step; x < width; x++, at += next * step) {
            to.put(at, line[x]);
        }
    }
}
