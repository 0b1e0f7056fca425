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

/** Divides the memory that the machine and the JVM leave. */
public final class SystemMemory {
    /** Perch's share of the free memory by default: the rest is for the system, the page cache and the JVM. */
    static final double DEFAULT_SHARE = 0.25;

    /** Beyond this a share of a large machine's memory is more than its cameras can use: four of 1080p as raw pictures need 80 MiB. */
    static final long LARGEST_DEFAULT_BYTES = 512L << 20;

    /** Below this no camera of 640x480 fits. */
    static final long SMALLEST_BUDGET_BYTES = 8L << 20;

    /** The heap of the program itself: pages, twenty cameras and room for the collector. */
    private static final long OWN_HEAP_BYTES = 16L << 20;

    /** The direct memory through which threads write from the heap, and that of all else in this JVM. */
    private static final long OWN_DIRECT_BYTES = 2L << 20;

    /** The heap of a Tomcat connection whose request head is not complete: 42 KB, measured. */
    static final int CONNECTION_HEAP_BYTES = 40 << 10;

    /** The buffers of a connection in Tomcat: 8 KiB to read and 16 KiB to write, as set in conf/tomcat-connector.xml. */
    static final int CONNECTION_DIRECT_BYTES = 25 << 10;

    private static final int LEAST_CONNECTIONS = 64;
    private static final int MOST_CONNECTIONS = 2048;

    private static final Pattern MAX_DIRECT =
            Pattern.compile("-XX:MaxDirectMemorySize=(0[xX][0-9a-fA-F]+|\\d+)([kKmMgGtT]?)");

    private SystemMemory() {}

    /**
     * Returns the budget of this process: the configured number, or a share of what the machine or the cgroup leaves now, but never more than the
     * JVM's limit on direct memory.
     */
    public static MemoryBudget budget(OptionalLong configuredBytes) {
        return budget(configuredBytes, MemoryGauge.ofThisProcess(), maxDirectBytes());
    }

    static MemoryBudget budget(OptionalLong configuredBytes, MemoryGauge gauge, long directBytes) {
        long wantedBytes = configuredBytes.orElseGet(() -> defaultBytes(gauge));
        long mediaBytes =
                mediaBytes(directBytes, connections(Runtime.getRuntime().maxMemory(), directBytes));
        return mediaBytes < wantedBytes
                ? new MemoryBudget(mediaBytes, "-XX:MaxDirectMemorySize")
                : new MemoryBudget(wantedBytes, "memory.budget");
    }

    /** Returns the direct memory that the arenas of all Perches in this JVM may take. */
    static long mediaBytes() {
        return mediaBytes(maxDirectBytes(), connections());
    }

    /**
     * Returns the part of the direct memory that is for media. It is never all: the sockets' buffers are there too, and a thread that finds no room
     * for one ends.
     */
    static long mediaBytes(long directBytes, int connections) {
        long socketsBytes = (long) connections * CONNECTION_DIRECT_BYTES + OWN_DIRECT_BYTES;
        return Math.max(directBytes / 2, directBytes - socketsBytes);
    }

    /**
     * Returns how many connections there may be at once beside those of viewers: a third of the heap beyond the program's own, and a quarter of the
     * direct memory, must hold them.
     */
    public static int connections() {
        return connections(Runtime.getRuntime().maxMemory(), maxDirectBytes());
    }

    static int connections(long heapBytes, long directBytes) {
        long fit =
                Math.min(heapForAll(heapBytes) / 3 / CONNECTION_HEAP_BYTES, directBytes / 4 / CONNECTION_DIRECT_BYTES);
        return (int) Math.max(LEAST_CONNECTIONS, Math.min(MOST_CONNECTIONS, fit));
    }

    /** Returns the budget of the Java heap for viewers, beside what is kept for other connections. */
    public static MemoryBudget heap() {
        return heap(Runtime.getRuntime().maxMemory(), connections());
    }

    static MemoryBudget heap(long mostBytes, int connections) {
        long left = heapForAll(mostBytes) - (long) connections * CONNECTION_HEAP_BYTES;
        return MemoryBudget.ofHeap(Math.max(mostBytes / 8, left));
    }

    /** Returns the heap beyond what the program itself needs, at least a quarter. */
    private static long heapForAll(long mostBytes) {
        return Math.max(mostBytes / 4, mostBytes - OWN_HEAP_BYTES);
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

    /**
     * Returns the JVM's limit on direct memory: its flag, else -Xmx. It is parsed from the command line, as the management classes cost 2 MB.
     */
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
