package dev.perch.memory;

/** A part of the program that can give memory back. Called by a {@link MemoryWatch}, one at a time, under its lock. */
public interface Shedder {
    /** Returns the step that it is part of, always the same. */
    Step step();

    /**
     * Gives back what it can, and takes only what it needs to go on until {@link #restore}. Called each time the step is taken.
     *
     * @return bytes of leases given back
     */
    long shed();

    /** Allows it to take memory again. */
    void restore();

    /** Returns whether it has anything to give back; a step for which nobody has is passed over. */
    default boolean holdsAny() {
        return true;
    }
}
