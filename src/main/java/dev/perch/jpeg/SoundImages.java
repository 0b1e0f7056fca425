package dev.perch.jpeg;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Skips the scan of an image's coded data where it would tell nothing new. After some sound images in a row, each with its one EOI at the end of its
 * buffer, a source's next ones are known by their head and their end. Still scanned are an image without EOI there, one far larger than those before,
 * in which there may be two, and one in every few dozen. Not thread-safe.
 */
final class SoundImages {
    /** The number of sound images in a row after which scans are skipped. */
    static final int EARNING = 16;

    /** The number of images that are skipped before one is scanned again. */
    static final int SPARED = 50;

    private int soundInARow;
    private int spared;
    private int mostBytes;

    /**
     * Scans the image between position and limit as far as necessary.
     *
     * @throws MalformedBitstreamException when no picture can be made of it
     */
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
