package dev.perch.jpeg;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.util.List;

/**
 * The contents of a JPEG image's frame header (ITU-T T.81 (09/92) §B.2.2).
 *
 * @param precisionBits bits a sample
 * @param progressive whether the picture comes in several passes (SOF2)
 * @param components in the order of the header; one is grey, three are Y, Cb and Cr
 */
public record JpegFrame(int width, int height, int precisionBits, boolean progressive, List<Component> components) {
    /** One component and its sampling factors. */
    public record Component(int id, int horizontal, int vertical) {}

    public JpegFrame {
        components = List.copyOf(components);
    }

    /**
     * Parses a whole image.
     *
     * @param jpeg from SOI; bytes behind EOI are ignored
     * @throws MalformedBitstreamException when the markers are not those of a whole image
     */
    public static JpegFrame parse(Bytes jpeg) throws MalformedBitstreamException {
        JpegScanner scanner = new JpegScanner();
        scanner.scan(jpeg.buffer());
        JpegFrame frame = scanner.frame();
        if (frame.width == 0 || frame.height == 0) {
            throw new MalformedBitstreamException("frame header has no size", 0, frame.width);
        }
        return frame;
    }

    /** Returns the chroma sampling as J:a:b, {@code "4:0:0"} for grey; the factors themselves where that notation has no form for them. */
    public String sampling() {
        if (components.size() == 1) {
            return "4:0:0";
        }
        int horizontal = 1;
        int vertical = 1;
        for (Component component : components) {
            horizontal = Math.max(horizontal, component.horizontal());
            vertical = Math.max(vertical, component.vertical());
        }
        Component chroma = components.get(1);
        int acrossRatio = horizontal / chroma.horizontal();
        int downRatio = vertical / chroma.vertical();
        return switch (acrossRatio * 10 + downRatio) {
            case 11 -> "4:4:4";
            case 21 -> "4:2:2";
            case 22 -> "4:2:0";
            case 12 -> "4:4:0";
            case 41 -> "4:1:1";
            default -> acrossRatio + "x" + downRatio;
        };
    }
}
