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
 * @param camera the id of the camera
 * @param target what to make
 * @param framesPerSecond the rate of the input frames
 * @param program ffmpeg's name or path
 * @param controls the settings of a memory-to-memory encoder
 * @param arenas gives the memory
 * @param sink receives the frames; only this derivation produces to it
 * @param passedOver for a run that makes one picture: how many frames after the first are decoded only; {@link #STREAM} for a stream
 * @param heapBytes the heap that a worker takes, leased while it works
 * @param failed called at most once, on a thread of the derivation, with the reason of an end that nobody asked for
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

    /** Returns the format to make. */
    Encoding to() {
        return target.encoding();
    }

    /** Returns the quality to make. */
    Quality quality() {
        return target.quality();
    }

    /** Stands for a run in which every frame is wanted. */
    static final int STREAM = -1;

    static IllegalArgumentException noPicture(Encoding encoding) {
        return new IllegalArgumentException("not made of pictures, and no pictures: encoding=" + encoding);
    }

    /** Returns this spec for a run that makes one picture and decodes {@code frames} frames before it. */
    DerivationSpec passing(int frames) {
        return new DerivationSpec(
                camera, target, framesPerSecond, program, controls, arenas, sink, frames, heapBytes, failed);
    }
}
