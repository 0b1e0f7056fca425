package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the memory-to-memory devices of this machine. A call asks the drivers, and takes as long as they do. */
public final class M2mDevices {
    private static final System.Logger LOG = System.getLogger(M2mDevices.class.getName());
    private static final int MAX_FORMATS = 256;

    private M2mDevices() {}

    /**
     * Returns the path of the first device that takes {@code inFourcc} at its OUTPUT side and gives {@code outFourcc} at its CAPTURE side.
     *
     * @param named the only device to ask; empty for all
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as the configuration has it
    public static Optional<String> first(SystemCalls calls, Optional<String> named, int inFourcc, int outFourcc) {
        for (String path : named.map(List::of).orElseGet(M2mDevices::nodes)) {
            try (Device device = Device.open(calls, path)) {
                Device.Capabilities its = device.capabilities();
                if (its.memoryToMemory()
                        && has(device, its.outputType(), inFourcc)
                        && has(device, its.captureType(), outFourcc)) {
                    return Optional.of(path);
                }
            } catch (CaptureException closed) {
                LOG.log(Level.DEBUG, "{0} is passed over: {1}", path, closed.getMessage());
            }
        }
        return Optional.empty();
    }

    private static List<String> nodes() {
        try (Stream<Path> files = Files.list(Path.of("/dev"))) {
            return files.map(Path::toString)
                    .filter(path -> path.matches("/dev/video\\d+"))
                    .sorted(Comparator.comparing((String path) -> path.length()).thenComparing(path -> path))
                    .toList();
        } catch (IOException unreadable) {
            LOG.log(Level.DEBUG, "/dev cannot be listed", unreadable);
            return List.of();
        }
    }

    private static boolean has(Device device, int type, int fourcc) {
        for (int index = 0; index < MAX_FORMATS; index++) {
            ByteBuffer fmtdesc = device.argument();
            fmtdesc.putInt(device.abi.fmtdesc.offset("index"), index);
            fmtdesc.putInt(device.abi.fmtdesc.offset("type"), type);
            if (device.ioctl(device.abi.enumFmt) < 0) {
                return false;
            }
            if (fmtdesc.getInt(device.abi.fmtdesc.offset("pixelformat")) == fourcc) {
                return true;
            }
        }
        return false;
    }
}
