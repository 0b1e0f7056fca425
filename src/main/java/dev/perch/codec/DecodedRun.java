package dev.perch.codec;

import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import org.jspecify.annotations.Nullable;

/** A run that decodes encoded frames for another run. When the decoded pictures change, that other run begins anew. */
final class DecodedRun implements EncoderRun {
    private final DerivationSpec spec;
    private final InputFrame like;
    private final PictureDecoder decoder;
    private final EncoderRun.Factory encoders;
    private final int passedOver;
    private final Pace pace;
    private int puts; // used by the worker only, like the next
    private boolean made;
    private volatile @Nullable EncoderRun encoder; // written by the worker, read by any thread

    /**
     * Creates the run.
     *
     * @param spec says how many frames after the first are decoded only, and how many pictures a second are encoded at most
     * @param encoders makes the runs that take decoded pictures
     */
    DecodedRun(DerivationSpec spec, InputFrame first, PictureDecoder decoder, EncoderRun.Factory encoders) {
        this.spec = spec;
        this.passedOver = spec.passedOver();
        this.pace = new Pace(spec.quality().fps().map(FrameRate::perSecond).orElse(0.0));
        this.like = first;
        this.decoder = decoder;
        this.encoders = encoders;
    }

    @Override
    public boolean takes(InputFrame frame) {
        return like.like(frame);
    }

    @Override
    public void put(InputFrame frame) throws CaptureException {
        puts++;
        decoder.put(frame, this::encode);
    }

    private void encode(RawPicture picture, FrameTime time) throws CaptureException {
        boolean early = (made && puts <= passedOver) || spec.sink().leavesOut(time);
        if (early || !pace.takes(time.decodeNanos())) {
            return;
        }
        made = true;
        InputFrame decoded = InputFrame.inPlace(picture, time);
        try {
            EncoderRun present = encoder;
            if (present == null || !present.takes(decoded)) {
                endEncoder();
                present = encoders.start(decoded);
                encoder = present;
            }
            present.put(decoded);
        } finally {
            decoded.handBack();
        }
    }

    private void endEncoder() {
        EncoderRun present = encoder;
        encoder = null;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public boolean finish(long millis) throws CaptureException {
        decoder.drain(this::encode);
        EncoderRun present = encoder;
        return present == null || present.finish(millis);
    }

    @Override
    public void forceKeyFrame() {
        EncoderRun present = encoder;
        if (present != null) {
            present.forceKeyFrame();
        }
    }

    @Override
    public String by() {
        EncoderRun present = encoder;
        return decoder.name() + (present == null ? "" : ", " + present.by());
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
        endEncoder();
        decoder.close();
    }
}
