package dev.perch.window;

import dev.perch.cmaf.KeyFrameRequests;
import dev.perch.cmaf.Numbering;
import dev.perch.cmaf.SegmentSettings;
import dev.perch.cmaf.Segmenter;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.Interleave;
import dev.perch.media.FrameTime;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills one camera's window from its H.264 feed, alone or with the sound in the same segments. One presentation follows the other, and their numbers
 * go on.
 *
 * <p>Driven by one thread at a time; any thread may read the window.
 */
final class WindowFiller {
    private static final System.Logger LOG = System.getLogger(WindowFiller.class.getName());
    private static final int VIDEO = 0;
    private static final int SOUND = 1;

    private final SegmentSettings cut;
    private final WindowSettings settings;
    private final ArenaPool pool;
    private final KeyFrameRequests requests;
    private final @Nullable CommonOrigin origin; // null for a camera without renditions
    private Numbering numbering = Numbering.START;
    private @Nullable Segmenter segmenter;
    private int tracks; // the number of tracks of the current presentation
    private volatile @Nullable SegmentWindow window; // written by the driving thread, read by everybody
    private volatile String refusal = ""; // likewise
    private volatile long dropped; // likewise

    /**
     * Creates a filler without a window.
     *
     * @param origin shared with the camera's other renditions; null if there are none
     */
    WindowFiller(
            SegmentSettings cut,
            WindowSettings settings,
            ArenaPool pool,
            KeyFrameRequests requests,
            @Nullable CommonOrigin origin) {
        this.origin = origin;
        this.cut = cut;
        this.settings = settings;
        this.pool = pool;
        this.requests = requests;
    }

    /** Returns the window; empty before the first frame and after {@link #end}. */
    Optional<SegmentWindow> window() {
        return Optional.ofNullable(window);
    }

    /** Returns why there was no memory for the last frame, as a sentence; empty when there was. */
    String refusal() {
        return refusal;
    }

    /** Returns the number of frames of the current presentation that are in no segment. */
    long dropped() {
        return dropped;
    }

    /** Takes all pictures of {@code cursor}. Called under the owner's lock. */
    void drain(Cursor cursor) {
        while (cursor.advance()) {
            take(cursor, Optional.empty(), /* soundAwaited= */ false);
        }
    }

    /**
     * Takes all frames of pictures and sound into shared segments. Called under the owner's lock.
     *
     * @param sound the configuration of the sound; empty if unknown
     * @param soundAwaited whether no presentation may begin before the sound is known
     */
    void drain(Interleave frames, Optional<StreamConfig> sound, boolean soundAwaited, long nowNanos) {
        while (frames.advance(nowNanos)) {
            take(frames.cursor(), sound, soundAwaited && sound.isEmpty());
        }
    }

    private void take(Cursor cursor, Optional<StreamConfig> sound, boolean soundAwaited) {
        boolean picture = cursor.encoding().medium() == Medium.VIDEO;
        int track = picture ? VIDEO : SOUND;
        if (segmenter != null && track >= tracks) {
            end(); // there was no sound when the presentation began
        }
        Segmenter current = segmenter;
        if (current == null) {
            boolean early = origin != null && origin.follows(cursor.frame().time());
            if (!picture || soundAwaited || early || !cursor.frame().key()) {
                return;
            }
            current = begin(cursor.frame(), sound);
        }
        if (origin != null) {
            current.keepUpWith(origin.discontinuities(current.discontinuities()));
        }
        current.frame(track, cursor.frame(), cursor.jumped(), new CursorPayload(cursor));
        cursor.release();
        tell(current.refusal());
        dropped = current.dropped();
    }

    private Segmenter begin(Frame first, Optional<StreamConfig> sound) {
        List<StreamConfig> configs = new ArrayList<>(List.of(first.config()));
        sound.ifPresent(configs::add);
        FrameTime zero = origin == null ? first.time() : origin.join(first.time());
        Numbering from = origin == null
                ? numbering
                : new Numbering(numbering.nextNumber(), origin.discontinuities(numbering.discontinuities()));
        SegmentWindow empty = new SegmentWindow(settings, pool, PresentationName.fresh(), from.nextNumber(), zero);
        Segmenter begun = new Segmenter(cut, empty, from, zero, configs, requests);
        segmenter = begun;
        tracks = configs.size();
        window = empty;
        return begun;
    }

    /** Makes the next segment begin with a discontinuity. */
    void breakOff() {
        Segmenter current = segmenter;
        if (current != null) {
            current.breakOff();
        }
    }

    private void tell(String sentence) {
        if (refusal.isEmpty() && !sentence.isEmpty()) {
            LOG.log(Level.WARNING, CameraConfig.called(settings.camera()) + ": HLS and DASH skip frames: " + sentence);
        }
        refusal = sentence;
    }

    /** Sets why the camera gives no frames; empty when it gives them again. */
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

    /** Overwrites and drops all segments. The next one follows a discontinuity. */
    void erase() {
        Segmenter current = segmenter;
        SegmentWindow filled = window;
        if (current != null && filled != null) {
            current.breakOff();
            filled.erase();
        }
    }

    /** Ends the presentation. Another one may begin. */
    void end() {
        Segmenter current = segmenter;
        SegmentWindow filled = window;
        if (current != null && filled != null) {
            current.close();
            filled.end();
            if (origin != null) {
                origin.leave();
            }
            numbering = current.next();
            segmenter = null;
            window = null;
            refusal = "";
        }
    }
}
