package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class YcbcrPlanesTest {
    // two rows of four pixels, each row padded by four bytes
    private static final String YUYV = "10 80 eb 80 00 10 ff f0 ffffffff" + "7e 80 7e 80 10 80 eb 80 ffffffff";
    private static final String UYVY = "80 10 80 eb 10 00 f0 ff ffffffff" + "80 7e 80 7e 80 10 80 eb ffffffff";

    // the same luma, each row padded by two bytes; one row of colour
    private static final String LUMA = "10eb00ff ffff" + "7e7e10eb ffff";

    @Test
    void limitedRange_isStretched() throws CaptureException {
        assertEquals("10eb00ff7e7e10eb" + "80108080" + "80f08080", split(PixelFormat.YUYV, 12, YUYV, true));
        assertEquals("00ff00ff808000ff" + "80018080" + "80ff8080", split(PixelFormat.YUYV, 12, YUYV, false));
        assertEquals("00ff00ff808000ff" + "80018080" + "80ff8080", split(PixelFormat.UYVY, 12, UYVY, false));
    }

    @Test
    void fourPixelsOfOneColour() throws CaptureException {
        String nv12 = LUMA + "80801 0f0 ffff";
        assertEquals("00ff00ff808000ff" + "8001" + "80ff", split(PixelFormat.NV12, 6, nv12, false));
        assertEquals("10eb00ff7e7e10eb" + "8010" + "80f0", split(PixelFormat.NV12, 6, nv12, true));
        String yu12 = LUMA + "8010 ff" + "80f0 ff";
        assertEquals("00ff00ff808000ff" + "8001" + "80ff", split(PixelFormat.YU12, 6, yu12, false));
    }

    @Test
    void withoutColour() throws CaptureException {
        assertEquals("00ff00ff808000ff", split(PixelFormat.GREY, 6, LUMA, false));
    }

    @Test
    void oddWidth_isRefused() {
        TestPicture odd =
                new TestPicture(PixelFormat.YUYV, 5, 2, 10, true, ByteBuffer.allocate(20), new AtomicInteger());
        assertThrows(CaptureException.class, () -> new YcbcrPlanes(odd));
    }

    private static String split(PixelFormat format, int stride, String hex, boolean fullRange) throws CaptureException {
        ByteBuffer pixels = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
        TestPicture picture = new TestPicture(format, 4, 2, stride, fullRange, pixels, new AtomicInteger());
        YcbcrPlanes planes = new YcbcrPlanes(picture);
        ByteBuffer split = ByteBuffer.allocate(planes.sizeBytes());
        planes.split(picture, split);
        return Bytes.view(split).toString();
    }
}
