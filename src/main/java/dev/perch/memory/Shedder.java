package dev.perch.memory;

/** A part of the program that can give memory back. A {@link MemoryWatch} calls it, one at a time, under its lock. */
public interface Shedder {
    /** Returns the step that this shedder belongs to, always the same. */
    Step step();

    /**
     * Gives back what it can and takes no more than it needs until {@link #restore}. Called each time the step is taken.
     *
     * @return the bytes of the leases given back
     */
    long shed();

    /** Allows this shedder to take memory again. */
    void restore();

    /** Returns whether there is anything to give back; a step without such a shedder is passed over. */
    default boolean holdsAny() {
        return true;
    }
}
