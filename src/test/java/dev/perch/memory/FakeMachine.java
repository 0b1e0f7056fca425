package dev.perch.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that looks like the root of a small machine's file system to whoever asks for its memory. */
public final class FakeMachine {
    /** What a Pi Zero 2 W tells of its 512 MB. */
    public static final long PI_BYTES = 437_848L * 1024;

    private final Path root;
    private long stalledMicros;

    public FakeMachine(Path root) {
        this.root = root;
        available(PI_BYTES / 2);
    }

    public MemoryGauge gauge() {
        return new MemoryGauge(root);
    }

    /** Sets MemAvailable. */
    public FakeMachine available(long bytes) {
        return put(
                "proc/meminfo",
                "MemTotal:         437848 kB\nMemFree:           12345 kB\nMemAvailable:     %d kB\nBuffers:  1 kB\n"
                        .formatted(bytes / 1024));
    }

    /** All tasks stood still for so much longer. */
    FakeMachine stall(long micros) {
        stalledMicros += micros;
        return put(
                "proc/pressure/memory",
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=99\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=%d\n"
                        .formatted(stalledMicros));
    }

    /** The process is in the group of a service, as systemd makes it. */
    FakeMachine service(String max, long current, long inactiveFile, int oom) {
        put("proc/self/cgroup", "0::/system.slice/perch.service\n");
        put("proc/self/mountinfo", """
                25 30 0:23 / /sys rw,nosuid shared:7 - sysfs sysfs rw
                31 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
                """);
        String folder = "sys/fs/cgroup/system.slice/perch.service/";
        put("sys/fs/cgroup/system.slice/memory.max", "max\n");
        put("sys/fs/cgroup/system.slice/memory.current", "400000000\n");
        put(folder + "memory.max", max + "\n");
        put(folder + "memory.high", "max\n");
        put(folder + "memory.current", current + "\n");
        put(folder + "memory.stat", "anon 1000\nfile 900\ninactive_anon 1\ninactive_file " + inactiveFile + "\n");
        return put(folder + "memory.events", "low 0\nhigh 0\nmax 17\noom " + oom + "\noom_kill 0\n");
    }

    /** The process is in a container of version 1, which mounts its own group as the root. */
    FakeMachine container(long limit, long usage, long inactiveFile) {
        put("proc/self/cgroup", "5:devices:/docker/0a1b\n4:cpu,memory:/docker/0a1b\n0::/\n");
        put("proc/self/mountinfo", """
                35 31 0:32 /docker/0a1b /sys/fs/cgroup/memory ro - cgroup cgroup rw,cpu,memory
                36 31 0:33 /docker/0a1b /sys/fs/cgroup/devices ro - cgroup cgroup rw,devices
                """);
        put("sys/fs/cgroup/memory/memory.limit_in_bytes", limit + "\n");
        put("sys/fs/cgroup/memory/memory.usage_in_bytes", usage + "\n");
        return put("sys/fs/cgroup/memory/memory.stat", "cache 7\ntotal_inactive_file " + inactiveFile + "\n");
    }

    FakeMachine put(String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }
}
