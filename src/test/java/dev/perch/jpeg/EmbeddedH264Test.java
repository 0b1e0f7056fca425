package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedH264Test {
    private static final String JPEG = "jpeg/turbo-420.jpg";
    private final EmbeddedH264 embedded = new EmbeddedH264(ByteBuffer::allocate);

    @ParameterizedTest
    @CsvSource({"100, false", "65507, false", "65508, false", "65508, true", "200000, false", "200000, true"})
    void accessUnit_isFoundInBothReadingsOfItsSize(int bytes, boolean countMarkers) throws Exception {
        byte[] unit = unit(bytes);
        ByteBuffer jpeg = ByteBuffer.wrap(MixedJpeg.of(Corpus.read(JPEG), unit, countMarkers));
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ByteBuffer image = jpeg.asReadOnlyBuffer().order(order);
            assertArrayEquals(
                    unit, Bytes.copyOf(embedded.find(image).orElseThrow()).toArray());
            assertEquals(0, image.position());
        }
    }

    @Test
    void imageWithoutOne_hasNone() throws Exception {
        assertEquals(Optional.empty(), embedded.find(ByteBuffer.wrap(Corpus.read(JPEG))));
        assertEquals(Optional.empty(), embedded.find(ByteBuffer.wrap(Corpus.read("jpeg/exif-thumbnail.jpg"))));
    }

    @Test
    void cutAccessUnit_isMalformed() {
        byte[] jpeg = MixedJpeg.of(Corpus.read(JPEG), unit(1000), /* countMarkers= */ false);
        int size = indexOfSize(jpeg);
        jpeg[size + 1] = (byte) (jpeg[size + 1] + 4); // 1024 bytes more than there are
        assertThrows(MalformedBitstreamException.class, () -> embedded.find(ByteBuffer.wrap(jpeg)));
    }

    @Test
    void imageAround_isPublishedWithoutIt() {
        byte[] plain = Corpus.read(JPEG);
        RecordingSink expected = new RecordingSink();
        new JpegPublisher(expected).frame(ByteBuffer.wrap(plain), new FrameTime(1, 2));
        RecordingSink published = new RecordingSink();
        byte[] mixed = MixedJpeg.of(plain, unit(200_000), /* countMarkers= */ false);
        new JpegPublisher(published).frame(ByteBuffer.wrap(mixed), new FrameTime(1, 2));
        assertEquals(expected.frames(), published.frames());
    }

    @Property(tries = 300)
    void damage_isMalformedOrShorter(
            @ForAll @IntRange(max = 3000) int at, @ForAll byte value, @ForAll @IntRange(min = 2) int cut) {
        byte[] jpeg = MixedJpeg.of(Corpus.read(JPEG), unit(2000), /* countMarkers= */ false);
        jpeg[at % jpeg.length] = value;
        ByteBuffer damaged = ByteBuffer.wrap(jpeg, 0, 2 + cut % (jpeg.length - 1));
        try {
            new EmbeddedH264(ByteBuffer::allocate)
                    .find(damaged)
                    .ifPresent(unit -> assertTrue(unit.remaining() <= jpeg.length));
        } catch (MalformedBitstreamException declared) {
            assertTrue(String.valueOf(declared.getMessage()).contains("offset="));
        }
    }

    private static byte[] unit(int bytes) {
        byte[] unit = new byte[bytes];
        new Random(bytes).nextBytes(unit);
        return unit;
    }

    private static int indexOfSize(byte[] jpeg) {
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != 0xe4) {
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
        }
        return at + 4 + 22;
    }
}
