package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.EncoderChoice;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.Orientation;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.picture.PictureChange;
import dev.perch.testing.Corners;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images of ImageIO's, turned without loss and decoded by ImageIO. Needs Debian's libturbojpeg0. */
@Tag("players")
class TurboJpegTurnPlayersTest {
    private final MemoryBudget budget = new MemoryBudget(32 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);

    /** One image. */
    private record Image(Bytes bytes, int width, int height) implements FrameReader {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public int sizeBytes() {
            return bytes.size();
        }

        @Override
        public FrameTime time() {
            return new FrameTime(7, 8);
        }

        @Override
        public boolean key() {
            return true;
        }

        @Override
        public StreamConfig config() {
            return new StreamConfig.Jpeg(width, height);
        }

        @Override
        public boolean copyTo(ByteBuffer destination) {
            destination.put(bytes.buffer());
            return true;
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static byte[] jpeg(int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(Corners.paint(width, height), "jpeg", out);
        return out.toByteArray();
    }

    private byte[] turned(byte[] image, int width, int height, Orientation turn) throws Exception {
        RecordingSink sink = new RecordingSink();
        Target target = Target.of(Encoding.JPEG).with(turn);
        DerivationSpec spec = DerivationSpec.inProcess("front", target, arenas, new Count(sink), trouble -> {
            throw new AssertionError(trouble);
        });
        Image source = new Image(Bytes.copyOf(ByteBuffer.wrap(image)), width, height);
        InputFrame frame = new InputFrame(source, ByteBuffer.wrap(image));
        try (TurboJpegTurn run = new TurboJpegTurn(spec, frame, turn)) {
            run.put(frame);
        }
        assertEquals(0, budget.leasedBytes(), turn::toString);
        assertEquals(7, sink.frames().get(0).time().decodeNanos());
        return sink.frames().get(0).bytes().toArray();
    }

    private static BufferedImage decoded(byte[] image) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(image));
    }

    private static int[] pixels(byte[] image) throws IOException {
        BufferedImage seen = decoded(image);
        return seen.getRGB(0, 0, seen.getWidth(), seen.getHeight(), null, 0, seen.getWidth());
    }

    @Test
    void image_isTurnedEachWay_andBackWithoutLoss() throws Exception {
        byte[] upright = jpeg(320, 240);
        for (Orientation turn : Corners.orientations()) {
            byte[] image = turned(upright, 320, 240, turn);
            BufferedImage seen = decoded(image);
            assertEquals(Corners.expected(turn), Corners.seen(seen), turn::toString);
            assertEquals(turn.width(320, 240), seen.getWidth(), turn::toString);
            Orientation back =
                    new Orientation(turn.mirrored() ? turn.degrees() : (360 - turn.degrees()) % 360, turn.mirrored());
            assertEquals(Orientation.UPRIGHT, turn.then(back), turn::toString);
            byte[] again = turned(image, seen.getWidth(), seen.getHeight(), back);
            assertArrayEquals(pixels(upright), pixels(again), turn::toString);
        }
    }

    /** The odd rest of a block cannot come to lie at the left or at the top. */
    @Test
    void image_ofOddSides_losesTheRestThatWouldLieAtTheLeftOrTheTop() throws Exception {
        byte[] odd = jpeg(328, 250); // ImageIO's blocks of colour have 16 by 16 pixels
        assertEquals("320x240", size(odd, new Orientation(180, false)));
        assertEquals("320x250", size(odd, new Orientation(0, true)));
        assertEquals("240x328", size(odd, new Orientation(90, false)));
        assertEquals("250x320", size(odd, new Orientation(270, false)));
        assertEquals("250x328", size(odd, new Orientation(90, true)));
    }

    private String size(byte[] image, Orientation turn) throws Exception {
        BufferedImage seen = decoded(turned(image, 328, 250, turn));
        return seen.getWidth() + "x" + seen.getHeight();
    }

    /** A smaller image of another is decoded at a fraction of its size and encoded anew. */
    @Test
    void smallerImage_isTurnedToo() throws Exception {
        RecordingSink sink = new RecordingSink();
        PictureChange change = PictureChange.turned(new Orientation(270, true)).within(30, 1000);
        Target target =
                new Target(Encoding.JPEG, change, Target.of(Encoding.JPEG).quality(), /* anew= */ true);
        DerivationSpec spec = DerivationSpec.inProcess("front", target, arenas, new Count(sink), trouble -> {
            throw new AssertionError(trouble);
        });
        byte[] image = jpeg(320, 240);
        InputFrame frame =
                new InputFrame(new Image(Bytes.copyOf(ByteBuffer.wrap(image)), 320, 240), ByteBuffer.wrap(image));
        try (EncoderRun run = new RunChoice(EncoderChoice.AUTO).start(spec, frame)) {
            run.put(frame);
        }
        BufferedImage seen = decoded(sink.frames().get(0).bytes().toArray());
        assertEquals("30x40", seen.getWidth() + "x" + seen.getHeight());
        assertEquals(Corners.expected(change.turn()), Corners.seen(seen));
        assertEquals(0, budget.leasedBytes());
    }
}
