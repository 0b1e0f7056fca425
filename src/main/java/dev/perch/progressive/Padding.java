package dev.perch.progressive;

import dev.perch.mp4.Fragment;

/**
 * Decides how many bytes to send after a frame so that it ends with a block of the response. Chromium hands a {@code <video>} its bytes in blocks of
 * 32 KiB, where a frame's last bytes would wait for the frames after it.
 */
public final class Padding {
    /** Chromium's media cache (media/blink/multibuffer) keeps blocks of this size. */
    static final int BLOCK_BYTES = 32 << 10;

    /** Frames of this size and more fill blocks by themselves: less than a quarter of each waits for the next one. */
    static final int FILLING_BYTES = 4 * BLOCK_BYTES;

    /** The number of waiting frames from which a viewer's link counts as full. */
    private static final long CONGESTED_FRAMES = 3;

    /** The number of frames without padding after the link was full: ten seconds of an ordinary camera. */
    private static final int ABSTINENCE_FRAMES = 300;

    private final boolean wanted;
    private long bodyBytes;
    private int meanBytes; // mean size of the last frames
    private boolean caughtUp;
    private int abstinenceFrames;

    private Padding(boolean wanted) {
        this.wanted = wanted;
    }

    /** Returns no padding. */
    public static Padding none() {
        return new Padding(false);
    }

    /** Returns padding to blocks, for frames that do not fill blocks by themselves, and as long as the link carries it. */
    public static Padding toBlocks() {
        return new Padding(true);
    }

    /** Counts bytes of the body. */
    void sent(int bytes) {
        bodyBytes += bytes;
    }

    /**
     * Returns the size of the {@code free} box to send after a frame: 0 for none, at most a block and a box's header.
     *
     * @param frameBytes the frame's size
     * @param framesAhead the number of newer frames that wait for the viewer
     */
    int boxBytes(int frameBytes, long framesAhead) {
        meanBytes = meanBytes == 0 ? frameBytes : meanBytes + (frameBytes - meanBytes) / 16;
        if (caughtUp && framesAhead >= CONGESTED_FRAMES) {
            abstinenceFrames = ABSTINENCE_FRAMES;
        } else if (abstinenceFrames > 0) {
            abstinenceFrames--;
        }
        caughtUp |= framesAhead == 0;
        // newer frames that wait push this one out
        if (!wanted || framesAhead > 0 || abstinenceFrames > 0 || meanBytes >= FILLING_BYTES) {
            return 0;
        }
        int rest = (int) (-bodyBytes & BLOCK_BYTES - 1);
        return rest > 0 && rest < Fragment.FREE_BOX_BYTES ? rest + BLOCK_BYTES : rest;
    }
}
