package dev.perch.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process has that a web application could leave behind.
 *
 * @param threads the names of its threads but Tomcat's request threads
 * @param devices its descriptors and mappings of video devices
 * @param libraries its mapped files whose name tells that they were unpacked by JNA, or are libturbojpeg
 */
record OwnFootprint(List<String> threads, List<String> devices, List<String> libraries) {
    static OwnFootprint take() {
        try {
            List<String> maps = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .map(line -> Arrays.asList(line.split(" +", 6)))
                    .filter(columns -> columns.size() == 6)
                    .map(columns -> columns.get(5))
                    .toList();
            List<String> devices = new ArrayList<>(
                    maps.stream().filter(each -> each.contains("/dev/video")).toList());
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                descriptors
                        .map(OwnFootprint::target)
                        .filter(OwnFootprint::isDevice)
                        .forEach(devices::add);
            }
            return new OwnFootprint(
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> !name.contains("-exec-"))
                            .sorted()
                            .toList(),
                    devices,
                    maps.stream()
                            .filter(each -> each.contains("/jna") || each.contains("ffi") || each.contains("turbojpeg"))
                            .toList());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static boolean isDevice(String target) {
        return target.startsWith("/dev/video") || target.contains("dmabuf") || target.contains("[eventfd]");
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** Returns whether there is nothing more than {@code before} has. */
    boolean isWithin(OwnFootprint before) {
        return threads.size() <= before.threads.size()
                && devices.size() <= before.devices.size()
                && libraries.size() <= before.libraries.size();
    }
}
