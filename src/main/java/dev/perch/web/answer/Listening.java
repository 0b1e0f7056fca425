package dev.perch.web.answer;

import dev.perch.access.Action;
import dev.perch.access.Permit;
import dev.perch.camera.Camera;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** Whether who asks may hear a camera: who may only watch gets its pictures without sound, and no address of its sound alone. */
public final class Listening {
    private Listening() {}

    /** Returns whether who sent {@code request} may hear {@code camera}. */
    public static boolean may(HttpServletRequest request, Camera camera) {
        return Callers.permit(request)
                .filter(permit -> !permit.may(Action.LISTEN, camera.id()))
                .isEmpty();
    }

    /** Has the answer end once its client may hear no more; before it is held. */
    public static void heard(HttpServletRequest request) {
        Callers.permit(request).ifPresent(Permit::heard);
    }

    /** Has the answer end once its client may hear one of the cameras of these ids no more; before it is held. */
    public static void heard(HttpServletRequest request, List<String> cameras) {
        Callers.permit(request).ifPresent(permit -> permit.heard(cameras));
    }

    /** Answers that there is sound in it, which is not for who sent {@code request}. */
    public static void refuse(Camera camera, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problem.of(
                        HttpServletResponse.SC_FORBIDDEN,
                        "Not to be heard",
                        "You may watch camera " + camera.id() + " and not hear it, and there is sound in this.")
                .answer(request, response);
    }
}
