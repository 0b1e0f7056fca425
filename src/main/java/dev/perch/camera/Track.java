package dev.perch.camera;

import dev.perch.feed.Feed;
import dev.perch.feed.RingSize;
import dev.perch.media.TrackId;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One track of a camera: its ring, the demand for it, the derivation that makes it if the source does not, and the derivations that read it.
 */
final class Track {
    private final TrackId id;
    private final Feed feed;
    private final Demand demand;
    private final Consumer<Feed> news;

    // set while the camera is put together, before anything runs
    private @Nullable DerivedFeed derived;
    private volatile DerivedFeed[] made = {}; // replaced under this, never changed; read by the producer
    private int holds; // of a derived picture; guarded by the camera's tracks
    private volatile boolean picture; // set under the same lock, with the first hold

    /**
     * Creates a track without derivations.
     *
     * @param parts the camera's
     * @param news called with each frame, on the producer's thread
     */
    Track(Tracks.Parts parts, TrackId id, RingSize size, Consumer<Feed> news) {
        this.id = id;
        this.demand = new Demand(parts.clock());
        this.news = news;
        this.feed = new Feed(parts.config().id(), id, parts.pool(), size, this::frameCame);
    }

    /** Sets the derivation that makes the track when the camera's source does not give it. */
    void derivedBy(DerivedFeed derivation) {
        derived = derivation;
    }

    /** Wakes {@code derivation}, which may read this track, for each frame from now on. */
    synchronized void feeds(DerivedFeed derivation) {
        DerivedFeed[] more = Arrays.copyOf(made, made.length + 1);
        more[made.length] = derivation;
        made = more;
    }

    /** Stops waking {@code derivation}, which has ended. */
    synchronized void feedsNoMore(DerivedFeed derivation) {
        made = Arrays.stream(made).filter(each -> each != derivation).toArray(DerivedFeed[]::new);
    }

    /** Adds {@code more} to the holders of a derived picture's track. */
    void held(int more) {
        holds += more;
        picture = true;
    }

    /** Returns whether this is a derived picture's track that nobody holds any more. */
    boolean abandoned() {
        return picture && holds == 0;
    }

    /** Returns whether this is a derived picture's track. */
    boolean picture() {
        return picture;
    }

    private void frameCame() {
        for (DerivedFeed derivation : made) {
            derivation.frameCame();
        }
        news.accept(feed);
    }

    TrackId id() {
        return id;
    }

    Feed feed() {
        return feed;
    }

    Demand demand() {
        return demand;
    }

    /** Returns the derivation that makes this track; empty if nothing can. */
    Optional<DerivedFeed> derived() {
        return Optional.ofNullable(derived);
    }
}
