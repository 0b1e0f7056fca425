package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which images of a device are known by head and end, and that nothing odd gets past that. */
class SoundImagesTest {
    private static final byte[] IMAGE = Corpus.read("jpeg/turbo-420.jpg");
    private static final FrameTime NOW = new FrameTime(3, 4);

    private final RecordingSink sink = new RecordingSink();
    private final JpegPublisher publisher = new JpegPublisher(sink);

    /** Whole, damaged, padded, without tables, with thumbnails: earned or not, an image comes out the same. */
    @ParameterizedTest
    @MethodSource("dev.perch.media.Corpus#jpeg")
    void frame_overAndOver_comesOutTheSame(String file) {
        byte[] image = Corpus.read(file);
        byte[] first = published(image);
        for (int i = 0; i < SoundImages.EARNING + SoundImages.SPARED + 2; i++) {
            assertArrayEquals(first, published(image));
        }
    }

    /** The look is spared: an EOI in the coded data, which would end the image, is not met. */
    @Test
    void frame_earned_isNotLookedAtButEachSoMany() {
        earn();
        byte[] odd = withMarkerInData(Marker.EOI);
        for (int i = 0; i < SoundImages.SPARED; i++) {
            assertArrayEquals(odd, published(odd));
        }
        byte[] looked = published(odd);
        assertEquals(odd.length / 2 + 2, looked.length);
        assertArrayEquals(looked, published(odd)); // it has to be earned anew
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 500, 1000})
    void frame_earnedThenBrokenOff_isClosed(int missingBytes) {
        earn();
        byte[] broken = Arrays.copyOf(IMAGE, IMAGE.length - missingBytes);
        byte[] published = published(broken);
        assertEquals((byte) Marker.EOI, published[published.length - 1]);
        assertEquals((byte) 0xff, published[published.length - 2]);
        assertArrayEquals(IMAGE, published(IMAGE));
    }

    @Test
    void frame_earnedThenTwoInABuffer_showsTheFirst() {
        earn();
        byte[] two = Arrays.copyOf(IMAGE, 2 * IMAGE.length);
        System.arraycopy(IMAGE, 0, two, IMAGE.length, IMAGE.length);
        assertArrayEquals(IMAGE, published(two));
    }

    @Test
    void frame_earnedThenStrayBytesOrNoScan_isAsEver() {
        earn();
        byte[] stray = new byte[IMAGE.length + 1];
        stray[0] = IMAGE[0];
        stray[1] = IMAGE[1];
        System.arraycopy(IMAGE, 2, stray, 3, IMAGE.length - 2);
        assertArrayEquals(IMAGE, published(stray));
        publisher.frame(ByteBuffer.wrap(new byte[] {-1, (byte) 0xd8, -1, (byte) 0xd9}), NOW);
        assertEquals(1, sink.droppedFrames());
    }

    /** A picture and its preview in each buffer never earn it. */
    @Test
    void frame_alwaysTwoInABuffer_showsTheFirst() {
        byte[] preview = Corpus.read("jpeg/turbo-quality1.jpg");
        byte[] both = Arrays.copyOf(IMAGE, IMAGE.length + preview.length);
        System.arraycopy(preview, 0, both, IMAGE.length, preview.length);
        for (int i = 0; i < SoundImages.EARNING * 2; i++) {
            assertArrayEquals(IMAGE, published(both));
        }
    }

    @Test
    void scanHead_noPicture_throws() {
        byte[] noComponents = IMAGE.clone();
        int sof = 0;
        while (noComponents[sof] != -1 || (noComponents[sof + 1] & 0xff) != Marker.SOF0) {
            sof++;
        }
        noComponents[sof + 9] = 0;
        assertThrows(
                MalformedBitstreamException.class, () -> new JpegScanner().scanHead(ByteBuffer.wrap(noComponents)));
    }

    private void earn() {
        for (int i = 0; i < SoundImages.EARNING; i++) {
            published(IMAGE);
        }
    }

    private static byte[] withMarkerInData(int marker) {
        byte[] odd = IMAGE.clone();
        odd[odd.length / 2] = (byte) 0xff;
        odd[odd.length / 2 + 1] = (byte) marker;
        return odd;
    }

    private byte[] published(byte[] image) {
        int before = sink.frames().size();
        publisher.frame(ByteBuffer.wrap(image), NOW);
        assertEquals(before + 1, sink.frames().size());
        return sink.frames().get(before).bytes().toArray();
    }
}
