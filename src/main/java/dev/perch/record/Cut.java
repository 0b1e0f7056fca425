package dev.perch.record;

import dev.perch.media.StreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * A fragment on its way to the disk: pictures from a key frame, or a second's, with the sound that came with them. Its times count from the cutter's first frame. Made by the pump,
 * then used by the disk's thread.
 */
final class Cut {
    final Run video;
    final Run sound;

    StreamConfig.@Nullable H264 videoConfig;
    StreamConfig.@Nullable Aac soundConfig; // null without sound
    boolean key; // whether it begins with a key frame
    boolean apart; // the camera was away before it: a file begins with it
    boolean end; // no fragment, but the end of a recording
    long wallMicros; // when its first picture was captured

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

    /** Overwrites its bytes. */
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
