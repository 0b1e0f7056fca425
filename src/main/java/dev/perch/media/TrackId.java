package dev.perch.media;

import org.jspecify.annotations.Nullable;

/**
 * Names a track among those of its camera.
 *
 * @param rendition {@link #MAIN}, or the name that the configuration gives to another version of the same picture or sound
 */
public record TrackId(String rendition, Encoding encoding) {
    /** The rendition that the source gives, or that is derived from it without scaling. */
    public static final String MAIN = "main";

    public TrackId {
        if (rendition.isEmpty()) {
            throw new IllegalArgumentException("a rendition has a name: rendition=" + rendition);
        }
    }

    /** Returns the id of the main rendition's track in {@code encoding}. */
    public static TrackId main(Encoding encoding) {
        return new TrackId(MAIN, encoding);
    }

    // Written by hand, like hashCode: this is a map key from the start on, and the JVM would generate some forty
    // classes for a record's own methods.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrackId track && encoding == track.encoding && rendition.equals(track.rendition);
    }

    @Override
    public int hashCode() {
        return 31 * rendition.hashCode() + encoding.hashCode();
    }

    /** Returns the encoding alone for the main rendition, {@code JPEG}; else both, {@code small JPEG}. */
    @Override
    public String toString() {
        return rendition.equals(MAIN) ? encoding.name() : rendition + " " + encoding;
    }
}
