package dev.perch.window;

import dev.perch.cmaf.FramePayload;
import dev.perch.cmaf.KeyFrameRequests;
import dev.perch.cmaf.Numbering;
import dev.perch.cmaf.SegmentSettings;
import dev.perch.cmaf.Segmenter;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Cursor;
import dev.perch.feed.Destination;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.memory.ArenaPool;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fills one camera's window from a cursor of its H.264 feed, one presentation after the other, whose numbers go on.
 *
 * <p>Driven by one thread at a time; the window may be read by any.
 */
final class WindowFiller {
    private static final System.Logger LOG = System.getLogger(WindowFiller.class.getName());
    private static final int VIDEO = 0; // the one track

    private final SegmentSettings cut;
    private final WindowSettings settings;
    private final ArenaPool pool;
    private final KeyFrameRequests requests;
    private Numbering numbering = Numbering.START;
    private @Nullable Segmenter segmenter;
    private volatile @Nullable SegmentWindow window; // written by the driving thread, read by everybody
    private volatile String refusal = ""; // likewise
    private volatile long dropped; // likewise

    WindowFiller(SegmentSettings cut, WindowSettings settings, ArenaPool pool, KeyFrameRequests requests) {
        this.cut = cut;
        this.settings = settings;
        this.pool = pool;
        this.requests = requests;
    }

    /** Returns a name for a presentation. Caches keep segments for ever, so no two may share one, not even over a restart. */
    private static String name() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** Returns the window, once the first frame has come; none after {@link #end}. */
    Optional<SegmentWindow> window() {
        return Optional.ofNullable(window);
    }

    /** Returns why there was no memory for the last frame, a sentence; empty when there was. */
    String refusal() {
        return refusal;
    }

    /** Returns how many frames of the present presentation came into no segment. */
    long dropped() {
        return dropped;
    }

    /** Takes all frames that {@code cursor} has; its owner calls under its own lock. */
    void drain(Cursor cursor) {
        CursorPayload payload = new CursorPayload(cursor);
        while (cursor.advance()) {
            Segmenter current = segmenter;
            if (current == null) {
                if (!cursor.frame().key()) {
                    continue;
                }
                current = begin(cursor.frame());
            }
            current.frame(VIDEO, cursor.frame(), cursor.jumped(), payload);
            cursor.release();
            tell(current.refusal());
            dropped = current.dropped();
        }
    }

    private Segmenter begin(Frame first) {
        SegmentWindow empty = new SegmentWindow(settings, pool, name(), numbering.nextNumber(), first.time());
        Segmenter begun = new Segmenter(cut, empty, numbering, first.time(), List.of(first.config()), requests);
        segmenter = begun;
        window = empty;
        return begun;
    }

    private void tell(String sentence) {
        if (refusal.isEmpty() && !sentence.isEmpty()) {
            LOG.log(Level.WARNING, CameraConfig.called(settings.camera()) + ": HLS and DASH skip frames: " + sentence);
        }
        refusal = sentence;
    }

    /** Tells why the camera gives no frames; empty when it gives them again. */
    void away(String reason) {
        Segmenter current = segmenter;
        SegmentWindow filled = window;
        if (current != null && filled != null) {
            if (!reason.isEmpty()) {
                current.breakOff();
            }
            filled.away(reason);
        }
    }

    /** Ends the presentation; another one may begin. */
    void end() {
        Segmenter current = segmenter;
        SegmentWindow filled = window;
        if (current != null && filled != null) {
            current.close();
            filled.end();
            numbering = current.next();
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
