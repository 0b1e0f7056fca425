package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Where one camera's frames come from. One instance a camera, for the camera's whole life; each start makes a session of its own.
 *
 * <p>{@link #delivers} may wait for the device and is never called on a viewer's thread; {@link #start} returns at once.
 */
public interface Source {
    /** What pages and errors call it: {@code /dev/video0}, {@code demo}. */
    String description();

    /**
     * The formats that a session will deliver, by asking the device without starting it. May block as long as the device does.
     *
     * @throws CaptureException when the device is absent, not permitted, or gives no format that is served or configured
     */
    Set<PixelFormat> delivers() throws CaptureException;

    /**
     * What {@link #delivers} would say, from a source that never has to ask and may learn more from run to run; empty from one that asks a
     * device. Never waits.
     */
    default Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.empty();
    }

    /**
     * Starts a session on a thread of its own and returns at once; a device that cannot be opened is told by {@link SourceOutput#ended}.
     *
     * @param output where the frames go; called on the session's thread only
     */
    Session start(SourceOutput output);

    /** The controls of what it captures from; empty for a source that has none. */
    default Optional<SourceControls> controls() {
        return Optional.empty();
    }

    /** One run of the source, from open to close. */
    interface Session {
        /** Asks for a key frame that somebody waits for, where the source can be asked; never waits. */
        void requestKeyFrame();

        /** Asks for a key frame that nobody waits for, where the source can be asked; never waits. */
        default void suggestKeyFrame() {
            requestKeyFrame();
        }

        /** Asks the session to end; returns at once. {@link SourceOutput#ended} tells when the device is closed. Idempotent. */
        void stop();

        /** What the session counted so far; safe from any thread. */
        SessionStats stats();
    }
}
