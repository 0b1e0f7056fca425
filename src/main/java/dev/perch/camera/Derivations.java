package dev.perch.camera;

import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything that is derived from one camera's pictures and sound, as the rest of the program sees it. Safe from any thread. */
public final class Derivations {
    private final Tracks tracks;

    Derivations(Tracks tracks) {
        this.tracks = tracks;
    }

    /** Stops all derivations until {@link #resume}. Returns the encodings that were being made. */
    public Set<Encoding> hold(String reason) {
        Set<Encoding> made = EnumSet.noneOf(Encoding.class);
        tracks.derived().stream()
                .filter(each -> each.hold(reason))
                .forEach(each -> made.add(each.track().encoding()));
        return made;
    }

    /** Allows derivations again. */
    public void resume() {
        tracks.derived().forEach(DerivedFeed::resume);
    }

    /** Returns the figures of each track that can be derived. */
    public List<DerivedFigures> figures() {
        return tracks.derived().stream().map(DerivedFeed::figures).toList();
    }

    /** Returns why a track cannot be derived now, as a sentence; empty if it can, or need not be. Never waits. */
    public Optional<String> trouble(TrackId track) {
        return tracks.of(track).derived().flatMap(DerivedFeed::trouble);
    }
}
