package dev.perch.camera;

import dev.perch.media.Medium;
import dev.perch.media.TrackId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way to make a track that a camera's source does not give: from raw pictures, or from the frames of another track, which are decoded first.
 * {@link dev.perch.codec.Deriver} chooses the decoder and the encoder.
 *
 * @param track the track to make
 * @param source the track whose frames it is made from; empty for raw pictures
 */
record Recipe(TrackId track, Optional<TrackId> source) {
    /**
     * Returns the ways to make {@code track}, the cheapest first.
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

    /** Returns whether the session gives the source. */
    boolean possible(CameraSession session) {
        return source.isPresent() ? session.gives(source.get()) : session.raw();
    }

    /** Returns whether one frame can be made without its neighbours, so that for a single picture the decoder runs only briefly. */
    boolean singly() {
        return track.encoding().everyFrameStarts()
                && source.isPresent()
                && !source.get().encoding().everyFrameStarts();
    }
}
