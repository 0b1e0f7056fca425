package dev.perch.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which recorded files are deleted, the oldest first.
 *
 * @param keep the age from which files are deleted; empty for none
 * @param keepBytes how much the files may take together; empty for any
 * @param keepFree how much of the disk stays free; empty where another retention decides
 */
public record Retention(Optional<Duration> keep, OptionalLong keepBytes, Optional<Free> keepFree) {
    /** Deletes nothing. */
    public static final Retention NONE = new Retention(Optional.empty(), OptionalLong.empty(), Optional.empty());

    /** What holds for all cameras together unless the file says otherwise. */
    static final Retention OF_ALL =
            new Retention(Optional.empty(), OptionalLong.empty(), Optional.of(new Free(/* percent= */ 10, 0)));

    /**
     * How much of a disk stays free.
     *
     * @param percent of the disk, where {@code bytes} is 0
     */
    public record Free(int percent, long bytes) {
        /** Returns how much that is of a disk of this size. */
        public long of(long diskBytes) {
            return bytes > 0 ? bytes : diskBytes / 100 * percent;
        }

        /** Returns the form in the file. */
        @Override
        public String toString() {
            return bytes > 0 ? String.format(Locale.ROOT, "%.1fGB", bytes / 1e9) : percent + "%";
        }
    }
}
