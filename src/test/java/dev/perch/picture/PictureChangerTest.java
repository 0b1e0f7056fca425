package dev.perch.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import dev.perch.media.Orientation;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.Corners;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PictureChangerTest {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final FrameTime TIME = new FrameTime(7, 8);

    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);

    /** A picture whose rows are padded by 32 bytes. */
    private record Padded(PixelFormat format, int width, int height, ByteBuffer pixels) implements RawPicture {
        @Override
        public int bytesPerLine() {
            return format.rowBytes(0, width) + 32;
        }

        @Override
        public FrameTime time() {
            return TIME;
        }

        @Override
        public void close() {
            throw new AssertionError("the caller's to close");
        }
    }

    /** The corners' luma is 40, 80, 120, 160 from the upper left clockwise, their Cb is that and 10, their Cr that and 20. */
    private static RawPicture corners(PixelFormat format) {
        Padded empty = new Padded(format, WIDTH, HEIGHT, ByteBuffer.allocate(4 * (WIDTH + 32) * HEIGHT));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int corner = y < HEIGHT / 2 ? (x < WIDTH / 2 ? 0 : 1) : (x < WIDTH / 2 ? 3 : 2);
                sample(empty, x, y, 40 * (corner + 1));
            }
        }
        return empty;
    }

    private static void sample(RawPicture picture, int x, int y, int luma) {
        boolean even = x % 2 == 0;
        switch (picture.format()) {
            case YUYV ->
                put(picture, 0, y, 2 * x, luma)
                        .put(picture.bytesPerLine() * y + 2 * x + 1, (byte) (luma + (even ? 10 : 20)));
            case UYVY ->
                put(picture, 0, y, 2 * x + 1, luma)
                        .put(picture.bytesPerLine() * y + 2 * x, (byte) (luma + (even ? 10 : 20)));
            case NV12 -> {
                put(picture, 0, y, x, luma);
                put(picture, 1, y / 2, x, luma + (even ? 10 : 20));
            }
            case YU12 -> {
                put(picture, 0, y, x, luma);
                put(picture, 1, y / 2, x / 2, luma + 10);
                put(picture, 2, y / 2, x / 2, luma + 20);
            }
            default -> put(picture, 0, y, x, luma);
        }
    }

    private static ByteBuffer put(RawPicture picture, int plane, int row, int at, int value) {
        return picture.plane(plane).put(row * picture.bytesPerLine(plane) + at, (byte) value);
    }

    private static int sample(RawPicture picture, int plane, int x, int y, int step) {
        return picture.plane(plane).get(y * picture.bytesPerLine(plane) + x * step) & 0xff;
    }

    /** The luma from the upper left clockwise, as the letters of {@link Corners}. */
    private static String seen(RawPicture picture, int plane, int offset, int step, int less, int width, int height) {
        StringBuilder seen = new StringBuilder();
        for (int corner = 0; corner < 4; corner++) {
            int x = corner == 1 || corner == 2 ? width - 2 : 1;
            int y = corner < 2 ? 1 : height - 2;
            int value = picture.plane(plane).get(offset + y * picture.bytesPerLine(plane) + x * step) & 0xff;
            int found = value - less;
            seen.append(found % 40 == 0 && found > 0 && found <= 160 ? "RGBY".charAt(found / 40 - 1) : '-');
        }
        return seen.toString();
    }

    @Test
    void change_turnsEachFormatEachWay() throws Exception {
        for (PixelFormat format :
                EnumSet.of(PixelFormat.YUYV, PixelFormat.UYVY, PixelFormat.NV12, PixelFormat.YU12, PixelFormat.GREY)) {
            for (Orientation turn : Corners.orientations()) {
                for (PixelFormat to : List.of(PixelFormat.NV12, PixelFormat.YU12)) {
                    turnedAndScaled(format, to, PictureChange.turned(turn));
                    turnedAndScaled(format, to, PictureChange.turned(turn).scaled(0.5));
                }
            }
        }
        assertEquals(0, budget.leasedBytes());
    }

    private void turnedAndScaled(PixelFormat format, PixelFormat to, PictureChange change) throws Exception {
        String what = format + " to " + to + " " + change;
        RawPicture picture = corners(format);
        try (PictureChanger changer = new PictureChanger("front", picture, change, to, arenas)) {
            RawPicture changed = changer.change(picture, TIME);
            int width = changed.width();
            int height = changed.height();
            PictureChange.Size size = change.size(WIDTH, HEIGHT);
            assertEquals(size, new PictureChange.Size(width, height), what);
            String expected = Corners.expected(change.turn());
            assertEquals(expected, seen(changed, 0, 0, 1, 0, width, height), what);
            boolean pairs = to == PixelFormat.NV12;
            String colours = format == PixelFormat.GREY ? "----" : expected;
            assertEquals(colours, seen(changed, 1, 0, pairs ? 2 : 1, 10, width / 2, height / 2), what);
            assertEquals(
                    colours,
                    seen(changed, pairs ? 1 : 2, pairs ? 1 : 0, pairs ? 2 : 1, 20, width / 2, height / 2),
                    what);
            changed.close();
        }
    }

    @Test
    void change_ofAFinePattern_isItsMean() throws Exception {
        Padded stripes = new Padded(PixelFormat.GREY, WIDTH, HEIGHT, ByteBuffer.allocate((WIDTH + 32) * HEIGHT));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                sample(stripes, x, y, x % 2 == 0 ? 200 : 100);
            }
        }
        PictureChange half = PictureChange.NONE.within(WIDTH / 2, HEIGHT);
        try (PictureChanger changer = new PictureChanger("front", stripes, half, PixelFormat.YU12, arenas)) {
            RawPicture changed = changer.change(stripes, TIME);
            assertEquals(new PictureChange.Size(32, 24), new PictureChange.Size(changed.width(), changed.height()));
            for (int x = 0; x < 32; x++) {
                assertEquals(150, sample(changed, 0, x, 5, 1), "x=" + x);
            }
        }
    }

    @Test
    void size_keepsTheAspect_isEven_andNeverLarger() {
        List<String> sizes = new ArrayList<>();
        for (PictureChange change : List.of(
                PictureChange.NONE,
                PictureChange.NONE.within(640, 4000),
                PictureChange.NONE.within(4000, 4000),
                PictureChange.turned(new Orientation(90, false)).within(360, 4000),
                PictureChange.NONE.scaled(0.63),
                PictureChange.NONE.within(640, 100),
                PictureChange.NONE.exactly(640, 100),
                PictureChange.NONE.exactly(2560, 2880))) {
            PictureChange.Size size = change.size(1280, 720);
            sizes.add(size.width() + "x" + size.height());
        }
        assertEquals(
                List.of("1280x720", "640x360", "1280x720", "360x640", "806x454", "178x100", "640x100", "640x720"),
                sizes);
        assertEquals(new PictureChange.Size(2, 2), PictureChange.NONE.size(3, 1));
        assertTrue(PictureChange.NONE.none());
    }

    @Test
    void orientations_followEachOther_asTheirPicturesDo() {
        for (Orientation first : Corners.orientations()) {
            for (Orientation next : Corners.orientations()) {
                String seen = Corners.expected(first);
                String then = "";
                String held = Corners.expected(next);
                for (int corner = 0; corner < 4; corner++) {
                    then += seen.charAt("RGBY".indexOf(held.charAt(corner)));
                }
                assertEquals(Corners.expected(first.then(next)), then, first + " then " + next);
            }
        }
    }
}
