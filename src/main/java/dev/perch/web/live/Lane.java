package dev.perch.web.live;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.feed.Outlet;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.websocket.MessageFraming;
import dev.perch.websocket.MessageHeads;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** One camera within a WebSocket: its own position in its feed, and what the client knows of it. Used under the connection's lock. */
final class Lane implements Outlet {
    /** What a client is told of a camera, when it differs from what it was told before. */
    record Facts(CameraState state, String reason, Optional<StreamConfig> config) {}

    private final MessageHeads heads;
    private final Watch watch;
    private final MessageFraming framing;
    private final ObjLongConsumer<Lane> onDeliver;

    private boolean due = true;
    private @Nullable StreamConfig shown; // the configuration of the frame before
    private Facts told;

    /** @param onDeliver what the camera's pump calls, with the time on the monotonic clock */
    Lane(MessageHeads heads, Watch watch, MessageFraming framing, ObjLongConsumer<Lane> onDeliver) {
        this.heads = heads;
        this.watch = watch;
        this.framing = framing;
        this.onDeliver = onDeliver;
        this.told = facts();
    }

    @Override
    public void deliver(long nowNanos) {
        onDeliver.accept(this, nowNanos);
    }

    /** Its camera's number in messages. */
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

    /** There may be a frame that it has not had. */
    void frameMayBeThere() {
        due = true;
    }

    /**
     * Lays out the next frame.
     *
     * @return false when there is none yet
     */
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

    /** What the client must have before the frame that is laid out; empty when the stream goes on as it was. */
    Bytes opening() {
        Frame frame = cursor().frame();
        boolean another = frame.config() != shown && !frame.config().equals(shown);
        shown = frame.config();
        return another ? heads.opening(frame) : Bytes.empty();
    }

    /** Lets go of the frame, written or not. */
    void release() {
        outgoing().clear();
        cursor().release();
    }

    Facts told() {
        return told;
    }

    /** Whether there is something new to tell of the camera, which {@link #told} is from then on. */
    boolean hasNews() {
        Facts now = facts();
        boolean news = !now.equals(told);
        told = now;
        return news;
    }

    /** Of the configuration, what the next frames will have: a frame of an older one may still be on its way. */
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
