package dev.perch.audience;

import dev.perch.camera.Camera;
import dev.perch.media.Encoding;
import java.util.Optional;
import java.util.Set;

/** A viewer on one connection. */
public interface Viewer {
    /** Ends the stream. Called on any thread. */
    void shutDown();

    /** Returns the technique's word for statistics: {@code mjpeg}, {@code mp4} and so on. */
    default String technique() {
        return "other";
    }

    /** Returns the facts about a viewer by MJPEG; empty for others. */
    default Optional<StreamClient> client() {
        return Optional.empty();
    }

    /** Returns whether this viewer shows {@code camera} in one of {@code encodings}. */
    boolean watches(Camera camera, Set<Encoding> encodings);
}
