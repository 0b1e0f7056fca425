package dev.perch.flv;

/** Tells why a track is not taken, once for each reason, not for each frame. */
final class Refusals {
    private final TrackReader.Output output;
    private String told = "";

    Refusals(TrackReader.Output output) {
        this.output = output;
    }

    /** Returns false, always. */
    boolean refuse(String why) {
        if (!why.equals(told)) {
            told = why;
            output.refused(why);
        }
        return false;
    }
}
