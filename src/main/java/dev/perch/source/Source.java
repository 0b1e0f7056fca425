package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The source of one camera's frames: one instance for the camera's whole life. Each start makes a session of its own.
 *
 * <p>{@link #delivers} may wait for the device and is never called on a viewer's thread; {@link #start} returns at once.
 */
public interface Source {
    /** The header of a request by which a Perch asks another one for a stream: the relays for which it is, parted by commas. */
    String RELAY_HEADER = "Perch-Relay";

    /** Returns its name in pages and errors: {@code /dev/video0}, {@code demo}. */
    String description();

    /**
     * Returns the formats that a session will deliver, asking the device without starting it. May block as long as the device does.
     *
     * @throws CaptureException when the device is absent, not permitted, or gives no format that is served or configured
     */
    Set<PixelFormat> delivers() throws CaptureException;

    /**
     * Returns what {@link #delivers} would, for a source that never has to ask and may learn more from run to run; empty for one that asks a device.
     * Never waits.
     */
    default Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.empty();
    }

    /**
     * Returns whether a session gives sound, as far as is known; a source may learn it from run to run. One that can give sound returns {@link SoundProspect#NONE}
     * too if its configuration says {@code audio: off}. Never waits.
     */
    default SoundProspect sound() {
        return SoundProspect.NONE;
    }

    /** Returns the publisher's side of a source that begins by itself; empty for one that is started by those who watch. Never waits. */
    default Optional<Awaited> awaited() {
        return Optional.empty();
    }

    /** Returns what of its input has to be encoded before it can be given, as a sentence; empty if nothing has. Never waits. */
    default String conversion() {
        return "";
    }

    /**
     * Starts a session on a thread of its own and returns at once. {@link SourceOutput#ended} reports a device that cannot be opened.
     *
     * @param output takes the frames; called on the session's thread only
     */
    Session start(SourceOutput output);

    /** Returns the state of the sound card beside its pictures; empty for a source that has none. */
    default Optional<CardFacts> soundCard() {
        return Optional.empty();
    }

    /**
     * Returns whether this is one of the relays that {@code chain} names: whoever asks in their name would be shown what it shows itself.
     *
     * @param chain the value of {@value #RELAY_HEADER}
     */
    default boolean leadsBack(String chain) {
        return false;
    }

    /**
     * Notes that relays watch, so that a stream that leads back to one of them is told by whoever gives it.
     *
     * @param chain the value of {@value #RELAY_HEADER}
     * @return to be run when they leave
     */
    default Runnable watchedBy(String chain) {
        return () -> {};
    }

    /** Returns the controls of its device; empty for a source that has none. */
    default Optional<SourceControls> controls() {
        return Optional.empty();
    }

    /** One run of the source, from open to close. */
    interface Session {
        /** Asks for a key frame that somebody waits for, if the source can be asked. Never waits. */
        void requestKeyFrame();

        /** Asks for a key frame that nobody waits for, if the source can be asked. Never waits. */
        default void suggestKeyFrame() {
            requestKeyFrame();
        }

        /** Asks the session to end and returns at once. {@link SourceOutput#ended} is called when the device is closed. Idempotent. */
        void stop();

        /** Returns what the session counted so far. Any thread. */
        SessionStats stats();
    }
}
