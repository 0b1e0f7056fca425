package dev.perch.camera;

/** Who turns the pictures of one encoding. */
public enum Turning {
    /** The device's driver. */
    DRIVER,
    /** Whoever shows them, by the track's matrix. */
    MATRIX,
    /** A worker, which moves the blocks of JPEG images. */
    TRANSFORM,
    /** The encoder that makes them of other frames anyway. */
    ENCODER
}
