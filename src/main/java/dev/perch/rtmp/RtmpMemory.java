package dev.perch.rtmp;

/** Gives a session its heap: it is asked before any is taken, so that a lease can cover it. Called on the session's thread. */
public interface RtmpMemory {
    /** Asks for so much more; returns whether it may be taken. */
    boolean draw(int bytes);

    /** Gives so much back. */
    void giveBack(int bytes);
}
