package dev.perch.guest;

import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Unplugs the vivid test camera for a while. Its driver plugs it in again by itself, in the release of the last file that has the device open. There it looks whether
 * others have it open, and later takes its own file off the list: of two that go at a time each sees the other, and the device stays away for good. So one
 * file stays open here until everybody else has gone.
 */
final class Unplugged {
    private Unplugged() {}

    /** What a test looks at while the camera is away. */
    interface Meanwhile {
        void look() throws Exception;
    }

    /** Unplugs it, so that whoever has it open gets errors and nobody can open it; plugs it in when the look is over and everybody has let go of it. */
    static void vivid(String node, Meanwhile meanwhile) throws Exception {
        try (Device device = Device.open(SystemCalls.linux(), node)) {
            ControlSetting disconnect =
                    new ControlSetting("disconnect", new ControlValue.Whole(1), /* required= */ true);
            new Controls(device).set(List.of(disconnect), lasting -> {});
            meanwhile.look();
            Guest.await("everybody to let go of " + node + ", of users=" + users(), 20, () -> users() <= 1);
        }
        Guest.await(node + " to be plugged in", 20, () -> Files.exists(Path.of(node)));
    }

    /** How many files have a device of the driver open; the kernel takes one off when its release is over. */
    private static int users() {
        try {
            return Integer.parseInt(
                    Files.readString(Path.of("/sys/module/vivid/refcnt")).strip());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
