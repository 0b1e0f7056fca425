package dev.perch.guest;

import dev.perch.alsa.Pcm;
import dev.perch.alsa.PcmLibrary;
import dev.perch.alsa.PcmWish;
import dev.perch.media.CaptureException;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;

/** Opens a device in a process of its own, as another user or without a library, and prints what came of it. */
final class Probe {
    private Probe() {}

    // words: the device; "jpeg" after it captures and encodes, "sound" after it opens a sound card
    public static void main(String... words) throws Exception {
        if (words.length > 1 && words[1].equals("sound")) {
            try (Pcm card = PcmLibrary.linux().open(words[0])) {
                System.out.println("OPEN " + card.agree(PcmWish.of(words[0])));
            } catch (CaptureException refused) {
                System.out.println(refused.kind() + " " + refused.getMessage());
            }
            return;
        }
        if (words.length > 1) {
            try (Collector collector = Collector.captureJpeg(words[0], 320, 180, 10)) {
                System.out.println(collector.frames(3).size() + " JPEG");
            }
            return;
        }
        try (Device device = Device.open(SystemCalls.linux(), words[0])) {
            System.out.println("OPEN " + device.capabilities());
        } catch (CaptureException refused) {
            System.out.println(refused.kind() + " " + refused.getMessage());
        }
    }
}
