package dev.perch.v4l2;

import dev.perch.media.CaptureException;

/** Finds the file of a device, which may have another number after it was unplugged. */
@FunctionalInterface
public interface DevicePlace {
    /**
     * Returns the path of the device's file now. May block as long as drivers do.
     *
     * @throws CaptureException when there is none, or not exactly one
     */
    String find() throws CaptureException;
}
