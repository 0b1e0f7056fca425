package dev.perch.web.answer;

import dev.perch.audience.Admission;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Admits those who send requests, each counted by the address that it comes from.
 *
 * @param bounds how many may watch; null where memory alone decides
 */
public record RequestAdmission(
        Admission admission, Callers callers, @Nullable ViewerBounds bounds) {
    /** Leaves the number of viewers to the memory there is. */
    public RequestAdmission(Admission admission, Callers callers) {
        this(admission, callers, null);
    }

    /** Returns the admission of one who sends {@code request}. */
    public Admission of(HttpServletRequest request) {
        return admission.of(callers.counted(request));
    }

    /** Returns the admission of one who is to receive live streams of {@code cameras}. */
    public Admission ofViewer(HttpServletRequest request, List<Camera> cameras) {
        Admission any = of(request);
        return bounds == null
                ? any
                : any.watching(bounds, cameras.stream().map(Camera::id).toList());
    }

    /** Returns the admission of one who plays {@code camera} otherwise than by HTTP. */
    public Admission ofPlayer(InetAddress address, Camera camera) {
        Admission any = admission.of(Optional.of(address));
        return bounds == null ? any : any.watching(bounds, List.of(camera.id()));
    }

    /**
     * Counts one who fetches a playlist or a segment.
     *
     * @throws ViewerBounds.FullException when as many others watch as may
     */
    public void fetches(HttpServletRequest request, Camera camera) {
        if (bounds != null) {
            bounds.fetches(camera.id(), callers.counted(request));
        }
    }
}
