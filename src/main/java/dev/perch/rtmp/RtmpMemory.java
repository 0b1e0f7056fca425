package dev.perch.rtmp;

/** Grants a session its heap. It is asked before memory is allocated, so that a lease can cover it. Called on the session's thread. */
public interface RtmpMemory {
    /** Asks for {@code bytes} more. Returns whether they may be allocated. */
    boolean draw(int bytes);

    /** Gives {@code bytes} back. */
    void giveBack(int bytes);
}
