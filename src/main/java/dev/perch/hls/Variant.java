package dev.perch.hls;

/**
 * Another variant of a multivariant playlist: a rendition of the same picture.
 *
 * @param path of its media playlist, relative to the multivariant one
 * @param codecs of the pictures (RFC 6381 §3.3)
 * @param width as shown, in pixels
 * @param height as shown, in pixels
 * @param framesPerSecond as far as known
 * @param peakBitsPerSecond of the pictures
 * @param meanBitsPerSecond of the pictures
 */
public record Variant(
        String path,
        String codecs,
        int width,
        int height,
        double framesPerSecond,
        long peakBitsPerSecond,
        long meanBitsPerSecond) {}
