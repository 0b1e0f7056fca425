package dev.perch.cmaf;

import dev.perch.feed.Cursor;
import dev.perch.feed.Destination;
import dev.perch.feed.FrameLostException;
import dev.perch.memory.ArenaPool;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One camera's packager: reads a viewer's position of its H.264 feed while it is driven, and counts on from run to run.
 *
 * <p>Driven by one thread at a time; the window may be read by any.
 */
public final class SegmentRun {
    private final SegmentSettings settings;
    private final ArenaPool pool;
    private final Runnable wantKeyFrame;
    private Segmenter.Numbering numbering;
    private @Nullable Segmenter segmenter;
    private volatile @Nullable SegmentWindow window; // written by the driving thread, read by everybody
    private volatile String refusal = ""; // likewise
    private volatile long dropped; // likewise

    /** @param wantKeyFrame asks the encoder for a key frame, where it can be asked */
    public SegmentRun(SegmentSettings settings, ArenaPool pool, Runnable wantKeyFrame) {
        this.settings = settings;
        this.pool = pool;
        this.wantKeyFrame = wantKeyFrame;
        this.numbering = new Segmenter.Numbering(name(), 0, 0);
    }

    /** Caches keep segments for ever, so no two runs may share a name, those before a restart included. */
    private static String name() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** The window, once the first frame has come; none after {@link #end}. */
    public Optional<SegmentWindow> window() {
        return Optional.ofNullable(window);
    }

    /** Why there was no memory for the last frame; empty when there was. */
    public String refusal() {
        return refusal;
    }

    /** Frames that came into no segment, of the present run. */
    public long dropped() {
        return dropped;
    }

    /** Takes all frames that {@code cursor} has; its owner calls under its own lock. */
    public void drain(Cursor cursor) {
        CursorPayload payload = new CursorPayload(cursor);
        while (cursor.advance()) {
            Segmenter current = segmenter;
            if (current == null) {
                if (!cursor.frame().key()) {
                    continue;
                }
                current = new Segmenter(settings, pool, numbering, cursor.frame(), wantKeyFrame);
                segmenter = current;
                window = current.window();
            }
            current.frame(cursor.frame(), cursor.jumped(), payload);
            cursor.release();
            refusal = current.refusal();
            dropped = current.dropped();
        }
    }

    /** The camera is away for {@code reason}, or back when that is empty. */
    public void away(String reason) {
        Segmenter current = segmenter;
        if (current != null) {
            if (!reason.isEmpty()) {
                current.breakOff();
            }
            current.window().away(reason);
        }
    }

    /** Ends the run; another one may begin. */
    public void end() {
        Segmenter current = segmenter;
        if (current != null) {
            current.close();
            numbering = current.next(name());
            segmenter = null;
            window = null;
            refusal = "";
        }
    }

    private record CursorPayload(Cursor cursor) implements FramePayload {
        @Override
        public void copy(int start, int end, Destination destination) throws FrameLostException, IOException {
            cursor.outgoing().clear();
            cursor.outgoing().addPayload(start, end);
            cursor.outgoing().writeTo(destination, end - start);
            cursor.outgoing().clear();
        }
    }
}
