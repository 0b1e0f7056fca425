package dev.perch.audience;

import dev.perch.memory.Shedder;
import dev.perch.memory.Step;

/** Closes the newest viewers: some at each poll while memory is nearly gone, until half of those present at first are left. */
public final class NewestShedder implements Shedder {
    private static final Step STEP = new Step(40, "newestViewers", "the newest viewers closed", /* lastResort= */ true);

    /** The share closed at each poll: a quarter. */
    private static final int SHARE_CLOSED = 4;

    private final Audience audience;
    private int stay = -1; // half of those present when memory was nearly gone; -1 while it is not

    public NewestShedder(Audience audience) {
        this.audience = audience;
    }

    @Override
    public Step step() {
        return STEP;
    }

    @Override
    public long shed() {
        int present = audience.stayingCount();
        if (stay < 0) {
            stay = (present + 1) / 2;
        }
        int share = (present + SHARE_CLOSED - 1) / SHARE_CLOSED;
        return audience.closeNewest(Math.max(0, Math.min(share, present - stay)));
    }

    @Override
    public void restore() {
        stay = -1;
    }
}
