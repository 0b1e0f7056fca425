package dev.perch.codec;

import dev.perch.config.Quality;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.memory.ArenaPool;
import dev.perch.v4l2.ControlSetting;
import java.util.List;
import java.util.function.Consumer;

/**
 * The description of one derivation.
 *
 * @param camera whose frames
 * @param target what is made
 * @param framesPerSecond the rate at which frames are put in
 * @param program ffmpeg's name or path
 * @param controls what a memory-to-memory encoder is set to
 * @param arenas where its memory comes from
 * @param sink where the frames go, produced to by the derivation alone
 * @param passedOver of a run for one picture: how many of the first frames are decoded only, but for the very first; {@link #STREAM} for a stream
 * @param heapBytes what a worker takes of the heap, leased while it works
 * @param failed told at most once, on a thread of the derivation, why it ended unasked
 */
record DerivationSpec(
        String camera,
        Target target,
        double framesPerSecond,
        String program,
        List<ControlSetting> controls,
        ArenaPool arenas,
        Count sink,
        int passedOver,
        int heapBytes,
        Consumer<CaptureException> failed) {
    /** Returns the spec of a derivation in this process that needs only arenas. */
    static DerivationSpec inProcess(
            String camera, Target target, ArenaPool arenas, Count sink, Consumer<CaptureException> failed) {
        return new DerivationSpec(camera, target, 0, "", List.of(), arenas, sink, STREAM, 0, failed);
    }

    /** Returns the format that is made. */
    Encoding to() {
        return target.encoding();
    }

    /** Returns how good it is to be. */
    Quality quality() {
        return target.quality();
    }

    /** All frames are wanted. */
    static final int STREAM = -1;

    static IllegalArgumentException noPicture(Encoding encoding) {
        return new IllegalArgumentException("not made of pictures, and no pictures: encoding=" + encoding);
    }

    /** Returns the same for a run that makes one picture and decodes {@code frames} frames before it. */
    DerivationSpec passing(int frames) {
        return new DerivationSpec(
                camera, target, framesPerSecond, program, controls, arenas, sink, frames, heapBytes, failed);
    }
}
