package dev.perch.source;

import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.TrackId;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** The JPEG images of an MJPEG camera, or of another Perch. */
final class FarPictures implements FarStream, MultipartReader.Output {
    private final Clock clock;
    private final FarClock times;
    private final SteadySink sink;
    private final JpegSplitter splitter;
    private final MultipartReader parts;
    private final boolean unparted;
    private FrameTime time = new FrameTime(0, 0); // of the current part
    private long lastStampMicros = FarClock.UNTOLD;

    /**
     * Creates the stream.
     *
     * @param unparted whether images follow each other without multipart heads
     * @param publishes whether a frame is wanted
     */
    FarPictures(RelaySource source, SourceOutput output, boolean unparted, BooleanSupplier publishes) {
        this.unparted = unparted;
        this.clock = source.clock();
        this.times = new FarClock(clock);
        this.sink = new SteadySink(output.track(TrackId.main(Encoding.JPEG)), publishes);
        this.splitter =
                JpegPublisher.splitter(sink, source.camera().capture().fps().frameNanos());
        this.parts = new MultipartReader(source.description(), this);
    }

    @Override
    public void bytes(ByteBuffer piece) throws CaptureException {
        if (unparted) {
            bytes(piece, /* ofPart= */ false);
        } else {
            parts.bytes(piece);
        }
    }

    /** Leaves out a picture that is sent again, as Perch does when its camera gives no new one. */
    @Override
    public boolean begin(long stampMicros) {
        boolean again = stampMicros != FarClock.UNTOLD && stampMicros == lastStampMicros;
        lastStampMicros = stampMicros;
        if (!again) {
            time = stampMicros == FarClock.UNTOLD ? now() : times.arrived(/* streamNanos= */ 0, stampMicros);
        }
        return !again;
    }

    private FrameTime now() {
        return new FrameTime(clock.nanoTime(), clock.wallClockMicros());
    }

    @Override
    public void bytes(ByteBuffer piece, boolean ofPart) {
        splitter.bytes(piece, ofPart ? time : now());
    }

    @Override
    public void abandon() {
        // an image is claimed only when it is whole
    }

    @Override
    public int heldBytes() {
        return splitter.capacityBytes();
    }

    @Override
    public long frames() {
        return sink.frames();
    }

    @Override
    public SessionStats stats() {
        return sink.stats("MJPG", /* unknownRate= */ 0);
    }
}
