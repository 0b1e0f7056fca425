package dev.perch.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits on recorded files; the oldest are deleted first.
 *
 * @param keep the age from which files are deleted; empty for any
 * @param keepBytes the most that the files may take together; empty for no limit
 * @param keepFree how much of the disk stays free; empty if another retention decides
 */
public record Retention(Optional<Duration> keep, OptionalLong keepBytes, Optional<Free> keepFree) {
    /** No limits. */
    public static final Retention NONE = new Retention(Optional.empty(), OptionalLong.empty(), Optional.empty());

    /** The limits on all cameras together, unless configured. */
    static final Retention OF_ALL =
            new Retention(Optional.empty(), OptionalLong.empty(), Optional.of(new Free(/* percent= */ 10, 0)));

    /**
     * The part of a disk that stays free.
     *
     * @param percent of the disk, where {@code bytes} is 0
     */
    public record Free(int percent, long bytes) {
        /** Returns the free bytes for a disk of this size. */
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
