package dev.perch.memory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads what the machine and the process's cgroups leave: MemAvailable (linux Documentation/filesystems/proc.rst), memory pressure
 * (Documentation/accounting/psi.rst) and the cgroups' limits. Used by one thread at a time.
 */
public final class MemoryGauge {
    private static final long MIB = 1 << 20;

    /** The kernel needs its own watermarks and some page cache for what runs: below this a Pi with 512 MB began to stand still. */
    private static final long LEAST_OF_A_MACHINE_BYTES = 32 * MIB;

    /** A group's limit is often drawn closely around the process; the kernel and its cache are not in it. */
    private static final long LEAST_OF_A_CGROUP_BYTES = 8 * MIB;

    /** Less than a twelfth is short: 36 MiB of a Pi's 427. */
    private static final int SHORT_SHARE = 12;

    private static final long MOST_SHORT_BYTES = 256 * MIB;

    private final KernelFile meminfo;
    private final KernelFile pressure;
    private final List<Cgroup> cgroups;
    private long lastNanos;
    private long stalledMicros = -1;

    /**
     * Creates a gauge.
     *
     * @param root the root of the file system, {@code /}, or a folder that looks like it
     */
    public MemoryGauge(Path root) {
        byte[] buffer = KernelFile.buffer();
        this.meminfo = new KernelFile(root.resolve("proc/meminfo"), buffer);
        this.cgroups = Cgroup.ofThisProcess(root, buffer);
        KernelFile whole = new KernelFile(root.resolve("proc/pressure/memory"), buffer);
        this.pressure = cgroups.stream()
                .map(Cgroup::pressure)
                .filter(KernelFile::exists)
                .findFirst()
                .orElse(whole); // this process's own group where there is one: another's shortage is not ours to mend
    }

    /** Returns the gauge of this process. */
    public static MemoryGauge ofThisProcess() {
        return new MemoryGauge(Path.of("/"));
    }

    /** Returns the scarcest memory now; empty on a system that does not tell. */
    public Optional<FreeMemory> read(long nowNanos) {
        if (!meminfo.read()) {
            return Optional.empty();
        }
        OptionalLong total = meminfo.number("MemTotal:");
        OptionalLong available = meminfo.number("MemAvailable:");
        if (total.isEmpty() || available.isEmpty()) {
            return Optional.empty();
        }
        long totalBytes = total.getAsLong() * 1024;
        int stalled = stalledPercent(nowNanos);
        FreeMemory scarcest = new FreeMemory(
                "the machine",
                available.getAsLong() * 1024,
                totalBytes,
                shortBelow(totalBytes, LEAST_OF_A_MACHINE_BYTES),
                stalled,
                /* outOfMemory= */ false);
        for (Cgroup cgroup : cgroups) {
            Optional<Cgroup.Use> use = cgroup.use(totalBytes);
            if (use.isPresent()) {
                scarcest = scarcer(scarcest, of(cgroup, use.get(), stalled));
            }
        }
        return Optional.of(scarcest);
    }

    private static FreeMemory of(Cgroup cgroup, Cgroup.Use use, int stalled) {
        return new FreeMemory(
                cgroup.name(),
                use.availableBytes(),
                use.limitBytes(),
                shortBelow(use.limitBytes(), LEAST_OF_A_CGROUP_BYTES),
                stalled,
                use.outOfMemory());
    }

    private static FreeMemory scarcer(FreeMemory one, FreeMemory other) {
        boolean less = (double) other.availableBytes() / other.shortBelowBytes()
                < (double) one.availableBytes() / one.shortBelowBytes();
        return other.outOfMemory() || less ? other : one;
    }

    private static long shortBelow(long totalBytes, long leastBytes) {
        long shareBytes = Math.min(MOST_SHORT_BYTES, totalBytes / SHORT_SHARE);
        return Math.max(1, Math.min(totalBytes / 4, Math.max(leastBytes, shareBytes)));
    }

    /**
     * Returns the share of time in which all tasks stood still at once ("full"), from the kernel's running total: its averages lag by ten seconds.
     */
    private int stalledPercent(long nowNanos) {
        if (!pressure.read()) {
            return 0;
        }
        long micros = pressure.number("full ", "total=").orElse(0);
        long elapsedMicros = (nowNanos - lastNanos) / 1000;
        boolean comparable = stalledMicros >= 0 && elapsedMicros > 0;
        long percent = comparable ? 100 * Math.max(0, micros - stalledMicros) / elapsedMicros : 0;
        stalledMicros = micros;
        lastNanos = nowNanos;
        return (int) Math.min(100, percent);
    }
}
