package dev.perch.alsa;

/**
 * The form of sound that a card is asked for; it gives the nearest that it has.
 *
 * @param rateHz frames a second
 * @param channels 1 or 2
 */
public record PcmWish(int rateHz, int channels) {
    private static final int RATE_HZ = 48_000;
    private static final String HARDWARE = "hw:";

    /**
     * Returns the wish for a device of this name. {@code hw:} gives what the card has, so stereo is taken where it has that. All others convert to
     * whatever they are asked for, and a microphone is mono.
     */
    public static PcmWish of(String device) {
        return new PcmWish(RATE_HZ, device.startsWith(HARDWARE) ? 2 : 1);
    }
}
