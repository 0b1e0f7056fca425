package dev.perch.codec;

import dev.perch.media.CaptureException;
import org.jspecify.annotations.Nullable;

/** Encodes every picture that its worker takes; the frames are published in the order of all workers' pictures. */
final class InTurn extends EveryFrame {
    private final FrameOrder.Place place;

    /**
     * Creates a policy.
     *
     * @param runs their frames go to {@code place}
     */
    InTurn(DerivationSpec spec, Inlet inlet, FrameOrder.Place place, EncoderRun.Factory runs) {
        super(spec, inlet, runs);
        this.place = place;
    }

    @Override
    void next(@Nullable InputFrame frame) throws CaptureException {
        if (frame == null) {
            return;
        }
        place.take(frame.taken());
        try {
            super.next(frame);
        } finally {
            frame.handBack(); // before it waits for others
            place.leave();
        }
    }
}
