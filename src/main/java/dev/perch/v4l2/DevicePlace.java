package dev.perch.v4l2;

import dev.perch.media.CaptureException;

/** Where a device is found: not always under the same number once it was unplugged. */
@FunctionalInterface
public interface DevicePlace {
    /**
     * The path of the device file that it has now. May block as long as drivers do.
     *
     * @throws CaptureException when there is none, or not exactly one
     */
    String find() throws CaptureException;
}
