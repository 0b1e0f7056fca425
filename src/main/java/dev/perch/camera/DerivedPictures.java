package dev.perch.camera;

import dev.perch.feed.Packager;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of all cameras that are made on demand: one for all who ask for the same, and only a few at a time, as each takes a worker and memory.
 * Safe from any thread.
 */
public final class DerivedPictures {
    /** The most that are watched at the same time. */
    public static final int MOST = 4;

    /** The most of one camera, including those that are ending: their workers need a moment. */
    private static final int MOST_WITH_ENDING = 2 * MOST;

    private final List<Hold> holds = new ArrayList<>(); // guarded by this

    /** Thrown when no more pictures may be made; the message names those that are. */
    public static final class FullException extends Exception {
        FullException(String sentence) {
            super(sentence);
        }
    }

    /** A viewer's share of a derived picture. */
    record Hold(Camera camera, Track track) {
        /** Returns the name for people, which is made of the parameters. */
        String name() {
            return camera.id() + " " + track.id().rendition();
        }
    }

    /**
     * Starts watching the picture of {@code request}, and the camera if it is idle.
     *
     * @param packager makes the heads that the viewer sends, attached to the picture's feed; null if it sends none
     * @param oldestNanos the earliest acceptable time of capture of a single picture; empty for a stream The caller closes the watch.
     * @throws FullException if no more may be made
     * @throws UnavailableException as {@link Camera#watch}
     */
    public Watch watch(Camera camera, PictureRequest request, @Nullable Packager packager, OptionalLong oldestNanos)
            throws UnavailableException, FullException {
        Availability availability = camera.availability();
        availability.require(new TrackId(request.rendition(), Encoding.JPEG));
        availability.requireMade(Encoding.JPEG);
        Hold hold = take(camera, request);
        Track track = hold.track();
        Watch watch = null;
        try {
            if (packager != null) {
                track.feed().attach(packager);
            }
            Interest interest =
                    oldestNanos.isPresent() ? Interest.picture(track, oldestNanos.getAsLong()) : Interest.stream(track);
            availability.requirePossible(interest, camera.state(), camera.watchers());
            watch = camera.watch(track, packager, interest.ending(() -> leave(hold)));
            if (oldestNanos.isPresent()) {
                camera.askForPicture();
            }
            return watch;
        } finally {
            if (watch == null) {
                leave(hold);
            }
        }
    }

    /**
     * Takes a share of the picture of {@code request}, which is made from now on if it is not already.
     *
     * @throws FullException if the picture is not being made, and no more may be
     */
    private synchronized Hold take(Camera camera, PictureRequest request) throws FullException {
        List<Hold> present = holds.stream().distinct().toList();
        boolean shared = present.stream()
                .anyMatch(hold -> hold.camera() == camera && hold.track().id().equals(request.track()));
        if (!shared && present.size() >= MOST) {
            throw new FullException("At most " + MOST
                    + " derived pictures (width=, quality=, rotate=) are made at a time for all viewers together, and these are watched now: "
                    + present.stream().map(Hold::name).collect(Collectors.joining("; ")) + ".");
        }
        if (!shared && camera.tracks().pictures() >= MOST_WITH_ENDING) {
            throw new FullException(
                    "Derived pictures of camera " + camera.id() + " are still ending; try again in a second.");
        }
        Hold hold = new Hold(camera, camera.tracks().hold(request));
        holds.add(hold);
        return hold;
    }

    private synchronized void leave(Hold hold) {
        holds.remove(hold);
        hold.camera().tracks().drop(hold.track());
        hold.camera().wake();
    }
}
