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
    /** The header by which a Perch that relays a stream names the relays that it asks for, separated by commas. */
    String RELAY_HEADER = "Perch-Relay";

    /** Returns the name in pages and errors: {@code /dev/video0}, {@code demo}. */
    String description();

    /**
     * Returns the formats that a session will deliver, asking the device without starting it. May block as long as the device does.
     *
     * @throws CaptureException when the device is absent, not permitted, or gives no format that is served or configured
     */
    Set<PixelFormat> delivers() throws CaptureException;

    /**
     * Returns the formats that a session will deliver, as far as they are known without asking; a source may learn more from run to run. Empty for a
     * source that must ask a device. Never waits.
     */
    default Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.empty();
    }

    /**
     * Returns whether a session gives sound, as far as is known; a source may learn it from run to run. {@link SoundProspect#NONE} too if the
     * configuration says {@code audio: off}. Never waits.
     */
    default SoundProspect sound() {
        return SoundProspect.NONE;
    }

    /** Returns the publisher's side of a source that begins by itself; empty for one that viewers start. Never waits. */
    default Optional<Awaited> awaited() {
        return Optional.empty();
    }

    /** Returns which parts of the input must be encoded first, as a sentence; empty if none. Never waits. */
    default String conversion() {
        return "";
    }

    /**
     * Starts a session on its own thread and returns at once. {@link SourceOutput#ended} reports a device that cannot be opened.
     *
     * @param output receives the frames, on the session's thread only
     */
    Session start(SourceOutput output);

    /** Returns the state of the sound card beside its pictures; empty for a source that has none. */
    default Optional<CardFacts> soundCard() {
        return Optional.empty();
    }

    /**
     * Returns whether {@code chain} names this relay, so that it would be shown its own stream.
     *
     * @param chain the value of {@value #RELAY_HEADER}
     */
    default boolean leadsBack(String chain) {
        return false;
    }

    /**
     * Records that relays watch, so that a loop is recognized.
     *
     * @param chain the value of {@value #RELAY_HEADER}
     * @return must be run when they leave
     */
    default Runnable watchedBy(String chain) {
        return () -> {};
    }

    /** Returns the controls of the device; empty for a source without one. */
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

        /** Returns the session's counts so far. Any thread. */
        SessionStats stats();
    }
}
