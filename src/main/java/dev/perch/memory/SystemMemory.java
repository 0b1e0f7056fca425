package dev.perch.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the machine and the JVM leave for media memory. */
public final class SystemMemory {
    /** The share of the free memory that Perch takes by default: the rest is for the system, the page cache and the JVM. */
    static final double DEFAULT_SHARE = 0.25;

    /** Below this no camera of 640x480 fits. */
    static final long SMALLEST_BUDGET_BYTES = 8L << 20;

    private static final Pattern MAX_DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=(\\d+)([kKmMgG]?)");

    private SystemMemory() {}

    /**
     * The budget of this process: the configured number, or a share of what the machine has free now, but never more than the JVM's limit
     * on direct memory (linux Documentation/filesystems/proc.rst, MemAvailable).
     */
    public static MemoryBudget budget(OptionalLong configuredBytes) {
        long wantedBytes = configuredBytes.orElseGet(() ->
                Math.max(SMALLEST_BUDGET_BYTES, (long) (DEFAULT_SHARE * availableBytes(Path.of("/proc/meminfo")))));
        long directBytes = maxDirectBytes();
        return directBytes < wantedBytes
                ? new MemoryBudget(directBytes, "-XX:MaxDirectMemorySize")
                : new MemoryBudget(wantedBytes, "memory.budget");
    }

    static long availableBytes(Path meminfo) {
        try {
            for (String line : Files.readAllLines(meminfo)) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException noProc) {
            System.getLogger(SystemMemory.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "cannot read " + meminfo + ", taking the JVM's own limit",
                            noProc);
        }
        return Runtime.getRuntime().maxMemory();
    }

    /** The JVM's limit on direct memory: its flag, else -Xmx. Read from the command line, for the management classes cost 2 MB. */
    private static long maxDirectBytes() {
        StringBuilder words = new StringBuilder();
        for (String name : List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")) {
            String value = System.getenv(name);
            words.append(value == null ? "" : value).append(' ');
        }
        try {
            words.append(Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1));
        } catch (IOException noProc) {
            System.getLogger(SystemMemory.class.getName())
                    .log(System.Logger.Level.DEBUG, "no /proc/self/cmdline", noProc);
        }
        return maxDirectFlag(words.toString()).orElse(Runtime.getRuntime().maxMemory());
    }

    static OptionalLong maxDirectFlag(String commandLine) {
        Matcher flag = MAX_DIRECT.matcher(commandLine);
        OptionalLong last = OptionalLong.empty();
        while (flag.find()) {
            int shift = " kmg"
                            .indexOf(flag.group(2).toLowerCase(Locale.ROOT)
                                    + (flag.group(2).isEmpty() ? " " : ""))
                    * 10;
            long bytes = Long.parseLong(flag.group(1)) << shift;
            last = bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
        }
        return last;
    }
}
