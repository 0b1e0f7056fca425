package dev.perch.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * The encoders of the formats that a camera's source lacks.
 *
 * @param h264 of {@code encoder}: what makes H.264
 * @param jpeg of {@code jpeg-encoder}: what makes JPEG
 * @param jpegWorkers of {@code jpeg-workers}: how many threads make JPEG of raw pictures at most; empty for as many as the
 *     machine has cores for
 * @param controls of {@code encoder-controls}: what a memory-to-memory encoder of H.264 is set to
 */
public record Encoders(EncoderChoice h264, EncoderChoice jpeg, OptionalInt jpegWorkers, List<ControlConfig> controls) {
    public Encoders {
        controls = List.copyOf(controls);
    }

    /** Without controls, and with as many workers as the machine has cores for. */
    public Encoders(EncoderChoice h264, EncoderChoice jpeg) {
        this(h264, jpeg, OptionalInt.empty(), List.of());
    }

    /** The best encoders that this machine has. */
    public static final Encoders AUTO = new Encoders(EncoderChoice.AUTO, EncoderChoice.AUTO);
}
