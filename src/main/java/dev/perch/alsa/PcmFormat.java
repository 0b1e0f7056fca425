package dev.perch.alsa;

/**
 * The format of a card's sound.
 *
 * @param rateHz frames a second; a frame has one sample of each channel
 * @param channels of a frame as the card gives it
 * @param periodFrames the frames after which the card wakes its reader
 * @param bufferFrames the frames that the card buffers
 */
public record PcmFormat(int rateHz, int channels, SampleFormat sample, int periodFrames, int bufferFrames) {
    private static final int MOST_CHANNELS = 2;

    public PcmFormat {
        if (rateHz <= 0 || channels <= 0 || periodFrames <= 0 || bufferFrames < periodFrames) {
            throw new IllegalArgumentException("not a sound card's format: rateHz=" + rateHz + " channels=" + channels
                    + " periodFrames=" + periodFrames + " bufferFrames=" + bufferFrames);
        }
    }

    /** Returns the size of one frame. */
    int frameBytes() {
        return channels * sample.bytes();
    }

    /** Returns the number of channels used: the first two of a card that has more. */
    public int usedChannels() {
        return Math.min(channels, MOST_CHANNELS);
    }

    /** Returns the format for people: {@code 48000 Hz, mono, S16}. */
    @Override
    public String toString() {
        String width = channels == 1 ? "mono" : channels == 2 ? "stereo" : channels + " channels";
        return rateHz + " Hz, " + width + ", " + sample;
    }
}
