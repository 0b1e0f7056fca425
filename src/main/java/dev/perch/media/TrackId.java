package dev.perch.media;

/**
 * Names a track among those of its camera.
 *
 * @param rendition {@link #MAIN}, or the name that the configuration gives to another version of the same picture or sound
 */
public record TrackId(String rendition, Encoding encoding) {
    /** The rendition that the source gives, or that is made of it without changing it. */
    public static final String MAIN = "main";

    public TrackId {
        if (rendition.isEmpty()) {
            throw new IllegalArgumentException("a rendition has a name: rendition=" + rendition);
        }
    }

    /** Returns the name of the main rendition's track in {@code encoding}. */
    public static TrackId main(Encoding encoding) {
        return new TrackId(MAIN, encoding);
    }

    /** The encoding alone for the main rendition: {@code JPEG}; else both: {@code small JPEG}. */
    @Override
    public String toString() {
        return rendition.equals(MAIN) ? encoding.name() : rendition + " " + encoding;
    }
}
