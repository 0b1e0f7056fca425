package dev.perch.camera;

import dev.perch.codec.Deriver;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tracks of a camera, fixed when the camera is made. A track that is never filled takes no memory. */
final class Tracks {
    private final List<Track> all;
    private final List<Feed> feeds;
    private final List<DerivedFeed> derived; // complete when the tracks are handed out

    /**
     * The parts of the camera that tracks are made with.
     *
     * @param pool the rings take their arenas from it
     */
    record Parts(CameraConfig config, ArenaPool pool, Deriver deriver, Clock clock) {}

    private Tracks(List<Track> all) {
        this.all = all;
        this.feeds = all.stream().map(Track::feed).toList();
        this.derived = new ArrayList<>();
    }

    /**
     * Makes the rings of a camera's tracks, and the derivations that make one of the other.
     *
     * @param news told of each frame, on its producer's thread
     * @param wake runs the camera's pump
     */
    static Tracks of(Parts parts, Consumer<Feed> news, Runnable wake) {
        List<TrackId> ids = ids(parts.config());
        RingSize.Shares shares = RingSize.shares(
                "cameras." + parts.config().id(),
                parts.pool().budget().totalBytes(),
                parts.config().running().ringBytes(),
                ids.stream().map(TrackId::encoding).toList());
        List<Track> all = ids.stream()
                .map(id -> new Track(parts, id, shares.of(id.encoding()), news))
                .toList();
        Tracks tracks = new Tracks(all);
        all.forEach(made -> tracks.derive(parts, wake, made, Recipe.of(made.id(), ids)));
        return tracks;
    }

    private static List<TrackId> ids(CameraConfig config) {
        List<TrackId> ids = new ArrayList<>(List.of(TrackId.main(Encoding.H264), TrackId.main(Encoding.JPEG)));
        if (config.sound().on()) {
            ids.add(TrackId.main(Encoding.AAC));
        }
        return ids;
    }

    private void derive(Parts parts, Runnable wake, Track made, List<Recipe> recipes) {
        if (!recipes.isEmpty()) {
            DerivedFeed.Parts shared = new DerivedFeed.Parts(parts.deriver(), made.demand(), parts.clock(), wake);
            DerivedFeed derivation = new DerivedFeed(parts.config(), made.feed(), recipes, id -> of(id).feed(), shared);
            made.derivedBy(derivation);
            recipes.stream().flatMap(recipe -> recipe.source().stream()).forEach(id -> of(id).feeds(derivation));
            derived.add(derivation);
        }
    }

    List<Track> all() {
        return all;
    }

    List<Feed> feeds() {
        return feeds;
    }

    /** Returns the derivations of all tracks. */
    List<DerivedFeed> derived() {
        return Collections.unmodifiableList(derived);
    }

    /** Returns the track of the sound; empty for a camera without. */
    Optional<Track> sound() {
        return all.stream()
                .filter(track -> track.id().encoding().medium() == Medium.SOUND)
                .findFirst();
    }

    /**
     * Returns the track of that name.
     *
     * @throws IllegalArgumentException if the camera has none
     */
    Track of(TrackId id) {
        for (Track track : all) {
            if (track.id().equals(id)) {
                return track;
            }
        }
        throw unknown(id, all.stream().map(Track::id));
    }

    static IllegalArgumentException unknown(TrackId id, Stream<TrackId> present) {
        return new IllegalArgumentException("no such track: id=" + id + " tracks="
                + present.map(TrackId::toString).collect(Collectors.joining(", ")));
    }
}
