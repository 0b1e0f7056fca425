import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes the sound of {@code seconds} to standard output: 48,000 samples a second, mono, 16 bits, little-endian. It beeps with the lantern, at each whole second, and the
 * bird sings while it opens its beak, twice a loop.
 */
final class Sound {
    private static final int RATE_HZ = 48_000;
    private static final double LOOP_SECONDS = 30;
    private static final double BEEP_SECONDS = 0.1;
    private static final double BEEP_HZ = 880;
    private static final double RAMP_SECONDS = 0.002;

    /** As in {@link Scene}: where a song begins, of the loop, how long it is, and how often the beak opens and closes. */
    private static final double[] SONGS = {0.24, 0.76};

    private static final double SONG = 0.09;
    private static final int CHIRPS = 7;

    private static double songPhase; // the sum of all frequencies so far

    private Sound() {}

    public static void main(String[] args) throws IOException {
        long samples = RATE_HZ * Long.parseLong(args[0]);
        try (OutputStream out = new BufferedOutputStream(System.out, 1 << 16)) {
            for (long i = 0; i < samples; i++) {
                double seconds = (double) i / RATE_HZ;
                int sample = (int) Math.round(32767 * (beep(seconds) + song(seconds)));
                out.write(sample);
                out.write(sample >> 8);
            }
        }
    }

    private static double beep(double seconds) {
        double since = seconds % 1;
        if (since >= BEEP_SECONDS) {
            return 0;
        }
        double ramp = Math.min(1, Math.min(since, BEEP_SECONDS - since) / RAMP_SECONDS);
        return 0.3 * ramp * Math.sin(2 * Math.PI * BEEP_HZ * since);
    }

    /** Chirps that rise and fall, loud while the beak is wide open. */
    private static double song(double seconds) {
        double turn = seconds / LOOP_SECONDS % 1;
        for (double from : SONGS) {
            double song = (turn - from) / SONG;
            double gape = Math.sin(song * Math.PI * 2 * CHIRPS);
            if (song > 0 && song < 1 && gape > 0) {
                double chirp = song * CHIRPS % 1 * 2; // 0 to 1 while it is open
                songPhase += (2900 + 1500 * Math.sin(Math.PI * chirp) + 250 * Math.sin(34 * chirp)) / RATE_HZ;
                return 0.22 * gape * gape * Math.sin(2 * Math.PI * songPhase);
            }
        }
        songPhase = 0;
        return 0;
    }
}
