package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text as Java's own reader finds it in the picture. */
class TextPictureTest {
    private static final List<String> TEXT = List.of(
            "Front door",
            "No picture since 2026-01-02 03:04:05",
            "",
            "/dev/video0 is gone: the camera was unplugged, or its driver removed.");

    private static byte[] jpeg(int width, int height, List<String> text) {
        ByteBuffer jpeg = TextPicture.jpeg(width, height, text);
        byte[] bytes = new byte[jpeg.remaining()];
        jpeg.get(bytes);
        return bytes;
    }

    private static boolean inked(BufferedImage image, int x, int y) {
        return (image.getRGB(x, y) & 0xff) > 140;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "16,16", "17,15", "160,120", "640,480", "641,359", "1280,720", "1920,1080"})
    void anySize_isAWholeImageOfThatSize(int width, int height) throws Exception {
        byte[] jpeg = jpeg(width, height, TEXT);
        JpegFrame frame = JpegFrame.parse(Bytes.copyOf(jpeg));
        assertEquals("4:2:0", frame.sampling());
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
        assertEquals(width, image.getWidth());
        assertEquals(height, image.getHeight());
        assertTrue(width < 8 || Math.abs((image.getRGB(width - 1, 0) & 0xff) - 48) < 20);
        assertTrue(jpeg.length < 2000 + width * height / 4, "sizeBytes=" + jpeg.length);
    }

    /** At 240 by 40 a pixel of a letter is a pixel of the picture. */
    @Test
    void everyLetter_isThereAsTheFontHasIt() throws Exception {
        for (int first = ' '; first <= '~'; first += 20) {
            StringBuilder letters = new StringBuilder("|");
            for (int letter = first; letter < Math.min('~' + 1, first + 20); letter++) {
                letters.append(letter == ' ' ? '_' : (char) letter);
            }
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg(240, 40, List.of(letters.toString()))));
            int left = (240 - 6 * letters.length()) / 2;
            for (int i = 0; i < letters.length() * 6 * 10; i++) {
                int x = i % (letters.length() * 6);
                int y = i / (letters.length() * 6);
                boolean wanted = x % 6 < 5 && y < 7 && PixelFont.inked(letters.charAt(x / 6), x % 6, y);
                assertEquals(wanted, inked(image, left + x, 15 + y), letters + " x=" + x + " y=" + y);
            }
        }
    }

    @Test
    void plain_dropsAccents_andMarksWhatIsNoLetter() {
        assertEquals("Haustur a la mode ? x", PixelFont.plain("Haustür à la mode 門\tx"));
    }

    @Test
    void aWordLongerThanALine_isCut() throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg(64, 64, List.of("#".repeat(30)))));
        int rows = 0;
        for (int y = 0; y < 64; y++) {
            rows += inked(image, 10, y) || inked(image, 11, y) || inked(image, 12, y) ? 1 : 0;
        }
        assertTrue(rows > 14, "rows=" + rows);
    }

    @Test
    void noSize_isTheCallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> TextPicture.jpeg(0, 16, TEXT));
        assertThrows(IllegalArgumentException.class, () -> TextPicture.jpeg(16, 65536, TEXT));
    }
}
