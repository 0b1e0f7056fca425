package dev.perch.memory;

/** A part of the program that can give memory back. Called by a {@link MemoryWatch}, one at a time, under its lock. */
public interface Shedder {
    /** The step that it is part of, always the same. */
    Step step();

    /**
     * Gives back what it can, and takes no more than it needs to go on until {@link #restore}. Called once for each time the step is taken.
     *
     * @return bytes of leases given back
     */
    long shed();

    /** Takes again what it wants. */
    void restore();

    /** Whether there is anything that it could give back; a step of which nobody has anything is passed over. */
    default boolean holdsAny() {
        return true;
    }
}
