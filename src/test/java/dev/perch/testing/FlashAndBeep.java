package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares the times of the demo's beeps and flashes in a stream that ffmpeg decodes. */
public final class FlashAndBeep {
    private FlashAndBeep() {}

    /** Fails unless five seconds have two beeps, each within 40 ms of its flash. */
    public static void assertTogether(String address, Path folder) throws Exception {
        List<String> pairs = pairs(address, folder);
        assertTrue(pairs.size() >= 2, pairs::toString);
    }

    /**
     * Returns how far each beep of five seconds is from the picture that flashes, as text; fails if one is 40 ms or more. Pictures that are not
     * there have no pair.
     */
    public static List<String> pairs(String address, Path folder) throws Exception {
        Path file = folder.resolve("both.mkv");
        Tool.output("ffmpeg", "-v", "error", "-i", address, "-t", "5", "-c", "copy", "-y", file.toString());
        List<Double> pictures = times(file, "v");
        List<Integer> numbers =
                Player.decode(folder, file.toString(), pictures.size()).numbers();
        List<Double> sounds = times(file, "a");
        List<Double> beeps = Beeps.of(Tool.output(
                "ffmpeg", "-v", "error", "-i", file.toString(), "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", "-"));
        List<String> pairs = new ArrayList<>();
        for (double beep : beeps.subList(beeps.get(0) < 0.1 ? 1 : 0, beeps.size())) { // not one that had begun before
            int frame = (int) (beep * Beeps.RATE_HZ / 1024);
            double time = sounds.get(frame) + beep - frame * 1024.0 / Beeps.RATE_HZ;
            for (int i = 0; i < numbers.size(); i++) {
                double apart = time - pictures.get(i);
                if (numbers.get(i) % 30 == 0 && Math.abs(apart) < 0.5) {
                    pairs.add(String.format(Locale.ROOT, "%.3f", apart));
                    assertTrue(
                            Math.abs(apart) < 0.040,
                            () -> pairs + " s apart; beeps at " + beeps + " sound at " + sounds + " pictures at "
                                    + pictures + numbers);
                }
            }
        }
        return pairs;
    }

    private static List<Double> times(Path file, String track) throws Exception {
        return Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        track,
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .stream()
                .map(line -> Double.valueOf(line.replace(",", "")))
                .toList();
    }
}
