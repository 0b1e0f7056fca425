package dev.perch.source;

import java.util.Optional;

/**
 * The current state of a camera's sound card.
 *
 * @param device the card's ALSA name, as configured; if the camera's own card is configured, the one found last
 * @param capturing whether the card is open: while somebody listens, and for a while after
 * @param trouble why silence replaces the sound, as a sentence; empty if it does not
 * @param format of the current or last capture, for people; empty before the first
 * @param overruns how often sound was lost because it was read too late
 * @param silentFrames the AAC frames that were silent for lack of sound, in total
 */
public record CardFacts(
        String device, boolean capturing, String trouble, Optional<String> format, long overruns, long silentFrames) {}
