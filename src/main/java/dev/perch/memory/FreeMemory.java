package dev.perch.memory;

import java.util.Locale;

/**
 * A reading of the scarcest memory that this process may use: the machine's, or that of one of its cgroups.
 *
 * @param of the owner of the memory: {@code the machine} or {@code cgroup /system.slice/tomcat10.service}
 * @param availableBytes the memory that can be had without taking it from others; never negative
 * @param totalBytes the size of that memory
 * @param shortBelowBytes the mark below which memory is short
 * @param stalledPercent the share of time since the last reading in which tasks stood still for want of memory, 0 to 100; 0 where the kernel does not
 *     tell
 * @param outOfMemory whether the cgroup's limit has refused memory since the last reading
 */
public record FreeMemory(
        String of,
        long availableBytes,
        long totalBytes,
        long shortBelowBytes,
        int stalledPercent,
        boolean outOfMemory) {
    /** From this share of time at a standstill on, the numbers look better than the machine is: on a healthy one reclaim keeps up. */
    static final int STALLED_PERCENT = 10;

    private boolean stalled() {
        return stalledPercent >= STALLED_PERCENT;
    }

    /** Returns whether the machine is near a standstill, or near the kernel's OOM killer. */
    boolean critical() {
        return outOfMemory || availableBytes < shortBelowBytes / 2 || (availableBytes < shortBelowBytes && stalled());
    }

    /** Returns whether Perch must give memory back. */
    boolean scarce() {
        return outOfMemory || availableBytes < shortBelowBytes || (availableBytes < roomFromBytes() && stalled());
    }

    /** Returns whether there is room for {@code moreBytes} that were given back before. */
    boolean roomFor(long moreBytes) {
        return !outOfMemory && !stalled() && availableBytes - moreBytes >= roomFromBytes();
    }

    /**
     * Returns the mark from which memory may be taken again: half as much again as the mark of shortage, so that one does not follow the other at
     * once.
     */
    long roomFromBytes() {
        return shortBelowBytes + shortBelowBytes / 2;
    }

    /** Returns the numbers for people: {@code 30.1 MiB of 427.6 MiB of the machine's memory are available, less than 35.6 MiB is short}. */
    @Override
    public String toString() {
        String numbers = String.format(
                Locale.ROOT,
                "%s of %s of %s's memory are available, less than %s is short",
                mebibytes(availableBytes),
                mebibytes(totalBytes),
                of,
                mebibytes(shortBelowBytes));
        String standstill = stalledPercent > 0 ? ", tasks waited for memory " + stalledPercent + " % of the time" : "";
        return numbers + standstill + (outOfMemory ? ", the limit was hit" : "");
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
