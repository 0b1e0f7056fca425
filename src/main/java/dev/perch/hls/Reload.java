package dev.perch.hls;

import dev.perch.cmaf.Geometry;
import dev.perch.window.Segment;
import dev.perch.window.WindowView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request for a media playlist with the delivery directives {@code _HLS_msn}, {@code _HLS_part} and {@code _HLS_skip} (RFC 8216bis §6.2.5).
 *
 * @param number the segment that the playlist must have; -1 for none
 * @param part the part of that segment; -1 for the whole segment
 * @param delta whether to leave out segments that the client has
 */
public record Reload(long number, int part, boolean delta) {
    /** "Three divided by the Part Target Duration if the Part Target Duration is less than one second, or three otherwise" (§6.2.5.2). */
    private static final double ADVANCE_PARTS = 3;

    /** Thrown for invalid directives; the message says which are valid. */
    public static final class RefusedException extends Exception {
        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Parses the directives, each null if absent.
     *
     * @throws RefusedException if they are invalid
     */
    public static Reload of(@Nullable String msn, @Nullable String part, @Nullable String skip)
            throws RefusedException {
        if (msn == null && part != null) {
            throw new RefusedException("_HLS_part needs _HLS_msn beside it.");
        }
        long number = msn == null ? -1 : number("_HLS_msn", msn);
        int index = part == null ? -1 : (int) Math.min(Integer.MAX_VALUE, number("_HLS_part", part));
        return new Reload(number, index, "YES".equals(skip) || "v2".equals(skip));
    }

    private static long number(String name, String text) throws RefusedException {
        if (!text.matches("\\d{1,18}")) {
            String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
            throw new RefusedException(name + "=" + shown + " is not accepted: it is a whole number, such as 7.");
        }
        return Long.parseLong(text);
    }

    /** Returns why waiting for this request would be useless, as a sentence; empty if it would not. */
    public Optional<String> tooFarAhead(WindowView view) {
        if (number < 0) {
            return Optional.empty();
        }
        long newest = lastComplete(view);
        if (number > newest + 2) {
            return Optional.of("_HLS_msn=" + number + " is too far ahead: the last segment is " + newest
                    + ", at most two more can be waited for.");
        }
        double partSeconds = view.geometry().map(Geometry::partSeconds).orElse(1.0);
        int limit = (int) Math.ceil(partSeconds < 1 ? ADVANCE_PARTS / partSeconds : ADVANCE_PARTS);
        int last =
                view.segment(number).map(segment -> segment.parts().size() - 1).orElse(-1);
        return part > last + limit
                ? Optional.of("_HLS_part=" + part + " is too far ahead: the last part is " + last + ", at most " + limit
                        + " more can be waited for.")
                : Optional.empty();
    }

    /** Returns whether {@code view} has the requested part or a later one. */
    public boolean satisfiedBy(WindowView view) {
        if (number < 0) {
            return true;
        }
        long complete = lastComplete(view);
        if (part < 0) {
            return complete >= number;
        }
        // "If the client requests a Part Index greater than that of the final Partial Segment of the Parent Segment,
        // the server MUST treat the
        // request as one for Part Index 0 of the following Parent Segment" (§6.2.5.2)
        boolean beyond = complete == number
                && view.segment(number)
                        .map(segment -> part >= segment.parts().size())
                        .orElse(false);
        long wanted = beyond ? number + 1 : number;
        int index = beyond ? 0 : part;
        return complete >= wanted
                || view.segment(wanted)
                        .map(segment -> segment.parts().size() > index)
                        .orElse(false);
    }

    private static long lastComplete(WindowView view) {
        Segment newest = view.newest();
        return newest.complete() ? newest.number() : newest.number() - 1;
    }
}
