package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TroubleTest {
    @Test
    void notPermitted_namesTheUserAndTheCommand() {
        CaptureException trouble = Trouble.of("/dev/video0", "open", Errno.EACCES);
        String user = System.getProperty("user.name");
        assertEquals(Kind.NOT_PERMITTED, trouble.kind());
        assertEquals(
                "The user " + user + " may not open /dev/video0: let it join the group video: usermod -aG video " + user
                        + ", then start Perch again.",
                trouble.getMessage());
    }

    @Test
    void kinds() {
        assertEquals(
                Kind.ABSENT, Trouble.of("/dev/video0", "open", Errno.ENOENT).kind());
        assertEquals(Kind.ABSENT, Trouble.of("/dev/video0", "open", Errno.ENXIO).kind());
        assertEquals(
                Kind.UNSUPPORTED,
                Trouble.of("/dev/null", "VIDIOC_QUERYCAP", Errno.ENOTTY).kind());
        CaptureException fault = Trouble.of("/dev/video0", "VIDIOC_DQBUF", Errno.EIO);
        assertEquals(Kind.FAULT, fault.kind());
        assertTrue(String.valueOf(fault.getMessage()).startsWith("/dev/video0 failed: EIO at VIDIOC_DQBUF. "));
    }

    @Test
    void userOfADevice_isFoundInProc(@TempDir Path directory) throws IOException {
        Path device = Files.createFile(directory.resolve("video0"));
        Path descriptors = Files.createDirectories(directory.resolve("proc/812/fd"));
        Files.createSymbolicLink(descriptors.resolve("5"), device.toRealPath());
        Files.writeString(directory.resolve("proc/812/comm"), "ffmpeg\n");
        Files.createDirectories(directory.resolve("proc/900/fd"));
        Path byId = Files.createSymbolicLink(directory.resolve("by-id"), device);
        assertEquals("ffmpeg (process 812)", DeviceUsers.firstUser(directory.resolve("proc"), byId));

        Files.delete(descriptors.resolve("5"));
        assertEquals("another program", DeviceUsers.firstUser(directory.resolve("proc"), device));
    }
}
