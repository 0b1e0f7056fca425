package dev.perch.codec;

import dev.perch.h264.AnnexB;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.v4l2.M2mDecoder;
import dev.perch.v4l2.M2mRequest;
import dev.perch.v4l2.SystemCalls;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A memory-to-memory decoder. */
final class M2mPictureDecoder implements PictureDecoder {
    private final String device;
    private final FrameTimes times = new FrameTimes();
    private final M2mDecoder decoder;
    private final Queue<CaptureException> refusals = new ArrayDeque<>();
    private @Nullable Output output; // of the current call

    /**
     * Opens the device.
     *
     * @param first like all frames that will be put in
     * @param codedFourcc the device's code for them
     * @param raw the format of the pictures
     */
    M2mPictureDecoder(DerivationSpec spec, InputFrame first, String device, int codedFourcc, PixelFormat raw)
            throws CaptureException {
        this.device = device;
        M2mRequest request = new M2mRequest(
                device,
                raw,
                codedFourcc,
                first.width(),
                first.height(),
                spec.framesPerSecond(),
                spec.camera() + " decoder buffers",
                "cameras." + spec.camera() + ".size",
                List.of());
        decoder = M2mDecoder.open(SystemCalls.linux(), spec.arenas().budget(), request, this::made);
    }

    @Override
    public void put(InputFrame frame, Output to) throws CaptureException {
        output = to;
        try {
            if (frame.format() == PixelFormat.H264) {
                AnnexB.fromLengths(frame.bytes());
            }
        } catch (MalformedBitstreamException defect) {
            throw new CaptureException(Kind.FAULT, "A frame of the ring is damaged.", defect);
        }
        decoder.put(frame.bytes(), 1 + times.in(frame.time())); // a stamp of 0 would mean none
        tellRefusal();
    }

    @Override
    public void drain(Output to) throws CaptureException {
        output = to;
        decoder.drain();
        tellRefusal();
    }

    private void made(RawPicture picture, long stampMicros) {
        Output to = output;
        if (to != null && refusals.isEmpty()) {
            try {
                to.picture(picture, times.ofInput(stampMicros - 1));
            } catch (CaptureException refused) {
                refusals.add(refused); // thrown when the device's queues are in order again
            }
        }
    }

    private void tellRefusal() throws CaptureException {
        CaptureException refused = refusals.poll();
        if (refused != null) {
            throw refused;
        }
    }

    @Override
    public String name() {
        return device;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
