package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameNumberTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 899, 0x55555, 0xaaaaa, 0xfffff})
    void read_anySize_isTheNumber(int number) {
        BufferedImage picture = picture(number);
        assertEquals(number, FrameNumber.read(picture));
        assertEquals(number, FrameNumber.read(scaled(picture, 1280, 720)));
        assertEquals(number, FrameNumber.read(scaled(picture, 333, 187)));
        assertEquals(number, FrameNumber.read(scaled(picture, 160, 90)));
    }

    @Test
    void read_greyPixels_startAtTheOffset() {
        byte[] pixels = new byte[7 + 40 * 24];
        for (int y = 0; y < 2; y++) {
            pixels[7 + y * 40 + 2] = -1; // cell 1 is two pixels wide and two high
            pixels[7 + y * 40 + 3] = -1;
        }
        assertEquals(2, FrameNumber.read(pixels, 7, 40, 24));
    }

    @Test
    void read_greyCell_isIllegible() {
        BufferedImage picture = picture(5);
        Graphics2D g = picture.createGraphics();
        g.setColor(new Color(120, 120, 120));
        g.fillRect(7 * 32, 0, 32, 30);
        g.dispose();
        FrameNumber.IllegibleException e =
                assertThrows(FrameNumber.IllegibleException.class, () -> FrameNumber.read(picture));
        assertTrue(e.toString().contains("cell=7"), e.toString());
        assertTrue(FrameNumber.find(picture).isEmpty());
    }

    @Test
    void read_halfWhiteCell_isIllegible() {
        BufferedImage picture = picture(0);
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, 16, 30);
        g.dispose();
        assertTrue(FrameNumber.find(picture).isEmpty());
    }

    private static BufferedImage picture(int number) {
        BufferedImage picture = new BufferedImage(640, 360, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        for (int bit = 0; bit < 20; bit++) {
            g.setColor((number >> bit & 1) == 1 ? Color.WHITE : Color.BLACK);
            g.fillRect(bit * 32, 0, 32, 30);
        }
        g.dispose();
        return picture;
    }

    private static BufferedImage scaled(BufferedImage picture, int width, int height) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = scaled.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(picture, 0, 0, width, height, null);
        g.dispose();
        return scaled;
    }
}
