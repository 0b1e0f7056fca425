package dev.perch.window;

import dev.perch.cmaf.SegmentSettings;
import dev.perch.cmaf.SoundSegmenter;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Cursor;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills the window of a camera's sound beside that of its pictures: one presentation for each presentation of pictures.
 *
 * <p>Driven by the thread that fills the pictures' window, after each filling; any thread may read the window.
 */
final class SoundFiller {
    private static final System.Logger LOG = System.getLogger(SoundFiller.class.getName());

    private final SegmentSettings cut;
    private final WindowSettings settings;
    private final ArenaPool pool;
    private @Nullable SoundSegmenter segmenter;
    private String pictures = ""; // the name of the pictures' presentation
    private boolean held; // whether the cursor holds a frame that the pictures have not reached
    private boolean breaking; // whether a requested discontinuity is still to come
    private String refusal = "";
    private volatile @Nullable SegmentWindow window; // written by the driving thread, read by everybody

    SoundFiller(SegmentSettings cut, WindowSettings settings, ArenaPool pool) {
        this.cut = cut;
        this.settings = settings;
        this.pool = pool;
    }

    /** Returns the window; empty before the sound is described and pictures have come, and after {@link #end}. */
    Optional<SegmentWindow> window() {
        return Optional.ofNullable(window);
    }

    /**
     * Takes all frames of {@code cursor} up to where the pictures are.
     *
     * @param beside the pictures
     * @param breakOff makes the next segment of the pictures begin with a discontinuity
     */
    void drain(Cursor cursor, WindowView beside, Runnable breakOff) {
        if (segmenter != null && !pictures.equals(beside.presentation())) {
            end();
        }
        SoundSegmenter current = segmenter;
        if (current == null) {
            current = begin(cursor, beside).orElse(null);
        }
        if (current == null) {
            return;
        }
        if (!current.beside(beside.listed(), beside.geometry(), beside.keyFrameNext())) {
            end();
            return;
        }
        CursorPayload payload = new CursorPayload(cursor);
        while (held || cursor.advance()) {
            held = true;
            boolean breaks = current.needsBreak(cursor.frame());
            if (!breaks && !current.reached(cursor.frame())) {
                return;
            }
            if (breaks && !breaking) {
                breakOff.run();
            }
            breaking = breaks;
            current.frame(cursor.frame(), payload);
            cursor.release();
            held = false;
            tell(current.refusal());
        }
    }

    private Optional<SoundSegmenter> begin(Cursor cursor, WindowView beside) {
        boolean described = cursor.feed().config().orElse(null) instanceof StreamConfig.Aac;
        if (!described || beside.listed().isEmpty()) {
            return Optional.empty();
        }
        StreamConfig.Aac config = (StreamConfig.Aac) cursor.feed().config().orElseThrow();
        if (!SoundSegmenter.fits(config)) {
            tell("no silence can be made of " + config.channels() + " channels");
            return Optional.empty();
        }
        FrameTime origin = new FrameTime(beside.originNanos(), beside.originWallMicros());
        long first = beside.listed().get(0).number();
        SegmentWindow empty = new SegmentWindow(settings, pool, PresentationName.fresh(), first, origin);
        SoundSegmenter begun = new SoundSegmenter(cut, empty, origin, config);
        segmenter = begun;
        window = empty;
        pictures = beside.presentation();
        return Optional.of(begun);
    }

    private void tell(String sentence) {
        if (refusal.isEmpty() && !sentence.isEmpty()) {
            LOG.log(Level.WARNING, CameraConfig.called(settings.camera()) + ": HLS and DASH lack sound: " + sentence);
        }
        refusal = sentence;
    }

    /** Ends the presentation. Another one may begin. */
    void end() {
        SoundSegmenter current = segmenter;
        SegmentWindow filled = window;
        if (current != null && filled != null) {
            current.close();
            filled.end();
            segmenter = null;
            window = null;
        }
    }

    /**
     * Overwrites all segments. The presentation continues beside that of the pictures, because a number must never mean another segment (RFC 8216bis
     * §6.2.2).
     */
    void erase() {
        SegmentWindow filled = window;
        if (filled != null) {
            filled.erase();
        }
    }

    /** Forgets the cursor, which is about to be closed. */
    void leave() {
        held = false;
    }
}
