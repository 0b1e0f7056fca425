package dev.perch.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A control group that this process is in, with its limit on memory (linux Documentation/admin-guide/cgroup-v2.rst, "Memory Interface
 * Files", and cgroup-v1/memory.rst).
 */
final class Cgroup {
    /** The file names of the two cgroup versions. */
    private enum Version {
        ONE("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
        TWO("memory.max", "memory.current", "inactive_file ");

        final String limit;
        final String usage;
        final String reclaimable;

        Version(String limit, String usage, String reclaimable) {
            this.limit = limit;
            this.usage = usage;
            this.reclaimable = reclaimable;
        }
    }

    /** One reading. {@code limitBytes} is finite. */
    record Use(long availableBytes, long limitBytes, boolean outOfMemory) {}

    private final String name;
    private final Version version;
    private final KernelFile limit;
    private final KernelFile high;
    private final KernelFile usage;
    private final KernelFile stat;
    private final KernelFile events;
    private final KernelFile pressure;
    private long refusals = -1;

    private Cgroup(String name, Version version, Path folder, byte[] buffer) {
        this.name = name;
        this.version = version;
        this.limit = new KernelFile(folder.resolve(version.limit), buffer);
        this.high = new KernelFile(folder.resolve("memory.high"), buffer);
        this.usage = new KernelFile(folder.resolve(version.usage), buffer);
        this.stat = new KernelFile(folder.resolve("memory.stat"), buffer);
        this.events = new KernelFile(folder.resolve("memory.events"), buffer);
        this.pressure = new KernelFile(folder.resolve("memory.pressure"), buffer);
    }

    /**
     * Returns the groups that may limit this process: its own and the ones around it; none on a system without groups.
     *
     * @param root the root of the file system
     * @param buffer the memory into which kernel files are read
     */
    static List<Cgroup> ofThisProcess(Path root, byte[] buffer) {
        List<Cgroup> all = new ArrayList<>();
        try {
            List<String> groups = lines(root.resolve("proc/self/cgroup"));
            for (String line : lines(root.resolve("proc/self/mountinfo"))) {
                mount(line)
                        .ifPresent(mount -> path(groups, mount.version)
                                .ifPresent(path -> all.addAll(within(root, mount, path, buffer))));
            }
        } catch (IOException notThere) {
            System.getLogger(Cgroup.class.getName()).log(System.Logger.Level.DEBUG, "no control groups", notThere);
        }
        return all;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }

    private record Mount(String rootPath, String point, Version version) {}

    /** Parses a line of proc_pid_mountinfo(5): {@code 36 35 98:0 /root /point rw,noatime master:1 - cgroup2 source rw,options}. */
    private static Optional<Mount> mount(String line) {
        int dash = line.indexOf(" - ");
        if (dash < 0) {
            return Optional.empty();
        }
        String[] left = line.substring(0, dash).split(" ", -1);
        String[] right = line.substring(dash + 3).split(" ", -1);
        if (left.length < 5 || right.length < 3) {
            return Optional.empty();
        }
        if (right[0].equals("cgroup2")) {
            return Optional.of(new Mount(left[3], left[4], Version.TWO));
        }
        boolean memory =
                right[0].equals("cgroup") && List.of(right[2].split(",")).contains("memory");
        return memory ? Optional.of(new Mount(left[3], left[4], Version.ONE)) : Optional.empty();
    }

    /** Returns the path from {@code 0::/path} (version 2) or {@code 4:memory:/path}. */
    private static Optional<String> path(List<String> memberships, Version version) {
        for (String line : memberships) {
            String[] parts = line.split(":", 3);
            boolean meant = parts.length == 3
                    && (version == Version.TWO
                            ? parts[0].equals("0") && parts[1].isEmpty()
                            : List.of(parts[1].split(",")).contains("memory"));
            if (meant) {
                return Optional.of(parts[2]);
            }
        }
        return Optional.empty();
    }

    /** Returns the group and those around it up to the mount. In a container the mount's own root may be the group itself. */
    private static List<Cgroup> within(Path root, Mount mount, String path, byte[] buffer) {
        Path point = root.resolve(mount.point.substring(1));
        String inside = path.startsWith(mount.rootPath) && !mount.rootPath.equals("/")
                ? path.substring(mount.rootPath.length())
                : path;
        Path folder = point.resolve(inside.startsWith("/") ? inside.substring(1) : inside)
                .normalize();
        if (!folder.startsWith(point) || !folder.toFile().isDirectory()) {
            folder = point; // the path is as seen from outside this namespace
        }
        List<Cgroup> groups = new ArrayList<>();
        for (Path at = folder; at != null && at.startsWith(point); at = at.getParent()) {
            Cgroup group = new Cgroup("cgroup /" + point.relativize(at), mount.version, at, buffer);
            if (group.limit.exists() && group.usage.exists()) {
                groups.add(group);
            }
        }
        return groups;
    }

    String name() {
        return name;
    }

    KernelFile pressure() {
        return pressure;
    }

    /** Returns what the group leaves now; empty if it sets no limit below {@code machineBytes}. */
    Optional<Use> use(long machineBytes) {
        long limitBytes = Math.min(number(limit), version == Version.TWO ? number(high) : Long.MAX_VALUE);
        if (limitBytes >= machineBytes || !usage.read()) {
            return Optional.empty(); // "max", or version 1's largest page count
        }
        long usedBytes = usage.number("").orElse(0);
        // page cache not used lately can be reclaimed; the kernel and container schedulers count it as available too
        long givenBytes = stat.read() ? stat.number(version.reclaimable).orElse(0) : 0;
        long availableBytes = Math.max(0, limitBytes - Math.max(0, usedBytes - givenBytes));
        return Optional.of(new Use(Math.min(limitBytes, availableBytes), limitBytes, refusedSinceLastTime()));
    }

    private static long number(KernelFile file) {
        return file.read() ? file.number("").orElse(Long.MAX_VALUE) : Long.MAX_VALUE;
    }

    /**
     * Returns whether the limit refused memory since the last call: memory.events, "oom" counts allocations that were about to fail at the limit.
     * Version 1 has no such count.
     */
    private boolean refusedSinceLastTime() {
        if (version == Version.ONE || !events.read()) {
            return false;
        }
        OptionalLong count = events.number("oom ");
        boolean more = refusals >= 0 && count.orElse(refusals) > refusals;
        refusals = count.orElse(refusals);
        return more;
    }
}
