package dev.perch.web.answer;

import dev.perch.access.Permit;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How long an answer runs that its client may lose the right to: it is asked about while it runs, and forgotten when it is over. */
public final class Tenure {
    private final Optional<Permit> permit;
    private Runnable forget = () -> {}; // guarded by this, as the next
    private boolean over;

    public Tenure(HttpServletRequest request) {
        permit = Callers.permit(request);
    }

    /** Has the answer end by {@code ends}, which is told why, as soon as its client may no longer have it. */
    public void of(Consumer<String> ends) {
        of(List.of(), ends);
    }

    /**
     * Has the answer end as soon as its client may no longer have one of {@code cameras}.
     *
     * @param cameras the ids of those that it shows
     */
    public synchronized void of(List<String> cameras, Consumer<String> ends) {
        if (!over && permit.isPresent()) {
            forget = permit.get().hold(cameras, ends);
        }
    }

    /** The answer is over. */
    public synchronized void over() {
        over = true;
        forget.run();
        forget = () -> {};
    }
}
