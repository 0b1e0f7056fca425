package dev.perch.web.live;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Discretion;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;

/**
 * The cameras' numbers in messages. Who may know of all cameras has them in their order. To anybody else a number must not tell how many others there are, so it is one from 0x4000 on, scattered in a way
 * that changes with each start. Safe from any thread.
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

    /** Loaded for the first who may not know of all cameras. */
    private static final class Scattered {
        private static final int BLOCK = FIRST - 1;
        private static final int FACTOR;
        private static final int SHIFT;

        static {
            SecureRandom random = new SecureRandom();
            FACTOR = random.nextInt(FIRST) | 1; // an odd one keeps them apart
            SHIFT = random.nextInt(FIRST);
        }

        private Scattered() {}

        static int of(int number) {
            return FIRST | ((number * FACTOR + SHIFT) & BLOCK);
        }
    }
}
