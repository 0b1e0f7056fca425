package dev.perch.web.live;

import dev.perch.audience.ViewerTracks;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.websocket.MessageFraming;
import dev.perch.websocket.MessageHeads;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One camera within a WebSocket: its position in the camera's feeds, and what the client knows of the camera. Used under the connection's lock. */
final class CameraChannel {
    /** The facts about a camera that a client is told when they change. */
    record Facts(CameraState state, String reason, Optional<StreamConfig> config, Optional<StreamConfig.Aac> sound) {}

    private final MessageHeads heads;
    private final Watch watch;
    private final @Nullable Watch sound;
    private final ViewerTracks tracks;
    private final MessageFraming framing;

    private boolean due = true;
    private Optional<StreamConfig> shown = Optional.empty(); // the configuration of the previous frame
    private Facts told;

    /**
     * Creates a channel, which reads nothing before {@link #next}.
     *
     * @param sound null if there is none, or none is wanted
     */
    CameraChannel(MessageHeads heads, Watch watch, @Nullable Watch sound, MessageFraming framing) {
        this.heads = heads;
        this.watch = watch;
        this.sound = sound;
        this.framing = framing;
        this.tracks = new ViewerTracks(watch, sound, framing.sound().orElse(null));
        this.told = facts();
    }

    /** Returns the camera's number in messages. */
    int number() {
        return heads.camera();
    }

    Camera camera() {
        return watch.camera();
    }

    /** Returns the name of the rendition shown. */
    String rendition() {
        return watch.cursor().feed().track().rendition();
    }

    /** Returns the watches of the pictures and, if there may be sound, of the sound. */
    List<Watch> watches() {
        return sound == null ? List.of(watch) : List.of(watch, sound);
    }

    private Cursor held() {
        return tracks.held();
    }

    Outgoing outgoing() {
        return held().outgoing();
    }

    /** Makes {@link #next} look for a frame again. */
    void frameMayBeThere() {
        due = true;
    }

    /** Lays out the next frame. Returns false when there is none yet. */
    boolean next(long nowNanos) throws FrameLostException {
        while (due && tracks.knowsOfSound(nowNanos) && tracks.advance(nowNanos)) {
            boolean begun = shown.isPresent() || tracks.holdsPicture();
            if (begun && framing.wants(held().frame())) {
                framing.frame(held(), outgoing());
                return true;
            }
        }
        due = false;
        return false;
    }

    /** Returns what the client must have before the laid out frame; empty if the stream continues. */
    Bytes opening() {
        Frame frame = held().frame();
        if (!tracks.holdsPicture()) {
            return Bytes.empty();
        }
        boolean same = shown.isPresent() && shown.get() == frame.config();
        boolean another = !same && !(shown.isPresent() && shown.get().equals(frame.config()));
        if (!same) {
            shown = Optional.of(frame.config());
        }
        return another ? heads.opening(frame, tracks.sound()) : Bytes.empty();
    }

    /** Returns the capture time of the laid out frame. */
    long capturedNanos() {
        return held().frame().time().decodeNanos();
    }

    /** Releases the frame, written or not. */
    void release() {
        outgoing().clear();
        held().release();
    }

    Facts told() {
        return told;
    }

    /** Returns whether the facts have changed, and stores the new ones for {@link #told}. */
    boolean hasNews() {
        CameraState state = camera().state();
        String reason = reason(state);
        Optional<StreamConfig> config = config();
        boolean known = told.state().equals(state)
                && told.reason().equals(reason)
                && told.config().equals(config)
                && told.sound().equals(tracks.sound());
        if (!known) {
            told = new Facts(state, reason, config, tracks.sound());
        }
        return !known;
    }

    private Facts facts() {
        CameraState state = camera().state();
        return new Facts(state, reason(state), config(), tracks.sound());
    }

    private String reason(CameraState state) {
        String reason = state.reason();
        return reason.isEmpty() ? watch.trouble().orElse("") : reason;
    }

    /**
     * Returns the configuration of the frames that come next; a frame of an older one may still be on its way. If there may be sound, it is empty
     * until the sound's configuration is known or the first picture goes out, because the client creates its decoder once, for both.
     */
    private Optional<StreamConfig> config() {
        if (shown.isPresent()) {
            return shown;
        }
        return sound == null || tracks.sound().isPresent()
                ? watch.cursor().feed().config()
                : Optional.empty();
    }
}
