package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class YuyvPlanesTest {
    // two rows of four pixels, each row padded by four bytes
    private static final String PACKED = "10 80 eb 80 00 10 ff f0 ffffffff" + "7e 80 7e 80 10 80 eb 80 ffffffff";

    @Test
    void limitedRange_isStretched() {
        assertEquals("10eb00ff7e7e10eb" + "80108080" + "80f08080", split(/* fullRange= */ true));
        assertEquals("00ff00ff808000ff" + "80018080" + "80ff8080", split(/* fullRange= */ false));
    }

    private static String split(boolean fullRange) {
        ByteBuffer pixels = ByteBuffer.wrap(HexFormat.of().parseHex(PACKED.replace(" ", "")));
        YuyvPlanes planes = new YuyvPlanes(4, 2);
        ByteBuffer split = ByteBuffer.allocate(planes.sizeBytes());
        planes.split(new TestPicture(4, 2, 12, fullRange, pixels, new AtomicInteger()), split);
        return Bytes.view(split).toString();
    }
}
