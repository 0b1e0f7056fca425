package dev.perch.web.live;

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
import java.util.Optional;

/** One camera within a WebSocket: its position in the camera's feed, and what the client knows of the camera. Used under the connection's lock. */
final class CameraChannel {
    /** The facts about a camera that a client is told when they change. */
    record Facts(CameraState state, String reason, Optional<StreamConfig> config) {}

    private final MessageHeads heads;
    private final Watch watch;
    private final MessageFraming framing;

    private boolean due = true;
    private Optional<StreamConfig> shown = Optional.empty(); // the configuration of the frame before
    private Facts told;

    CameraChannel(MessageHeads heads, Watch watch, MessageFraming framing) {
        this.heads = heads;
        this.watch = watch;
        this.framing = framing;
        this.told = facts();
    }

    /** The camera's number in messages. */
    int number() {
        return heads.camera();
    }

    Camera camera() {
        return watch.camera();
    }

    Watch watch() {
        return watch;
    }

    private Cursor cursor() {
        return watch.cursor();
    }

    Outgoing outgoing() {
        return cursor().outgoing();
    }

    /** Makes {@link #next} look for a frame again: there may be one. */
    void frameMayBeThere() {
        due = true;
    }

    /** Lays out the next frame. Returns false when there is none yet. */
    boolean next() throws FrameLostException {
        while (due && cursor().advance()) {
            if (framing.wants(cursor().frame())) {
                framing.frame(cursor(), outgoing());
                return true;
            }
        }
        due = false;
        return false;
    }

    /** Returns what the client must have before the frame that is laid out; empty if the stream goes on as it was. */
    Bytes opening() {
        Frame frame = cursor().frame();
        boolean same = shown.isPresent() && shown.get() == frame.config();
        boolean another = !same && !(shown.isPresent() && shown.get().equals(frame.config()));
        if (!same) {
            shown = Optional.of(frame.config());
        }
        return another ? heads.opening(frame) : Bytes.empty();
    }

    /** Releases the frame, written or not. */
    void release() {
        outgoing().clear();
        cursor().release();
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
                && told.config().equals(config);
        if (!known) {
            told = new Facts(state, reason, config);
        }
        return !known;
    }

    private Facts facts() {
        CameraState state = camera().state();
        return new Facts(state, reason(state), config());
    }

    private String reason(CameraState state) {
        String reason = state.reason();
        return reason.isEmpty() ? watch.trouble().orElse("") : reason;
    }

    /** The configuration is that of the frames that the client gets next: a frame of an older one may still be on its way. */
    private Optional<StreamConfig> config() {
        return shown.isPresent() ? shown : cursor().feed().config();
    }
}
