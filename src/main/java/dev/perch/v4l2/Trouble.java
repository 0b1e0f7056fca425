package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.io.IOException;
import java.nio.file.Path;

/** Turns an error number into a sentence that a person understands. */
final class Trouble {
    private Trouble() {}

    /**
     * Returns the exception for a failed call.
     *
     * @param device the device's path, which begins the sentence
     * @param call the system call or ioctl that failed
     * @param errno positive
     */
    static CaptureException of(String device, String call, int errno) {
        CaptureException told = sentence(device, call, errno);
        told.initCause(new IOException(Errno.name(errno) + " at " + call)); // for the log
        return told;
    }

    private static CaptureException sentence(String device, String call, int errno) {
        return switch (errno) {
            case Errno.EACCES, Errno.EPERM -> notPermitted(device);
            case Errno.EBUSY ->
                new CaptureException(
                        Kind.BUSY,
                        device + " is in use by " + DeviceUsers.firstUser(Path.of("/proc"), Path.of(device)) + ".");
            case Errno.ENOENT ->
                new CaptureException(
                        Kind.ABSENT, device + " does not exist: is the camera plugged in, and its driver loaded?");
            case Errno.ENODEV, Errno.ENXIO ->
                new CaptureException(
                        Kind.ABSENT, device + " is gone: the camera was unplugged, or its driver removed.");
            case Errno.ENOSPC ->
                new CaptureException(
                        Kind.NO_ROOM,
                        "The USB bus has no bandwidth left for " + device
                                + ": ask for a smaller size, a lower rate or MJPG, or plug the camera into another bus.");
            case Errno.ENOMEM ->
                new CaptureException(
                        Kind.NO_ROOM,
                        "The kernel has no memory for the buffers of " + device + ": ask for a smaller size.");
            case Errno.EMFILE, Errno.ENFILE ->
                new CaptureException(
                        Kind.NO_ROOM,
                        device + " cannot be opened: too many files are open (" + Errno.name(errno) + ").");
            case Errno.ENOTTY ->
                new CaptureException(
                        Kind.UNSUPPORTED, device + " is not a V4L2 device (" + call + " is unknown to it).");
            default -> fault(device, call, errno);
        };
    }

    /** Returns the exception for a device that failed, whatever the number means elsewhere. */
    static CaptureException fault(String device, String call, int errno) {
        return new CaptureException(
                Kind.FAULT, device + " failed: " + Errno.name(errno) + " at " + call + ". " + advice(errno));
    }

    private static CaptureException notPermitted(String device) {
        String user = System.getProperty("user.name", "tomcat");
        return new CaptureException(
                Kind.NOT_PERMITTED,
                "The user " + user + " may not open " + device + ": let it join the group video: usermod -aG video "
                        + user + ", then start Perch again.");
    }

    private static String advice(int errno) {
        return errno == Errno.EIO || errno == Errno.EPROTO || errno == Errno.ETIMEDOUT
                ? "The camera or its cable has a fault; plug it in again, and look at what dmesg says."
                : "The driver refuses what Perch asked; dmesg may say why.";
    }
}
