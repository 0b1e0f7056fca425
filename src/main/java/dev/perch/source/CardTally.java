package dev.perch.source;

import dev.perch.alsa.PcmCapture;
import dev.perch.alsa.PcmFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The facts about a camera's sound card over all its sessions. Safe from any thread. */
final class CardTally {
    static final int USUAL_RATE_HZ = 48_000;

    private String device; // guarded by this, like all below
    private @Nullable PcmCapture capture; // the open one; null if none is
    private String trouble = "";
    private @Nullable PcmFormat format; // the last one
    private long overruns; // of captures that are closed
    private long silentFrames; // of tracks that have ended
    private long silentNow; // of the current track

    CardTally(String device) {
        this.device = device;
    }

    synchronized void opens(String found, PcmCapture present) {
        device = found;
        capture = present;
    }

    synchronized void started(PcmFormat agreed) {
        format = agreed;
    }

    synchronized void closed() {
        PcmCapture past = capture;
        capture = null;
        if (past != null) {
            overruns += past.overruns();
        }
    }

    /** Sets the trouble, a sentence or empty. Returns true if it is new. */
    synchronized boolean trouble(String sentence) {
        boolean news = !sentence.equals(trouble);
        trouble = sentence;
        return news;
    }

    /** Sets the number of the current track's silent frames. */
    synchronized void silent(long frames) {
        silentNow = frames;
    }

    /** Adds the silent frames of a track that has ended. */
    synchronized void ended(long frames) {
        silentFrames += frames;
        silentNow = 0;
    }

    /** Returns the last known format of the card. */
    synchronized Optional<PcmFormat> format() {
        return Optional.ofNullable(format);
    }

    synchronized CardFacts facts() {
        PcmCapture present = capture;
        return new CardFacts(
                device,
                present != null,
                trouble,
                format().map(PcmFormat::toString),
                overruns + (present == null ? 0 : present.overruns()),
                silentFrames + silentNow);
    }
}
