package dev.perch.camera;

import dev.perch.codec.Deriver;
import dev.perch.codec.Target;
import dev.perch.config.CameraConfig;
import dev.perch.config.Mask;
import dev.perch.config.RenditionConfig;
import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tracks of a camera. Those of its configuration exist from the start; a derived picture's exists while somebody watches it. A track that is
 * never filled takes no memory. Safe from any thread.
 */
final class Tracks {
    /** The rendition of the source's JPEGs while they are turned for the main rendition. */
    static final String CAPTURED = "captured";

    private final Parts parts;
    private final Consumer<Feed> news;
    private final Runnable wake;
    private final List<TrackId> given; // the tracks that the source may give
    private final RingSize.Shares shares;

    // replaced under this, never changed
    private volatile List<Track> all = List.of();
    private volatile List<Feed> feeds = List.of();
    private volatile List<DerivedFeed> derived = List.of();
    private volatile boolean turnedByDevice; // the source's thread writes, once a session; as the next
    private volatile Orientation heldBySource = Orientation.UPRIGHT;

    /**
     * The parts of a camera that its tracks are made with.
     *
     * @param pool gives the rings their arenas
     */
    record Parts(CameraConfig config, ArenaPool pool, Deriver deriver, Clock clock) {}

    private Tracks(Parts parts, List<TrackId> ids, Consumer<Feed> news, Runnable wake) {
        this.parts = parts;
        this.news = news;
        this.wake = wake;
        this.given = given(parts.config());
        this.shares = RingSize.shares(
                "cameras." + parts.config().id(),
                parts.pool().budget().totalBytes(),
                parts.config().running().ringBytes(),
                ids.stream().map(TrackId::encoding).toList());
    }

    /**
     * Creates the rings of a camera's tracks, and the derivations that make one from another.
     *
     * @param news called with each frame, on its producer's thread
     * @param wake runs the camera's pump
     */
    static Tracks of(Parts parts, Consumer<Feed> news, Runnable wake) {
        CameraConfig config = parts.config();
        List<TrackId> ids = new ArrayList<>(given(config));
        config.renditions()
                .forEach(rendition -> Stream.of(Encoding.H264, Encoding.JPEG)
                        .forEach(encoding -> ids.add(new TrackId(rendition.name(), encoding))));
        Tracks tracks = new Tracks(parts, ids, news, wake);
        tracks.replace(ids.stream().map(tracks::make).toList());
        tracks.all.forEach(made -> {
            if (made.id().rendition().equals(TrackId.MAIN)) {
                tracks.derive(made, turn -> parts.deriver().main(made.id().encoding(), turn));
            }
        });
        config.renditions().forEach(tracks::derive);
        return tracks;
    }

    private static List<TrackId> given(CameraConfig config) {
        List<TrackId> ids = new ArrayList<>(List.of(TrackId.main(Encoding.H264), TrackId.main(Encoding.JPEG)));
        if (config.sound().on()) {
            ids.add(TrackId.main(Encoding.AAC));
        }
        if (config.turn().isPresent()) {
            ids.add(new TrackId(CAPTURED, Encoding.JPEG));
        }
        return ids;
    }

    private void derive(RenditionConfig rendition) {
        for (Encoding encoding : List.of(Encoding.H264, Encoding.JPEG)) {
            derive(
                    of(new TrackId(rendition.name(), encoding)),
                    turn -> Target.of(encoding, turn, rendition.quality()).encodedAnew());
        }
    }

    private Track make(TrackId id) {
        return new Track(parts, id, shares.of(id.encoding()), news);
    }

    /**
     * Adds the derivation of a track.
     *
     * @param target what to make, by how the source's pictures are turned here
     */
    private void derive(Track made, Function<Orientation, Target> target) {
        derive(made, target, parts.config().running().linger());
    }

    private void derive(Track made, Function<Orientation, Target> target, Duration linger) {
        List<Recipe> recipes = Recipe.of(made.id(), sources(made.id().encoding()));
        if (!recipes.isEmpty()) {
            DerivedFeed.Parts shared =
                    new DerivedFeed.Parts(parts.deriver(), made.demand(), parts.clock(), wake, target, linger);
            DerivedFeed derivation = new DerivedFeed(parts.config(), made.feed(), recipes, id -> of(id).feed(), shared);
            made.derivedBy(derivation);
            recipes.stream().flatMap(recipe -> recipe.source().stream()).forEach(id -> of(id).feeds(derivation));
            replace(all);
        }
    }

