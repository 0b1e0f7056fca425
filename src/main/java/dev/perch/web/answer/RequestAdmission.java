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
 * Admits those who send requests, each counted by its address.
 *
 * @param bounds limits the number of viewers; null if memory alone decides
 */
public record RequestAdmission(
        Admission admission, Callers callers, @Nullable ViewerBounds bounds) {
    /** Creates an admission without a limit on the number of viewers. */
    public RequestAdmission(Admission admission, Callers callers) {
        this(admission, callers, null);
    }

    /** Returns the admission for the sender of {@code request}. */
    public Admission of(HttpServletRequest request) {
        return admission.of(callers.counted(request));
    }

    /** Returns the admission for a receiver of live streams of {@code cameras}. */
    public Admission ofViewer(HttpServletRequest request, List<Camera> cameras) {
        Admission any = of(request);
        return bounds == null
                ? any
                : any.watching(bounds, cameras.stream().map(Camera::id).toList());
    }

    /** Returns the admission for a player of {@code camera} by another protocol than HTTP. */
    public Admission ofPlayer(InetAddress address, Camera camera) {
        Admission any = admission.of(Optional.of(address));
        return bounds == null ? any : any.watching(bounds, List.of(camera.id()));
    }

    /**
     * Counts a client that fetches a playlist or a segment.
     *
     * @throws ViewerBounds.FullException if no more may watch
     */
    public void fetches(HttpServletRequest request, Camera camera) {
        if (bounds != null) {
            bounds.fetches(camera.id(), callers.counted(request));
        }
    }
}
