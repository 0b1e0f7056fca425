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
 * @param to the format
 * @param framesPerSecond the source's rate
 * @param program ffmpeg's name or path
 * @param quality how good it is to be
 * @param controls what a memory-to-memory encoder is set to
 * @param arenas where its memory comes from
 * @param sink where the frames go, produced to by the derivation alone
 * @param passedOver of a run for one picture: how many of the first frames are decoded only, but for the very first; {@link #STREAM} for a stream
 * @param heapBytes what a worker takes of the heap, leased while it works
 * @param failed told at most once, on a thread of the derivation, why it ended unasked
 */
record DerivationSpec(
        String camera,
        Encoding to,
        double framesPerSecond,
        String program,
        Quality quality,
        List<ControlSetting> controls,
        ArenaPool arenas,
        Count sink,
        int passedOver,
        int heapBytes,
        Consumer<CaptureException> failed) {
    /** Returns the spec of a derivation in this process that needs only arenas. */
    static DerivationSpec inProcess(
            String camera, Encoding to, ArenaPool arenas, Count sink, Consumer<CaptureException> failed) {
        return new DerivationSpec(camera, to, 0, "", Quality.DEFAULT, List.of(), arenas, sink, STREAM, 0, failed);
    }

    /** All frames are wanted. */
    static final int STREAM = -1;

    static IllegalArgumentException noPicture(Encoding encoding) {
        return new IllegalArgumentException("not made of pictures, and no pictures: encoding=" + encoding);
    }

    /** Returns the same for a run that makes one picture and decodes {@code frames} frames before it. */
    DerivationSpec passing(int frames) {
        return new DerivationSpec(
                camera, to, framesPerSecond, program, quality, controls, arenas, sink, frames, heapBytes, failed);
    }
}
