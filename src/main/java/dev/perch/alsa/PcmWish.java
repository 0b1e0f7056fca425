package dev.perch.alsa;

/**
 * The requested format of sound; the card gives the nearest that it has.
 *
 * @param rateHz frames a second
 * @param channels 1 or 2
 */
public record PcmWish(int rateHz, int channels) {
    private static final int RATE_HZ = 48_000;
    private static final String HARDWARE = "hw:";

    /**
     * Returns the wish for a device of this name. {@code hw:} gives the card's own format, so stereo is taken if the card has it. All others convert
     * to the requested format, and a microphone is mono.
     */
    public static PcmWish of(String device) {
        return new PcmWish(RATE_HZ, device.startsWith(HARDWARE) ? 2 : 1);
    }
}