    /** Returns the tracks that one in {@code encoding} may be made from: those of the same encoding first, as they need the least work. */
    private List<TrackId> sources(Encoding encoding) {
        return given.stream()
                .sorted(Comparator.comparing((TrackId id) -> id.encoding() != encoding))
                .toList();
    }

    private synchronized void replace(List<Track> tracks) {
        all = List.copyOf(tracks);
        feeds = all.stream().map(Track::feed).toList();
        derived = all.stream().flatMap(track -> track.derived().stream()).toList();
    }

    // ---- the turn

    /** Records whether the running session's device turns the pictures itself. Called by the source's thread. */
    void turnedByDevice(boolean turned) {
        turnedByDevice = turned;
    }

    /** Notes how the source says that its pictures are to be held: those of a phone's clip, say. The source's thread. */
    void heldBySource(Orientation held) {
        heldBySource = held;
    }

    /** Returns how the pictures of the running session are turned here: as the source says, and then as is configured, where the device does not do that. */
    Orientation turn() {
        Orientation configured = parts.config()
                .turn()
                .filter(turn -> !turnedByDevice)
                .map(turn -> new Orientation(turn.degrees(), turn.mirrored()))
                .orElse(Orientation.UPRIGHT);
        return heldBySource.then(configured);
    }

    /** Returns whether pictures are turned here. */
    boolean turns() {
        return !turn().upright();
    }

    /** Returns the track that receives what the source gives as {@code id}; JPEGs may have to be turned first. */
    TrackId taking(TrackId id) {
        boolean captured = parts.config().turn().isPresent() && turns();
        return captured && id.equals(TrackId.main(Encoding.JPEG)) ? new TrackId(CAPTURED, Encoding.JPEG) : id;
    }

    // ---- derived pictures

    /** Returns the track of {@code request}, created if necessary. The caller must {@link #drop} it. */
    synchronized Track hold(PictureRequest request) {
        Optional<Track> present =
                all.stream().filter(track -> track.id().equals(request.track())).findFirst();
        Track track = present.orElseGet(() -> make(request.track()));
        track.held(1);
        if (present.isEmpty()) {
            List<Track> more = new ArrayList<>(all);
            more.add(track);
            replace(more);
            derive(track, turn -> request.target(parts.config(), turn), Duration.ZERO);
        }
        return track;
    }

    /** Ends a hold. After the last one, the track is removed once its derivation has ended: see {@link #clear}. */
    synchronized void drop(Track track) {
        track.held(-1);
    }

    /**
     * Removes the tracks of derived pictures that nobody holds and whose derivations have ended. Returns whether any others are left. Called by the
     * pump.
     */
    synchronized boolean clear() {
        if (!anyAbandoned()) {
            return false;
        }
        List<Track> left = all.stream()
                .filter(track -> !track.abandoned()
                        || !track.derived().map(DerivedFeed::retire).orElse(true))
                .toList();
        if (left.size() < all.size()) {
            all.stream().filter(track -> !left.contains(track)).forEach(gone -> {
                gone.derived().ifPresent(derivation -> left.forEach(track -> track.feedsNoMore(derivation)));
                gone.feed().releaseMemory();
            });
            replace(left);
        }
        return anyAbandoned();
    }

    private boolean anyAbandoned() {
        for (Track track : all) { // called some times a second
            if (track.abandoned()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the number of derived pictures, including those that are ending. */
    int pictures() {
        return (int) all.stream().filter(Track::picture).count();
    }

    /** Returns the parts of the pictures that are never shown. */
    List<Mask> masks() {
        return parts.config().masks();
    }

    /** Returns the size of the pictures that the source is asked for. */
    CameraConfig.PictureSize size() {
        return parts.config().capture().size();
    }

    /** Makes all memory be overwritten before it is freed. */
    void eraseFreed() {
        parts.pool().eraseFreed();
    }

    List<Track> all() {
        return all;
    }

    List<Feed> feeds() {
        return feeds;
    }

    /** Returns the derivations of all tracks. */
    List<DerivedFeed> derived() {
        return derived;
    }

    /** Returns the track of the sound; empty for a camera without sound. */
    Optional<Track> sound() {
        return all.stream()
                .filter(track -> track.id().encoding().medium() == Medium.SOUND)
                .findFirst();
    }

    /**
     * Returns the track of that id.
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
