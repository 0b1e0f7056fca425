package dev.perch.feed;

import dev.perch.media.Encoding;
import java.util.OptionalInt;

/**
 * How large a feed's arena is: fixed by the configuration, or grown to what the stream turns out to need.
 *
 * @param fixedBytes the configured size
 * @param largestBytes the most that an automatic ring may take: a quarter of the budget a camera
 * @param setting the setting that a refusal names: {@code cameras.front.ring}
 */
public record RingSize(OptionalInt fixedBytes, int largestBytes, String setting) {
    /** An automatic ring holds the last GOP up to this age. */
    static final long GOP_NANOS = 2_000_000_000L;

    /** The design's least: an automatic ring holds this many of the largest frame seen. */
    private static final int FRAMES_AT_LEAST = 4;

    /** JPEG frames are alike in size and a viewer's pause of a few frames is common: a third of a second at 30 fps. */
    private static final int JPEG_FRAMES = 10;

    /** A JPEG encoder claims the most that a picture can have (libturbojpeg: 4 bytes a pixel), many times what it then takes. */
    private static final int JPEG_CLAIMS = 2;

    /** The frames of a bit more than two seconds at 48,000 samples a second, 1,024 each: as long as the GOPs beside which they are heard. */
    private static final int AAC_FRAMES = 100;

    private static final int STEP_BYTES = 64 << 10;

    public RingSize {
        if (largestBytes < STEP_BYTES) {
            throw new IllegalArgumentException("a ring needs at least 64 KiB: largestBytes=" + largestBytes);
        }
    }

    /** The most that it can become: a larger frame never fits. */
    int most() {
        return fixedBytes.orElse(largestBytes);
    }

    /** The setting that holds {@link #most} down; empty when that is the budget. */
    String fixedBy() {
        return fixedBytes.isPresent() ? setting : "";
    }

    /** The setting that makes frames smaller: {@code cameras.front.size}. */
    String pictureSetting() {
        return setting.replaceFirst("ring$", "size");
    }

    /** The size for a first arena, when the first frame has at most {@code claimedBytes}. */
    int first(Encoding encoding, int claimedBytes) {
        // an H.264 stream begins with a key frame, which is several times as large as the frames after it
        int claims = switch (encoding) {
            case H264 -> 2 * FRAMES_AT_LEAST;
            case JPEG -> JPEG_CLAIMS;
            case AAC -> AAC_FRAMES;
        };
        return fixedBytes.orElseGet(() -> bounded((long) claims * claimedBytes));
    }

    /** The least that is worth having, when the budget refuses more. */
    int least(Encoding encoding, int claimedBytes) {
        int claims = switch (encoding) {
            case H264 -> FRAMES_AT_LEAST;
            case JPEG -> JPEG_CLAIMS;
            case AAC -> AAC_FRAMES;
        };
        return fixedBytes.orElseGet(() -> bounded((long) claims * claimedBytes));
    }

    /** The size that holds the largest frame seen often enough, and the one that is claimed now. */
    int atLeast(Encoding encoding, int claimedBytes, int largestSeenBytes) {
        int frames = switch (encoding) {
            case H264 -> FRAMES_AT_LEAST;
            case JPEG -> JPEG_FRAMES;
            case AAC -> AAC_FRAMES;
        };
        return Math.max(
                least(encoding, claimedBytes), fixedBytes.orElseGet(() -> bounded((long) frames * largestSeenBytes)));
    }

    /** The next size up, when a GOP did not fit in {@code presentBytes}. */
    int larger(int presentBytes) {
        return fixedBytes.orElseGet(() -> bounded(presentBytes + presentBytes / 2L));
    }

    /** While the machine is short of memory, also of a fixed ring: the last GOP and the frame behind it, and never less than the design's least. */
    int saving(Encoding encoding, int claimedBytes, int largestSeenBytes, int gopBytes) {
        long most = (long) FRAMES_AT_LEAST * largestSeenBytes;
        return bounded(
                switch (encoding) {
                    case H264 -> Math.max(claimedBytes, Math.max((long) gopBytes + largestSeenBytes, most));
                    case JPEG -> Math.max((long) JPEG_CLAIMS * claimedBytes, most);
                    case AAC -> (long) AAC_FRAMES * largestSeenBytes;
                });
    }

    private int bounded(long bytes) {
        long rounded = (bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
        return (int) Math.min(largestBytes, Math.max(4L * STEP_BYTES, rounded));
    }
}
