package dev.perch.web.answer;

import dev.perch.access.Action;
import dev.perch.access.Permit;
import dev.perch.camera.Camera;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** Decides who may hear a camera: those who may only watch get its pictures without sound, and no address of the sound alone. */
public final class Listening {
    private Listening() {}

    /** Returns whether the sender of {@code request} may hear {@code camera}. */
    public static boolean may(HttpServletRequest request, Camera camera) {
        return Callers.permit(request)
                .filter(permit -> !permit.may(Action.LISTEN, camera.id()))
                .isEmpty();
    }

    /** Makes the answer end once its client may no longer listen. Called before the permit is held. */
    public static void heard(HttpServletRequest request) {
        Callers.permit(request).ifPresent(Permit::heard);
    }

    /** Makes the answer end once its client may no longer hear one of the cameras of these ids. Called before the permit is held. */
    public static void heard(HttpServletRequest request, List<String> cameras) {
        Callers.permit(request).ifPresent(permit -> permit.heard(cameras));
    }

    /** Answers that the sound is not for the sender of {@code request}. */
    public static void refuse(Camera camera, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problem.of(
                        HttpServletResponse.SC_FORBIDDEN,
                        "Not to be heard",
                        "You may watch camera " + camera.id() + " and not hear it, and there is sound in this.")
                .answer(request, response);
    }
}
