package dev.perch.codec;

import dev.perch.media.CaptureException;
import org.jspecify.annotations.Nullable;

/** Puts every picture that its worker takes into an encoder of its own; what comes out is published when it is that picture's turn. */
final class InTurn extends EveryFrame {
    private final FrameOrder.Place place;

    /** @param runs whose frames go to {@code place} */
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
            frame.handBack(); // before others are waited for
            place.leave();
        }
    }
}
