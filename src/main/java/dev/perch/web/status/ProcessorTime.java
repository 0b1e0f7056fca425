package dev.perch.web.status;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/** The processor time of this process, from Linux (proc_pid_stat(5)), without the JDK's management classes. */
final class ProcessorTime {
    private static final Path STAT = Path.of("/proc/self/stat");

    /** USER_HZ, which Linux fixes at 100 for programs on all architectures that Perch runs on. */
    private static final long MILLIS_PER_TICK = 10;

    /** utime is field 14; behind the program's name, which may hold spaces, fields begin with number 3. */
    private static final int UTIME = 14 - 3;

    private ProcessorTime() {}

    /** Returns user and kernel time together; empty if the kernel does not tell. */
    static OptionalLong millis() {
        try {
            return millis(Files.readString(STAT, StandardCharsets.ISO_8859_1));
        } catch (IOException notLinux) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong millis(String stat) {
        StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
        List<String> ticks = new ArrayList<>();
        for (int i = 0; fields.hasMoreTokens() && i <= UTIME + 1; i++) {
            String field = fields.nextToken();
            if (i >= UTIME) {
                ticks.add(field);
            }
        }
        return ticks.size() < 2
                ? OptionalLong.empty()
                : OptionalLong.of(MILLIS_PER_TICK * (Long.parseLong(ticks.get(0)) + Long.parseLong(ticks.get(1))));
    }
}
