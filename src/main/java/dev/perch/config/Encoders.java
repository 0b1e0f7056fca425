package dev.perch.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * The encoders of the formats that a camera's source lacks.
 *
 * @param h264 the key {@code encoder}
 * @param jpeg the key {@code jpeg-encoder}
 * @param jpegWorkers the key {@code jpeg-workers}: the most threads that encode raw pictures to JPEG; empty for one per core
 * @param controls the key {@code encoder-controls}: the settings of a memory-to-memory encoder of H.264
 */
public record Encoders(EncoderChoice h264, EncoderChoice jpeg, OptionalInt jpegWorkers, List<ControlConfig> controls) {
    public Encoders {
        controls = List.copyOf(controls);
    }

    /** Creates encoders without controls, with a JPEG worker per core at most. */
    public Encoders(EncoderChoice h264, EncoderChoice jpeg) {
        this(h264, jpeg, OptionalInt.empty(), List.of());
    }

    /** The best encoders of this machine. */
    public static final Encoders AUTO = new Encoders(EncoderChoice.AUTO, EncoderChoice.AUTO);
}
