package dev.perch.audience;

import dev.perch.camera.Watch;
import dev.perch.feed.Cursor;
import dev.perch.feed.Interleave;
import dev.perch.media.StreamConfig;
import dev.perch.progressive.CarriesSound;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tracks of a camera that one viewer reads: pictures, and sound if there is any. Used under the viewer's lock. */
public final class ViewerTracks {
    /** A sound card and its encoder need less; a browser shows nothing while this wait lasts. */
    private static final long MOST_WAIT_FOR_SOUND_NANOS = 1_000_000_000L;

    private final Cursor pictures;
    private final @Nullable CarriesSound framing;
    private @Nullable Watch undecided; // of the sound, until it is known whether any comes
    private @Nullable Interleave both; // both tracks, if there is sound
    private Cursor held; // the one whose frame is laid out
    private long soundDueNanos; // when the sound is no longer awaited; 0 before the first picture
    private StreamConfig.@Nullable Aac sound;

    /**
     * Creates the reader.
     *
     * @param pictures of the camera
     * @param sound of the same camera; null if there is none, or none is wanted
     * @param framing learns of the sound when it is known; null if there can be none
     */
    public ViewerTracks(Watch pictures, @Nullable Watch sound, @Nullable CarriesSound framing) {
        this.pictures = pictures.cursor();
        this.held = this.pictures;
        this.undecided = sound;
        this.framing = framing;
    }

    /** Returns the cursor that holds the frame being laid out; the pictures' cursor if none is held. */
    public Cursor held() {
        return held;
    }

    /** Returns whether the held frame is a picture. */
    public boolean holdsPicture() {
        return held == pictures;
    }

    /** Returns the configuration of the sound; empty if there is none, or it is not known. */
    public Optional<StreamConfig.Aac> sound() {
        return Optional.ofNullable(sound);
    }

    /**
     * Returns whether it is known if there is sound, so that the viewer can begin: the first picture decides. Announced sound that does not come is
     * awaited for a second at most.
     */
    public boolean knowsOfSound(long nowNanos) {
        Watch asked = undecided;
        CarriesSound listener = framing;
        if (asked == null || listener == null) {
            return true;
        }
        if (!pictures.hasNext()) {
            return false;
        }
        soundDueNanos = soundDueNanos == 0 ? nowNanos + MOST_WAIT_FOR_SOUND_NANOS : soundDueNanos;
        Optional<StreamConfig.Aac> config = asked.camera().sound().config();
        if (config.isPresent()) {
            sound = config.get();
            listener.hear(config.get());
            both = Interleave.eager(List.of(pictures, asked.cursor()), nowNanos);
        } else if (!asked.camera().sound().possible() || nowNanos - soundDueNanos > 0) {
            asked.close();
        } else {
            return false;
        }
        undecided = null;
        return true;
    }

    /** Holds the next frame of either track. Returns false when there is none yet. */
    public boolean advance(long nowNanos) {
        Interleave tracks = both;
        if (tracks == null) {
            return pictures.advance();
        }
        boolean advanced = tracks.advance(nowNanos);
        held = advanced ? tracks.cursor() : pictures;
        return advanced;
    }
}
