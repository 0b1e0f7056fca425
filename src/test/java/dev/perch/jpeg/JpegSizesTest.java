package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that are not taken, of pictures and of images. */
class JpegSizesTest {
    private static final FrameTime NOW = new FrameTime(3, 4);

    private final RecordingSink sink = new RecordingSink();
    private final JpegPublisher publisher = new JpegPublisher(sink);

    /** A size that no camera has is refused before anybody takes memory for it. */
    @ParameterizedTest
    @CsvSource({"65535, 65535", "16881, 16", "9000, 9000"})
    void absurdSize_isRefusedByNumber(int width, int height) {
        ByteBuffer jpeg = TextPicture.jpeg(16, 16, List.of());
        int sof = 0;
        while (jpeg.getShort(sof) != (short) 0xffc0) {
            sof++;
        }
        jpeg.putShort(sof + 5, (short) height).putShort(sof + 7, (short) width);
        publisher.frame(jpeg, NOW);
        assertEquals(List.of(), sink.frames());
        assertEquals(List.of(), sink.configs());
        assertEquals(1, sink.droppedFrames());
        assertEquals(
                "Pictures of " + width + "x" + height
                        + " pixels are not taken: 16880 a side and 67108864 in all are the most.",
                sink.refusedWhy());
    }

    @Test
    void pictureOfNoLines_isRefusedByNumber() {
        ByteBuffer jpeg = TextPicture.jpeg(16, 16, List.of());
        int sof = 0;
        while (jpeg.getShort(sof) != (short) 0xffc0) {
            sof++;
        }
        jpeg.putShort(sof + 5, (short) 0);
        publisher.frame(jpeg, NOW);
        assertEquals(List.of(), sink.configs());
        assertEquals(1, sink.droppedFrames());
        assertEquals("Pictures of 16x0 pixels are not taken: 1 a side is the least.", sink.refusedWhy());
    }

    @Test
    void imageWithoutEnd_isRefusedInWords() {
        publisher.frame(ByteBuffer.allocate(JpegPublisher.MAX_IMAGE_BYTES + 1), NOW);
        assertEquals("JPEG images of more than 16777216 bytes are not taken.", sink.refusedWhy());
        assertEquals(1, sink.droppedFrames());
    }
}
