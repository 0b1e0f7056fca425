package dev.perch.guest;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;

/** Opens a device in a process of its own, as another user, and prints what came of it. */
final class Probe {
    private Probe() {}

    public static void main(String... words) {
        try (Device device = Device.open(SystemCalls.linux(), words[0])) {
            System.out.println("OPEN " + device.capabilities());
        } catch (CaptureException refused) {
            System.out.println(refused.kind() + " " + refused.getMessage());
        }
    }
}
