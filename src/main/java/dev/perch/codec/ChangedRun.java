package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.BudgetExceededException;
import dev.perch.picture.PictureChanger;
import org.jspecify.annotations.Nullable;

/** A run that scales and turns raw pictures before another run takes them. */
final class ChangedRun implements EncoderRun {
    private final InputFrame like;
    private final PictureChanger changer;
    private final EncoderRun.Factory encoders;
    private volatile @Nullable EncoderRun encoder; // written by the worker, read by any thread

    private ChangedRun(InputFrame like, PictureChanger changer, EncoderRun.Factory encoders) {
        this.like = like;
        this.changer = changer;
        this.encoders = encoders;
    }

    /**
     * Starts a run of {@code encoders} for pictures like {@code first}, changed as {@code spec} says; unchanged pictures are passed on as they are.
     *
     * @param to the format of changed pictures, NV12 or YU12
     */
    static EncoderRun start(DerivationSpec spec, InputFrame first, PixelFormat to, EncoderRun.Factory encoders)
            throws CaptureException {
        if (spec.target().change().none()) {
            return encoders.start(first);
        }
        try {
            PictureChanger changer = new PictureChanger(
                    spec.camera(), first.picture(), spec.target().change(), to, spec.arenas());
            return new ChangedRun(first, changer, encoders);
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    @Override
    public boolean takes(InputFrame frame) {
        return like.like(frame);
    }

    @Override
    public void put(InputFrame frame) throws CaptureException {
        RawPicture changed = changer.change(frame.picture(), frame.time());
        frame.handBack();
        InputFrame next = InputFrame.inPlace(changed, frame.time());
        EncoderRun present = encoder;
        if (present == null) {
            present = encoders.start(next);
            encoder = present;
        }
        present.put(next);
        next.handBack();
    }

    @Override
    public void forceKeyFrame() {
        EncoderRun present = encoder;
        if (present != null) {
            present.forceKeyFrame();
        }
    }

    @Override
    public boolean finish(long millis) throws CaptureException {
        EncoderRun present = encoder;
        return present == null || present.finish(millis);
    }

    @Override
    public String by() {
        EncoderRun present = encoder;
        return present == null ? "" : present.by();
    }

    @Override
    public void kill() {
        EncoderRun present = encoder;
        if (present != null) {
            present.kill();
        }
    }

    @Override
    public void close() {
        EncoderRun present = encoder;
        encoder = null;
        if (present != null) {
            present.close();
        }
        changer.close();
    }
}
