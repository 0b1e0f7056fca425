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
import org.jspecify.annotations.Nullable;

/** One camera within a WebSocket: its position in the camera's feed, and what the client knows of the camera. Used under the connection's lock. */
final class CameraChannel {
    /** The facts about a camera that a client is told when they change. */
    record Facts(CameraState state, String reason, Optional<StreamConfig> config) {}

    private final MessageHeads heads;
    private final Watch watch;
    private final MessageFraming framing;

    private boolean due = true;
    private @Nullable StreamConfig shown; // the configuration of the frame before
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
        boolean another = frame.config() != shown && !frame.config().equals(shown);
        shown = frame.config();
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
        Facts now = facts();
        boolean news = !now.equals(told);
        told = now;
        return news;
    }

    /** The configuration is that of the frames that the client gets next: a frame of an older one may still be on its way. */
    private Facts facts() {
        CameraState state = camera().state();
        String reason = state.reason();
        return new Facts(
                state,
                reason.isEmpty() ? camera().trouble(heads.format().encoding()).orElse("") : reason,
                Optional.ofNullable(shown)
                        .or(() -> camera().feed(heads.format().encoding()).config()));
    }
}
