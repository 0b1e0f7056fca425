package dev.perch.v4l2;

import dev.perch.media.CaptureException;

/** Opens a device twice and prints why that fails, in a JVM whose folder for JNA the test has chosen. */
final class JnaFolderMain {
    private JnaFolderMain() {}

    public static void main(String[] paths) {
        for (String path : paths) {
            try (Device device = Device.open(SystemCalls.linux(), path)) {
                System.out.println("opened " + device.path());
            } catch (CaptureException reason) {
                System.out.println(reason.kind() + ": " + reason.getMessage());
            }
        }
    }
}
