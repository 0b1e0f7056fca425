package dev.perch.v4l2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the processes that hold a device open, as far as /proc shows them to this process. */
final class DeviceUsers {
    private static final System.Logger LOG = System.getLogger(DeviceUsers.class.getName());

    private DeviceUsers() {}

    /**
     * Names one user of a device: {@code ffmpeg (process 812)}, {@code another camera of Perch} for this process, {@code another program} if /proc
     * does not tell.
     */
    static String firstUser(Path proc, Path device) {
        String own = Long.toString(ProcessHandle.current().pid());
        boolean ownToo = false;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            Path target = device.toRealPath();
            for (Path process : processes) {
                boolean holds = holds(process, target);
                boolean itself = process.getFileName().toString().equals(own);
                if (holds && !itself) {
                    return name(process) + " (process " + process.getFileName() + ")";
                }
                ownToo |= holds;
            }
        } catch (IOException | UncheckedIOException hidden) {
            LOG.log(Level.DEBUG, "cannot look for the user of " + device, hidden);
        }
        return ownToo ? "another camera of Perch" : "another program";
    }

    private static boolean holds(Path process, Path target) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (target.equals(linkTarget(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | UncheckedIOException notOurs) {
            LOG.log(Level.TRACE, "not readable: " + process); // another user's process, or gone meanwhile
        }
        return false;
    }

    private static Path linkTarget(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return descriptor;
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException gone) {
            return "another program";
        }
    }
}
