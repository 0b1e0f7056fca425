package dev.perch.config;

/**
 * What makes the formats that a camera's source lacks.
 *
 * @param h264 of {@code encoder}: what makes H.264
 * @param jpeg of {@code jpeg-encoder}: what makes JPEG
 */
public record Encoders(EncoderChoice h264, EncoderChoice jpeg) {
    /** Whatever this machine has. */
    public static final Encoders AUTO = new Encoders(EncoderChoice.AUTO, EncoderChoice.AUTO);
}
