package dev.perch.record;

import dev.perch.media.StreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * A fragment on its way to the disk: pictures from a key frame on, or a second's worth, with the sound that came with them. Times count from the
 * cutter's first frame. The pump fills it, then the disk's thread uses it.
 */
final class Cut {
    final Run video;
    final Run sound;

    StreamConfig.@Nullable H264 videoConfig;
    StreamConfig.@Nullable Aac soundConfig; // null without sound
    boolean key; // whether it begins with a key frame
    boolean apart; // whether the camera was away before it, so that a file begins with it
    boolean end; // marks the end of a recording; has no fragment
    long wallMicros; // when the first picture was captured

    Cut(Blocks blocks) {
        this.video = new Run(blocks);
        this.sound = new Run(blocks);
    }

    long startTicks() {
        return video.startTicks();
    }

    long endTicks() {
        return video.startTicks() + video.durationTicks();
    }

    /** Overwrites the bytes. */
    void erase() {
        video.erase();
        sound.erase();
    }

    void clear() {
        video.clear();
        sound.clear();
        videoConfig = null;
        soundConfig = null;
        key = false;
        apart = false;
        end = false;
    }
}
