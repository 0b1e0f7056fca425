package dev.perch.audience;

import dev.perch.camera.Camera;
import dev.perch.media.Encoding;
import java.util.Optional;
import java.util.Set;

/** One who watches, over one connection. */
public interface Viewer {
    /** Ends the stream; called on any thread. */
    void shutDown();

    /** Returns the word by which figures count it: {@code mjpeg}, {@code mp4} and so on. */
    default String technique() {
        return "other";
    }

    /** Returns what is known of one who watches by MJPEG. */
    default Optional<StreamClient> client() {
        return Optional.empty();
    }

    /** Returns whether it shows {@code camera} in one of {@code encodings}. */
    boolean watches(Camera camera, Set<Encoding> encodings);
}
