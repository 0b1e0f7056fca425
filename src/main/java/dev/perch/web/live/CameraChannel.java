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
    private Optional<StreamConfig> shown = Optional.empty(); // the configuration of the frame before
    private Facts told;

    /**
     * Reads nothing before {@link #next}.
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

    /** The camera's number in messages. */
    int number() {
        return heads.camera();
    }

    Camera camera() {
        return watch.camera();
    }

    /** Returns the name of the rendition whose pictures it shows. */
    String rendition() {
        return watch.cursor().feed().track().rendition();
    }

    /** Returns what it watches: the pictures, and the sound if there may be any. */
    List<Watch> watches() {
        return sound == null ? List.of(watch) : List.of(watch, sound);
    }

    private Cursor held() {
        return tracks.held();
    }

    Outgoing outgoing() {
        return held().outgoing();
    }

    /** Makes {@link #next} look for a frame again: there may be one. */
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

    /** Returns what the client must have before the frame that is laid out; empty if the stream goes on as it was. */
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

    /** Returns when the frame that is laid out was captured. */
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

    /** Returns whether the facts have changed, and takes the new ones for {@link #told}. */
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
     * The configuration is that of the frames that the client gets next: a frame of an older one may still be on its way. Where there may be sound, it is not
     * told before the sound's is known or the first picture goes out, for the client makes its decoder once, of both.
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
