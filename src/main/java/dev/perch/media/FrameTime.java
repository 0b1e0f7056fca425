package dev.perch.media;

/**
 * When a frame was captured.
 *
 * @param monotonicNanos the system's monotonic clock (CLOCK_MONOTONIC, as {@link System#nanoTime} on Linux); only differences mean
 *     something
 * @param wallClockMicros microseconds since 1970-01-01T00:00:00Z
 */
public record FrameTime(long monotonicNanos, long wallClockMicros) {}
