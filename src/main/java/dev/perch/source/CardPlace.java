package dev.perch.source;

import dev.perch.media.CaptureException;

/** Finds the sound card of a camera, anew at each call. */
interface CardPlace {
    /**
     * Returns the card's ALSA name.
     *
     * @throws CaptureException if there is no card
     */
    String find() throws CaptureException;
}
