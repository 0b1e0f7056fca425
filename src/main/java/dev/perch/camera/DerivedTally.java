package dev.perch.camera;

import dev.perch.codec.Derivation;
import dev.perch.media.TrackId;
import org.jspecify.annotations.Nullable;

/** Sums up all derivations of one track. Safe from any thread. */
final class DerivedTally {
    private String by = ""; // guarded by this, like all below
    private boolean imports;
    private long framesIn;
    private long framesOut;
    private long leftOut;
    private long starts;
    private long failures;

    synchronized void started() {
        starts++;
    }

    synchronized void failed() {
        failures++;
    }

    /** Adds the counts of a derivation that has ended. */
    synchronized void ended(Derivation derivation) {
        Derivation.Figures last = derivation.figures();
        if (!last.by().isEmpty()) {
            by = last.by();
            imports = last.imports();
        }
        framesIn += last.framesIn();
        framesOut += last.framesOut();
        leftOut += derivation.superseded();
    }

    /** Returns the sum, including the running derivation. */
    synchronized DerivedFigures figures(TrackId track, @Nullable Derivation running) {
        if (running == null) {
            return new DerivedFigures(track, false, by, imports, framesIn, framesOut, leftOut, starts, failures);
        }
        Derivation.Figures now = running.figures();
        return new DerivedFigures(
                track,
                true,
                now.by().isEmpty() ? by : now.by(),
                now.by().isEmpty() ? imports : now.imports(),
                framesIn + now.framesIn(),
                framesOut + now.framesOut(),
                leftOut + running.superseded(),
                starts,
                failures);
    }
}
