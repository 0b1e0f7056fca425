package dev.perch.camera;

import dev.perch.media.Medium;
import dev.perch.media.TrackId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way to make a track that a camera's source does not give: of its raw pictures, or of the frames of another track, which are decoded first. Which decoder and which
 * encoder do that is the choice of {@link dev.perch.codec.Deriver}.
 *
 * @param track what is made
 * @param source the track whose frames it is made of; empty for raw pictures
 */
record Recipe(TrackId track, Optional<TrackId> source) {
    /**
     * Returns the ways to make {@code track}, those that cost least first.
     *
     * @param tracks all tracks of the camera, any of which its source may give
     */
    static List<Recipe> of(TrackId track, List<TrackId> tracks) {
        List<Recipe> recipes = new ArrayList<>();
        if (track.encoding().medium() == Medium.VIDEO) {
            recipes.add(new Recipe(track, Optional.empty()));
            tracks.stream()
                    .filter(other -> !other.equals(track) && other.encoding().medium() == Medium.VIDEO)
                    .forEach(other -> recipes.add(new Recipe(track, Optional.of(other))));
        }
        return recipes;
    }

    /** Returns whether the session gives what is needed. */
    boolean possible(CameraSession session) {
        return source.isPresent() ? session.gives(source.get()) : session.raw();
    }

    /** Returns whether one frame can be made without those before and after it, for whoever wants a single picture: the decoder runs for that picture only. */
    boolean singly() {
        return track.encoding().everyFrameStarts()
                && source.isPresent()
                && !source.get().encoding().everyFrameStarts();
    }
}
