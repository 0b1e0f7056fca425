package dev.perch.media;

/** The encoded formats that a camera's feeds carry. */
public enum StreamKind {
    /** H.264 access units. */
    H264,
    /** JPEG images. */
    JPEG
}
