package dev.perch.feed;

import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The size of a feed's arena: fixed by the configuration, or growing to what the track needs.
 *
 * @param fixedBytes the configured size; empty for automatic
 * @param largestBytes the most that an automatic ring may take
 * @param section the section of the camera's settings, which a refusal names: {@code cameras.front}
 */
public record RingSize(OptionalInt fixedBytes, int largestBytes, String section) {
    /** An automatic ring holds the last GOP up to this age. */
    static final long GOP_NANOS = 2_000_000_000L;

    /** An automatic ring holds at least this many of the largest frame seen. */
    private static final int FRAMES_AT_LEAST = 4;

    /** JPEG frames are alike in size, and a viewer often pauses for a few: a third of a second at 30 fps. */
    private static final int JPEG_FRAMES = 10;

    /** A JPEG encoder claims the most that a picture can have (libturbojpeg: 4 bytes a pixel), many times what it then uses. */
    private static final int JPEG_CLAIMS = 2;

    /** A little more than two seconds at 48,000 samples a second, 1,024 a frame: as long as the GOPs that the sound accompanies. */
    private static final int AAC_FRAMES = 100;

    /** At least two seconds of stereo sound at 320 kbit/s. */
    private static final int SOUND_BYTES = 128 << 10;

    private static final int STEP_BYTES = 64 << 10;
    private static final int MOST_BYTES = Integer.MAX_VALUE / 2;

    public RingSize {
        if (largestBytes < STEP_BYTES) {
            throw new IllegalArgumentException("a ring needs at least 64 KiB: largestBytes=" + largestBytes);
        }
    }

    /**
     * Divides a quarter of the budget among a camera's tracks: the little that sound needs to each track of sound, the rest evenly to the tracks of
     * pictures.
     *
     * @param section the section of the camera's settings: {@code cameras.front}
     * @param fixedBytes the configured size of each ring of pictures
     * @param tracks the encodings of the camera's tracks
     */
    public static Shares shares(String section, long budgetBytes, OptionalLong fixedBytes, List<Encoding> tracks) {
        long sounds = tracks.stream()
                .filter(encoding -> encoding.medium() == Medium.SOUND)
                .count();
        long cameraBytes = budgetBytes / 4;
        long soundBytes = Math.min(SOUND_BYTES, cameraBytes / (4 * Math.max(1, sounds)));
        long pictureBytes = (cameraBytes - sounds * soundBytes) / Math.max(1, tracks.size() - sounds);
        OptionalInt fixed = fixedBytes.isPresent()
                ? OptionalInt.of((int) Math.min(MOST_BYTES, fixedBytes.getAsLong()))
                : OptionalInt.empty();
        return new Shares(
                new RingSize(fixed, largest(pictureBytes), section),
                new RingSize(OptionalInt.empty(), largest(soundBytes), section));
    }

    private static int largest(long bytes) {
        return (int) Math.max(STEP_BYTES, Math.min(MOST_BYTES, bytes));
    }

    /** The sizes of one camera's rings. */
    public record Shares(RingSize picture, RingSize sound) {
        /** Returns the size of a ring of {@code encoding}. */
        public RingSize of(Encoding encoding) {
            return switch (encoding.medium()) {
                case VIDEO -> picture;
                case SOUND -> sound;
            };
        }
    }

    /** Returns the setting of the ring's own size: {@code cameras.front.ring}. */
    String setting() {
        return section + ".ring";
    }

    /** Returns the largest size that the ring can reach; a larger frame never fits. */
    int most() {
        return fixedBytes.orElse(largestBytes);
    }

    /** Returns the setting that limits {@link #most}; empty if the budget does. */
    String fixedBy() {
        return fixedBytes.isPresent() ? setting() : "";
    }

    /** Returns the setting that makes frames smaller: {@code cameras.front.size}. */
    String pictureSetting() {
        return section + ".size";
    }

    /** Returns the size of the first arena for a first frame of at most {@code claimedBytes}. */
    int first(Encoding encoding, int claimedBytes) {
        // an H.264 stream begins with a key frame, which is several times as large as the frames after it
        int claims = switch (encoding) {
            case H264 -> 2 * FRAMES_AT_LEAST;
            case JPEG -> JPEG_CLAIMS;
            case AAC -> AAC_FRAMES;
        };
        return fixedBytes.orElse(bounded((long) claims * claimedBytes));
    }

    /** Returns the least size of use, if the budget refuses more. */
    int least(Encoding encoding, int claimedBytes) {
        int claims = switch (encoding) {
            case H264 -> FRAMES_AT_LEAST;
            case JPEG -> JPEG_CLAIMS;
            case AAC -> AAC_FRAMES;
        };
        return fixedBytes.orElse(bounded((long) claims * claimedBytes));
    }

    /** Returns the size that holds enough of the largest frame seen, and the current claim. */
    int atLeast(Encoding encoding, int claimedBytes, int largestSeenBytes) {
        int frames = switch (encoding) {
            case H264 -> FRAMES_AT_LEAST;
            case JPEG -> JPEG_FRAMES;
            case AAC -> AAC_FRAMES;
        };
        return Math.max(least(encoding, claimedBytes), fixedBytes.orElse(bounded((long) frames * largestSeenBytes)));
    }

    /** Returns the next larger size, for a GOP that did not fit in {@code presentBytes}. */
    int larger(int presentBytes) {
        return fixedBytes.orElse(bounded(presentBytes + presentBytes / 2L));
    }

    /**
     * Returns the size while the machine is short of memory, for fixed rings too: the last GOP and the frame behind it, but never fewer frames than
     * an automatic ring must hold.
     */
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
