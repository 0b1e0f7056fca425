package dev.perch.source;

import java.util.Optional;

/**
 * A camera's sound card at this moment.
 *
 * @param device its name for ALSA, as configured; the one found last, where the camera's own was asked for
 * @param capturing whether it is open: while somebody listens, and a little after
 * @param trouble why there is silence in the place of its sound, as a sentence; empty if there is none
 * @param format of what it captures or captured last, for people; empty before
 * @param overruns how often it had no room for its sound, which was late to be read
 * @param silentFrames how many AAC frames were silent because no sound had come, in all
 */
public record CardFacts(
        String device, boolean capturing, String trouble, Optional<String> format, long overruns, long silentFrames) {}
