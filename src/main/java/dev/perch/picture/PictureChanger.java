package dev.perch.picture;

import dev.perch.media.FrameTime;
import dev.perch.media.PackedPicture;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.picture.ChannelChanger.Samples;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Changes raw pictures of one format and size into pictures of 4:2:0 in leased memory; per picture only its description is allocated. For one thread.
 */
public final class PictureChanger implements AutoCloseable {
    private static final byte GREY = (byte) 128;

    private final PixelFormat format;
    private final int width;
    private final int height;
    private final PixelFormat to;
    private final PictureChange.Size size;
    private final List<ChannelChanger> channels;
    private final Arena arena;
    private final ByteBuffer memory;

    /**
     * Creates a changer.
     *
     * @param camera the camera's id
     * @param like a picture of the common format and size
     * @param to the format of the result, NV12 or YU12
     * @throws BudgetExceededException if there is no memory for a picture
     */
    public PictureChanger(String camera, RawPicture like, PictureChange change, PixelFormat to, ArenaPool arenas)
            throws BudgetExceededException {
        this.format = like.format();
        this.width = like.width();
        this.height = like.height();
        this.to = to;
        this.size = change.size(width, height);
        int unturnedWidth = change.turn().width(size.width(), size.height());
        int unturnedHeight = change.turn().height(size.width(), size.height());
        List<Samples> samples = samples();
        this.channels = List.of(0, 1, 2).subList(0, samples.size()).stream()
                .map(channel -> new ChannelChanger(
                        samples.get(channel),
                        change,
                        channel == 0 ? unturnedWidth : unturnedWidth / 2,
                        channel == 0 ? unturnedHeight : unturnedHeight / 2))
                .toList();
        int bytes = to.sizeBytes(size.width(), size.height());
        this.arena = arenas.take(camera + " changed picture", bytes, "cameras." + camera + ".size");
        this.memory = arena.memory().slice(0, bytes);
        for (int at = lumaBytes(); samples.size() == 1 && at < bytes; at++) {
            memory.put(at, GREY);
        }
    }

    /** Returns the places of Y, Cb and Cr; of Y alone for a grey picture. */
    private List<Samples> samples() {
        int halfWidth = Math.max(1, width / 2);
        int halfHeight = (height + 1) / 2;
        return switch (format.contiguous()) {
            case YUYV ->
                List.of(
                        new Samples(0, 0, 2, width, height),
                        new Samples(0, 1, 4, halfWidth, height),
                        new Samples(0, 3, 4, halfWidth, height));
            case UYVY ->
                List.of(
                        new Samples(0, 1, 2, width, height),
                        new Samples(0, 0, 4, halfWidth, height),
                        new Samples(0, 2, 4, halfWidth, height));
            case NV12 ->
                List.of(
                        new Samples(0, 0, 1, width, height),
                        new Samples(1, 0, 2, halfWidth, halfHeight),
                        new Samples(1, 1, 2, halfWidth, halfHeight));
            case YU12 ->
                List.of(
                        new Samples(0, 0, 1, width, height),
                        new Samples(1, 0, 1, halfWidth, halfHeight),
                        new Samples(2, 0, 1, halfWidth, halfHeight));
            case GREY -> List.of(new Samples(0, 0, 1, width, height));
            default -> throw new IllegalArgumentException("not a picture: format=" + format);
        };
    }

    private int lumaBytes() {
        return size.width() * size.height();
    }

    /** Returns whether {@code picture} has the format and the size of this changer. */
    public boolean fits(RawPicture picture) {
        return picture.format() == format && picture.width() == width && picture.height() == height;
    }

    /**
     * Changes {@code picture}, which the caller still closes. The result is in the changer's memory until the next call; closing it does nothing.
     */
    public RawPicture change(RawPicture picture, FrameTime time) {
        channels.get(0).change(picture, memory, 1);
        int chromaBytes = lumaBytes() / 4;
        for (int channel = 1; channel < channels.size(); channel++) {
            boolean pairs = to == PixelFormat.NV12;
            int offset = lumaBytes() + (channel - 1) * (pairs ? 1 : chromaBytes);
            channels.get(channel).change(picture, memory.slice(offset, memory.capacity() - offset), pairs ? 2 : 1);
        }
        return new PackedPicture(to, size.width(), size.height(), picture.fullRange(), memory, time);
    }

    @Override
    public void close() {
        arena.close();
    }
}
