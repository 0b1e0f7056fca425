package dev.perch.web.answer;

import dev.perch.access.Permit;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The time of an answer whose client may lose its right to it: the right is checked while the answer runs. */
public final class Tenure {
    private final Optional<Permit> permit;
    private Runnable forget = () -> {}; // guarded by this, like the next
    private boolean over;

    public Tenure(HttpServletRequest request) {
        permit = Callers.permit(request);
    }

    /** Makes the answer end by {@code ends}, which gets the reason, as soon as its client loses the right to it. */
    public void of(Consumer<String> ends) {
        of(List.of(), ends);
    }

    /**
     * Makes the answer end as soon as its client loses the right to one of {@code cameras}.
     *
     * @param cameras the ids of the cameras shown
     */
    public synchronized void of(List<String> cameras, Consumer<String> ends) {
        if (!over && permit.isPresent()) {
            forget = permit.get().hold(cameras, ends);
        }
    }

    /** Ends the checks, because the answer is over. */
    public synchronized void over() {
        over = true;
        forget.run();
        forget = () -> {};
    }
}
