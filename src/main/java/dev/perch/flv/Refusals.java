package dev.perch.flv;

import dev.perch.media.Medium;

/** Tells why a track is not taken, once for each reason, not for each frame. */
final class Refusals {
    private final TrackReader.Output output;
    private final Medium medium;
    private String told = "";

    Refusals(TrackReader.Output output, Medium medium) {
        this.medium = medium;
        this.output = output;
    }

    /** Returns false, always. */
    boolean refuse(String why) {
        if (!why.equals(told)) {
            told = why;
            output.refused(medium, why);
        }
        return false;
    }
}
