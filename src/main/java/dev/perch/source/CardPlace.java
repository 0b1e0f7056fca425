package dev.perch.source;

import dev.perch.media.CaptureException;

/** Finds the sound card of a camera, each time anew. */
interface CardPlace {
    /**
     * Returns its name for ALSA.
     *
     * @throws CaptureException if there is none
     */
    String find() throws CaptureException;
}
