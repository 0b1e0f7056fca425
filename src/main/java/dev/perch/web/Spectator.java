package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.media.Encoding;
import java.util.Set;

/** Somebody who watches, by one connection. */
public interface Spectator {
    /** Ends the answer, on any thread. */
    void shutDown();

    /** Whether it shows {@code camera} in one of {@code encodings}. */
    boolean watches(Camera camera, Set<Encoding> encodings);
}
