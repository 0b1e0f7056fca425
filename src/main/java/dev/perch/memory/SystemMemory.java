package dev.perch.memory;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the machine and the JVM leave for media memory. */
public final class SystemMemory {
    /** The share of the free memory that Perch takes by default: the rest is for the system, the page cache and the JVM. */
    static final double DEFAULT_SHARE = 0.25;

    /** A share of a large machine's memory would be more than its cameras can use: four of 1080p as raw pictures need 80 MiB. */
    static final long LARGEST_DEFAULT_BYTES = 512L << 20;

    /** Below this no camera of 640x480 fits. */
    static final long SMALLEST_BUDGET_BYTES = 8L << 20;

    /** What the program itself has in the heap, with pages, twenty cameras and room for the collector. */
    private static final long OWN_HEAP_BYTES = 24L << 20;

    private static final Pattern MAX_DIRECT =
            Pattern.compile("-XX:MaxDirectMemorySize=(0[xX][0-9a-fA-F]+|\\d+)([kKmMgGtT]?)");

    private SystemMemory() {}

    /**
     * The budget of this process: the configured number, or a share of what the machine, or the cgroup's limit, leaves now, but never more
     * than the JVM's limit on direct memory.
     */
    public static MemoryBudget budget(OptionalLong configuredBytes) {
        return budget(configuredBytes, MemoryGauge.ofThisProcess(), maxDirectBytes());
    }

    static MemoryBudget budget(OptionalLong configuredBytes, MemoryGauge gauge, long directBytes) {
        long wantedBytes = configuredBytes.orElseGet(() -> defaultBytes(gauge));
        return directBytes < wantedBytes
                ? new MemoryBudget(directBytes, "-XX:MaxDirectMemorySize")
                : new MemoryBudget(wantedBytes, "memory.budget");
    }

    /** What the connections of viewers may take of the Java heap: all but what the program needs itself, and at least a quarter. */
    public static MemoryBudget heap() {
        return heap(Runtime.getRuntime().maxMemory());
    }

    static MemoryBudget heap(long mostBytes) {
        return new MemoryBudget(Math.max(mostBytes / 4, mostBytes - OWN_HEAP_BYTES), MemoryBudget.HEAP_LIMIT);
    }

    private static long defaultBytes(MemoryGauge gauge) {
        long freeBytes = gauge.read(System.nanoTime())
                .map(FreeMemory::availableBytes)
                .orElseGet(() -> {
                    System.getLogger(SystemMemory.class.getName())
                            .log(
                                    System.Logger.Level.WARNING,
                                    "The system does not say how much memory is free; Perch goes by the JVM's own limit.");
                    return Runtime.getRuntime().maxMemory();
                });
        return Math.min(LARGEST_DEFAULT_BYTES, Math.max(SMALLEST_BUDGET_BYTES, (long) (DEFAULT_SHARE * freeBytes)));
    }

    /** The JVM's limit on direct memory: its flag, else -Xmx. Read from the command line, for the management classes cost 2 MB. */
    static long maxDirectBytes() {
        // in the order in which the JVM reads them: the last one counts
        String words = String.join(
                " ",
                variable("JAVA_TOOL_OPTIONS"),
                variable("JDK_JAVA_OPTIONS"),
                commandLine(),
                variable("_JAVA_OPTIONS"));
        return maxDirectFlag(words).orElse(Runtime.getRuntime().maxMemory());
    }

    private static String variable(String name) {
        return Optional.ofNullable(System.getenv(name)).orElse("");
    }

    private static String commandLine() {
        try {
            return Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException noProc) {
            System.getLogger(SystemMemory.class.getName())
                    .log(System.Logger.Level.DEBUG, "no /proc/self/cmdline", noProc);
            return "";
        }
    }

    static OptionalLong maxDirectFlag(String commandLine) {
        Matcher flag = MAX_DIRECT.matcher(commandLine);
        OptionalLong last = OptionalLong.empty();
        while (flag.find()) {
            String digits = flag.group(1);
            BigInteger number = digits.startsWith("0x") || digits.startsWith("0X")
                    ? new BigInteger(digits.substring(2), 16)
                    : new BigInteger(digits);
            String unit = flag.group(2).toLowerCase(Locale.ROOT);
            int shift = unit.isEmpty() ? 0 : 10 * (1 + "kmgt".indexOf(unit));
            long bytes = number.shiftLeft(shift)
                    .min(BigInteger.valueOf(Long.MAX_VALUE))
                    .longValueExact();
            last = bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes); // 0 is the JVM's word for its default
        }
        return last;
    }
}
