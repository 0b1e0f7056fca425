package dev.perch.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MasksTest {
    private static final int WIDTH = 20;
    private static final int HEIGHT = 10;
    private static final int PADDING = 6;
    private static final byte REAL = 77;

    /** Each sample within the mask, moved outwards to even pixels, is black, and each other, the padding of lines too, is as it was. */
    @ParameterizedTest
    @EnumSource(names = {"YUYV", "UYVY", "NV12", "YU12", "GREY"})
    void draw_changesWhatIsCovered_andNothingElse(PixelFormat format) {
        int line = format.rowBytes(0, WIDTH) + PADDING;
        Picture picture = new Picture(format, line);
        Masks masks = new Masks(List.of(new Masks.Area(3, 2, 4, 3), new Masks.Area(18, 8, 100, 100)));
        RawPicture drawn = masks.draw(picture);
        assertTrue(drawn.dmabufs().isEmpty());
        for (int plane = 0; plane < format.planes(); plane++) {
            int bytesPerLine = picture.bytesPerLine(plane);
            ByteBuffer pixels = drawn.plane(plane);
            int rowBytes = format.rowBytes(plane, WIDTH);
            int rows = format.rows(plane, HEIGHT);
            for (int row = 0; row < rows; row++) {
                for (int at = 0; at < bytesPerLine; at++) {
                    int x = at * WIDTH / rowBytes;
                    int y = row * HEIGHT / rows;
                    int toY = y + HEIGHT / rows; // of a sample that rows share
                    boolean first = x >= 2 && x < 8 && toY > 2 && y < 5;
                    boolean last = x >= 18 && toY > 8;
                    boolean covered = at < rowBytes && (first || last);
                    boolean luma = plane == 0
                            && (format == PixelFormat.YUYV ? at % 2 == 0 : format != PixelFormat.UYVY || at % 2 == 1);
                    byte wanted = !covered ? REAL : luma ? (byte) 16 : (byte) 128;
                    assertEquals(wanted, pixels.get(row * bytesPerLine + at), "plane " + plane + " x " + x + " y " + y);
                }
            }
        }
        assertTrue(masks.within(WIDTH, HEIGHT));
        assertFalse(masks.within(18, HEIGHT));
    }

    private static final class Picture implements RawPicture {
        private final PixelFormat format;
        private final int line;
        private final ByteBuffer memory;

        Picture(PixelFormat format, int line) {
            this.format = format;
            this.line = line;
            this.memory = ByteBuffer.allocate(3 * line * HEIGHT);
            while (memory.hasRemaining()) {
                memory.put(REAL);
            }
        }

        @Override
        public PixelFormat format() {
            return format;
        }

        @Override
        public int width() {
            return WIDTH;
        }

        @Override
        public int height() {
            return HEIGHT;
        }

        @Override
        public int bytesPerLine() {
            return line;
        }

        @Override
        public ByteBuffer pixels() {
            return memory.duplicate().clear().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer writable(int plane) {
            int offset = 0;
            for (int before = 0; before < plane; before++) {
                offset += bytesPerLine(before) * format.rows(before, HEIGHT);
            }
            return memory.slice(offset, memory.capacity() - offset);
        }

        @Override
        public FrameTime time() {
            return new FrameTime(0, 0);
        }

        @Override
        public void close() {
            // the test's own
        }
    }
}
