package dev.perch.record;

import java.nio.file.Path;

/** A program that records faster than real time until it is killed, and prints the number of written frames after each GOP. */
final class KilledStudio {
    private KilledStudio() {}

    /**
     * Records until it is killed.
     *
     * @param words the folder
     */
    public static void main(String... words) throws Exception {
        try (Studio studio = new Studio(Path.of(words[0]), "segment: 10s")) {
            long written = 0;
            for (int gop = 0; gop < 10_000; gop++) {
                studio.gops(1);
                double goal = studio.frames() / 30.0 - 1;
                while (studio.recorder.status().bufferedSeconds() > 0) {
                    Thread.onSpinWait();
                }
                written = Math.max(written, Math.round(goal * 30));
                System.out.println(written);
                System.out.flush();
            }
        }
    }
}
