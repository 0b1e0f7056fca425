package dev.perch.rtmp;

/** Where a session's heap comes from: asked before any is taken, so that a lease can stand behind it. Called on the session's thread. */
public interface RtmpMemory {
    /** Asks for so much more; returns whether it may be taken. */
    boolean draw(int bytes);

    /** Gives so much back. */
    void giveBack(int bytes);
}
