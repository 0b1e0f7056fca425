package dev.perch.flv;

import dev.perch.media.Medium;

/** Reports why a track is refused, once for each reason instead of once for each frame. */
final class Refusals {
    private final TrackReader.Output output;
    private final Medium medium;
    private String told = "";

    Refusals(TrackReader.Output output, Medium medium) {
        this.medium = medium;
        this.output = output;
    }

    /** Reports {@code why} unless it was reported before. Always returns false. */
    boolean refuse(String why) {
        if (!why.equals(told)) {
            told = why;
            output.refused(medium, why);
        }
        return false;
    }
}
