package dev.perch.camera;

import dev.perch.media.Encoding;
import java.util.Set;

/** Thrown when a camera cannot give what a viewer asks for; the message is a sentence for the viewer. */
public final class UnavailableException extends Exception {
    /** What the viewer can do. */
    public enum Kind {
        /** Ask for another encoding: this camera never gives that one. */
        FORMAT,
        /** Come back later. */
        LATER
    }

    private final Kind kind;
    private final Set<Encoding> offered;

    UnavailableException(Kind kind, String sentence, Set<Encoding> offered) {
        super(sentence);
        this.kind = kind;
        this.offered = Set.copyOf(offered);
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the encodings that the camera gives; empty if they are not known. */
    public Set<Encoding> offered() {
        return offered;
    }
}
