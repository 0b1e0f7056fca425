package dev.perch.memory;

import java.util.Locale;

/**
 * What is left of the scarcest memory that this process may use: of the machine's, or of the limit of one of the cgroups that it is in.
 *
 * @param of whose memory: {@code the machine} or {@code cgroup /system.slice/tomcat10.service}
 * @param availableBytes what can be had without taking anything from anybody; never negative
 * @param totalBytes all of it
 * @param shortBelowBytes less than this is short
 * @param stalledPercent how much of the time since the last reading tasks stood still for want of memory, 0 to 100; 0 where the kernel does
 *     not tell
 * @param outOfMemory whether the cgroup's limit has refused memory since the last reading
 */
public record FreeMemory(
        String of,
        long availableBytes,
        long totalBytes,
        long shortBelowBytes,
        int stalledPercent,
        boolean outOfMemory) {
    /** How many standstills mean that the numbers flatter: reclaim keeps up on a healthy machine. */
    static final int STALLED_PERCENT = 10;

    private boolean stalled() {
        return stalledPercent >= STALLED_PERCENT;
    }

    /** Whether the machine is near a standstill, or the kernel's killer. */
    boolean critical() {
        return outOfMemory || availableBytes < shortBelowBytes / 2 || (availableBytes < shortBelowBytes && stalled());
    }

    /** Whether Perch has to take less. */
    boolean scarce() {
        return outOfMemory || availableBytes < shortBelowBytes || (availableBytes < roomFromBytes() && stalled());
    }

    /** Whether there is room for {@code moreBytes} that were given back before. */
    boolean roomFor(long moreBytes) {
        return !outOfMemory && !stalled() && availableBytes - moreBytes >= roomFromBytes();
    }

    /** From here on what was given back may be taken again: half as much again as what is short, so that one does not follow the other at once. */
    long roomFromBytes() {
        return shortBelowBytes + shortBelowBytes / 2;
    }

    /** The numbers, for people: {@code 30.1 MiB of 427.6 MiB of the machine's memory are available, less than 35.6 MiB is short}. */
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
