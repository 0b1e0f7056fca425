package dev.perch.web.answer;

import dev.perch.audience.AddressShares;
import dev.perch.audience.ViewerBounds;
import dev.perch.camera.Camera;
import dev.perch.camera.DerivedPictures;
import dev.perch.camera.UnavailableException;
import dev.perch.media.Encoding;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.FreeMemory;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Problems that explain why a live answer does not begin, with the figures. */
public final class Refusals {
    /** Ten seconds: after a shortage, room must have lasted so long before anybody is let in. */
    private static final int SHORTAGE_SECONDS = 10;

    /** A place may be free at any time. */
    private static final int PLACE_SECONDS = 10;

    private static final int LOOP_DETECTED = 508; // RFC 5842 §7.2

    private Refusals() {}

    /** Returns the answer to a relay that would be shown its own stream. */
    public static Problem loop(Camera camera) {
        return Problem.of(
                        LOOP_DETECTED,
                        "The stream leads back here",
                        "Camera " + camera.id()
                                + " shows, by its url or by those of the cameras behind it, the camera that asks for it: a circle has no picture.")
                .with("camera", camera.id());
    }

    public static Problem of(UnavailableException unavailable, Camera camera) {
        boolean format = unavailable.kind() == UnavailableException.Kind.FORMAT;
        Problem problem = Problem.of(
                        format ? HttpServletResponse.SC_CONFLICT : HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        format ? "The camera gives no such format" : "No picture now",
                        unavailable.getMessage() + (format ? available(unavailable.offered()) : ""))
                .with("camera", camera.id())
                .with("state", camera.state().word());
        return format ? problem.with("available", LiveAddress.paths(unavailable.offered())) : problem;
    }

    private static String available(Set<Encoding> offered) {
        List<String> paths = LiveAddress.paths(offered);
        return paths.isEmpty() ? "" : " It gives " + String.join(", ", paths) + ".";
    }

    /**
     * Returns the answer while the machine's memory is short.
     *
     * @param read the last reading of the system's memory
     */
    public static Problem shortage(String sentence, Optional<FreeMemory> read) {
        Problem problem = Problem.of(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Memory is short", sentence)
                .with(Problem.RETRY_AFTER, SHORTAGE_SECONDS);
        if (read.isEmpty()) {
            return problem;
        }
        FreeMemory free = read.get();
        return problem.with("availableBytes", free.availableBytes())
                .with("totalBytes", free.totalBytes())
                .with("shortBelowBytes", free.shortBelowBytes());
    }

    public static Problem of(AddressShares.FullException full) {
        return Problem.of(
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "Too many viewers from one address",
                        String.valueOf(full.getMessage()))
                .with("mostPerAddress", full.most());
    }

    public static Problem of(ViewerBounds.FullException full) {
        return Problem.of(
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "As many watch as may",
                        String.valueOf(full.getMessage()))
                .with(Problem.RETRY_AFTER, PLACE_SECONDS)
                .with("viewers", full.now())
                .with("maxViewers", full.most());
    }

    public static Problem of(DerivedPictures.FullException full) {
        return Problem.of(
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "Too many derived pictures",
                        String.valueOf(full.getMessage()))
                .with(Problem.RETRY_AFTER, PLACE_SECONDS)
                .with("mostDerivedPictures", DerivedPictures.MOST);
    }

    public static Problem of(BudgetExceededException full) {
        return Problem.of(
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "No memory for another viewer",
                        String.valueOf(full.getMessage()))
                .with("askedBytes", full.askedBytes())
                .with("leftBytes", full.leftBytes())
                .with("budgetBytes", full.totalBytes());
    }
}
