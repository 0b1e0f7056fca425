package dev.perch.web.live;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Discretion;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;

/**
 * The cameras' numbers in messages. Whoever may know all cameras gets their order. To others a number must not reveal how many there are, so it is
 * one from 0x4000 on, scattered differently at each start. Safe from any thread.
 */
final class MessageNumbers {
    private static final int FIRST = 0x4000;

    private final Cameras cameras;
    private final Discretion discretion;

    MessageNumbers(Cameras cameras, HttpServletRequest request) {
        this.cameras = cameras;
        this.discretion = new Discretion(Callers.permit(request));
    }

    /** Returns the number of a camera, which no other has. */
    int of(Camera camera) {
        int number = cameras.number(camera);
        return discretion.showsAll(cameras.all()) ? number : Scattered.of(number);
    }

    /** Loaded for the first client that may not know all cameras. */
    private static final class Scattered {
        private static final int BLOCK = FIRST - 1;
        private static final int FACTOR;
        private static final int SHIFT;

        static {
            SecureRandom random = new SecureRandom();
            FACTOR = random.nextInt(FIRST) | 1; // an odd factor keeps the numbers distinct
            SHIFT = random.nextInt(FIRST);
        }

        private Scattered() {}

        static int of(int number) {
            return FIRST | ((number * FACTOR + SHIFT) & BLOCK);
        }
    }
}
