package dev.perch.web.status;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The kernel's figures of the machine: temperatures, and on a Raspberry Pi whether it is throttled. */
final class MachineMetrics {
    /** The file in which the Pi's firmware reports throttling (linux drivers/firmware/raspberrypi.c, get_throttled). */
    private static final String THROTTLED = "sys/devices/platform/soc/soc:firmware/get_throttled";

    /** The bits of get_throttled, from bit 0; 16 bits further up they report events since the start. */
    private static final List<String> CAUSES =
            List.of("under_voltage", "frequency_capped", "throttled", "soft_temperature_limit");

    private final Path root;

    /**
     * Creates the figures.
     *
     * @param root the root of the file system
     */
    MachineMetrics(Path root) {
        this.root = root;
    }

    void write(MetricsText text) {
        temperatures(text);
        throttling(text);
        OptionalLong resident = resident();
        if (resident.isPresent()) {
            text.gauge("process_resident_memory_bytes", "Memory of the whole process that lies in RAM.")
                    .value(resident.getAsLong());
        }
    }

    private void temperatures(MetricsText text) {
        List<Path> zones = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(root.resolve("sys/class/thermal"), "thermal_zone*")) {
            found.forEach(zones::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException none) {
            return;
        }
        zones.sort(null);
        boolean begun = false;
        for (Path zone : zones) {
            OptionalLong millidegrees = number(zone.resolve("temp"), 10);
            if (millidegrees.isEmpty()) {
                continue;
            }
            if (!begun) {
                text.gauge("perch_machine_temperature_celsius", "Temperature of a zone of the machine.");
                begun = true;
            }
            text.value(
                    millidegrees.getAsLong() / 1e3,
                    "zone",
                    String.valueOf(zone.getFileName()),
                    "type",
                    line(zone.resolve("type")).orElse(""));
        }
    }

    private void throttling(MetricsText text) {
        OptionalLong bits = number(root.resolve(THROTTLED), 16);
        if (bits.isEmpty()) {
            return;
        }
        text.gauge("perch_machine_throttled", "1 while the Raspberry Pi is held back for this cause.");
        for (int i = 0; i < CAUSES.size(); i++) {
            text.value(bits.getAsLong() >> i & 1, "cause", CAUSES.get(i));
        }
        text.gauge(
                "perch_machine_throttled_since_boot",
                "1 if the Raspberry Pi was held back for this cause since its start.");
        for (int i = 0; i < CAUSES.size(); i++) {
            text.value(bits.getAsLong() >> (16 + i) & 1, "cause", CAUSES.get(i));
        }
    }

    /** Returns the resident memory of this process (proc(5), /proc/self/status, VmRSS). */
    private OptionalLong resident() {
        try {
            for (String line : Files.readAllLines(root.resolve("proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static OptionalLong number(Path file, int radix) {
        Optional<String> line = line(file);
        try {
            return line.isPresent() ? OptionalLong.of(Long.parseLong(line.get(), radix)) : OptionalLong.empty();
        } catch (NumberFormatException otherwise) {
            return OptionalLong.empty();
        }
    }

    /** Returns the first line of a file; empty if it cannot be read, as for a zone without a sensor. */
    private static Optional<String> line(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
