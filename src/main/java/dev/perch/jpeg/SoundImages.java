package dev.perch.jpeg;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Spares the look at an image's coded data where it tells nothing new. A source whose images are sound, each with its one EOI at the end of its buffer, has earned
 * that its next ones are known by their head and their end. One that has no EOI there is looked at all the same, and so is one far larger than those before,
 * in which there may be two, and each one of some dozens. Not thread-safe.
 */
final class SoundImages {
    /** The number of sound images in a row that earn it. */
    static final int EARNING = 16;

    /** The number of images that are not looked at before one is again. */
    static final int SPARED = 50;

    private int soundInARow;
    private int spared;
    private int mostBytes;

    /** Scans the image between position and limit, as far as it has to be. */
    void scan(JpegScanner scanner, ByteBuffer jpeg) throws MalformedBitstreamException {
        boolean head = scanner.scanHead(jpeg);
        if (head && soundInARow >= EARNING && spared < SPARED && jpeg.remaining() <= mostBytes) {
            spared++;
            return;
        }
        int end = head ? scanner.imageEnd() : -1;
        int ranges = head ? scanner.ranges() : -1;
        int earned = soundInARow;
        soundInARow = 0;
        scanner.scan(jpeg);
        if (head && scanner.imageEnd() == end && scanner.ranges() == ranges) {
            soundInARow = Math.min(earned + 1, EARNING);
        }
        spared = 0;
        mostBytes = jpeg.remaining() + jpeg.remaining() / 4;
    }
}
