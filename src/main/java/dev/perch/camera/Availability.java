package dev.perch.camera;

import dev.perch.codec.Deriver;
import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import dev.perch.source.Source;
import java.util.Optional;
import java.util.Set;

/** Tells whether a camera can give what a viewer asks for, and why not. Safe from any thread. */
final class Availability {
    private final CameraConfig config;
    private final Source source;
    private final Offer offer;
    private final Deriver deriver;

    Availability(CameraConfig config, Source source, Offer offer, Deriver deriver) {
        this.config = config;
        this.source = source;
        this.offer = offer;
        this.deriver = deriver;
    }

    /** Checks that the camera gives a track. Another rendition than the main one must also be allowed to be made. */
    void require(TrackId track) throws UnavailableException {
        require(track.encoding());
        if (!track.rendition().equals(TrackId.MAIN)) {
            requireMade(track.encoding());
        }
    }

    /** Checks that the camera gives {@code encoding}. May ask the device, but never starts it. */
    void require(Encoding encoding) throws UnavailableException {
        Set<Encoding> encodings;
        try {
            encodings = offer.encodings();
        } catch (CaptureException unknown) {
            throw new UnavailableException(
                    UnavailableException.Kind.LATER, String.valueOf(unknown.getMessage()), Set.of());
        }
        if (!encodings.contains(encoding)) {
            throw new UnavailableException(
                    UnavailableException.Kind.FORMAT,
                    "Camera " + config.id() + " (" + source.description() + ") gives no " + encoding
                            + ", and the configuration lets none be made (encoder or jpeg-encoder: off).",
                    encodings);
        }
    }

    /** Checks that {@code encoding} may be made from what the source gives. */
    void requireMade(Encoding encoding) throws UnavailableException {
        if (!deriver.makes(encoding)) {
            throw new UnavailableException(
                    UnavailableException.Kind.FORMAT,
                    "Camera " + config.id() + " makes no " + encoding
                            + ", as its configuration lets none be made (encoder or jpeg-encoder: off).",
                    offer.known());
        }
    }

    /**
     * Checks that nothing is known to be wrong now.
     *
     * @param watchers the number of those who watch the camera
     */
    void requirePossible(Interest interest, CameraState now, int watchers) throws UnavailableException {
        boolean heldByOthers = watchers > 0
                || config.running().run() == CameraConfig.Run.ALWAYS
                || source.awaited().isPresent();
        if (heldByOthers && now.failing()) {
            throw new UnavailableException(UnavailableException.Kind.LATER, now.reason(), offer.known());
        }
        Optional<String> trouble = interest.trouble().get();
        if (trouble.isPresent()) {
            throw new UnavailableException(UnavailableException.Kind.LATER, trouble.get(), offer.known());
        }
    }
}
