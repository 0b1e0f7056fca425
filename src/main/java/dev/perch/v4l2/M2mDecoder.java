package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.PictureLimits;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;

/** A memory-to-memory device that decodes frames to raw pictures, whose size may change between frames. Belongs to one thread. */
public final class M2mDecoder extends M2mCodec {
    private static final int SEL_TGT_COMPOSE = 0x0100;

    private final Output result;
    private final M2mQueue output;
    private int width; // of the pictures as they are shown
    private int height;
    private boolean draining;
    private boolean changed; // the stream has a new header, and the pictures before it have not all come out

    /** Receives the pictures. */
    public interface Output {
        /**
         * Called with each picture.
         *
         * @param picture in the driver's memory; valid during the call only, and not to be closed
         * @param stampMicros the stamp of the frame that it was made of
         */
        void made(RawPicture picture, long stampMicros);
    }

    private M2mDecoder(Device device, MemoryBudget budget, M2mRequest request, Output result) throws CaptureException {
        super(device, budget, request);
        this.result = result;
        this.output = new M2mQueue(
                device,
                agree(PixFormat.wish(
                                device.capabilities().outputType(),
                                request.codedFourcc(),
                                request.width(),
                                request.height(),
                                1)
                        .withSizeImage(codedBytes())));
    }

    public static M2mDecoder open(SystemCalls calls, MemoryBudget budget, M2mRequest request, Output result)
            throws CaptureException {
        Device device = Device.open(calls, request.device());
        M2mDecoder decoder;
        try {
            decoder = new M2mDecoder(device, budget, request, result);
        } catch (CaptureException refused) {
            device.close();
            throw refused;
        }
        try {
            decoder.subscribe(EVENT_EOS);
            decoder.subscribe(EVENT_SOURCE_CHANGE);
            decoder.start(decoder.output);
            return decoder;
        } catch (CaptureException refused) {
            decoder.close();
            throw refused;
        }
    }

    /**
     * Puts a coded frame in, and hands over its result if it comes within a frame's time.
     *
     * @param frame position to limit; only read
     * @param stampMicros marks the pictures that are made of the frame; above 0
     * @throws CaptureException when the device takes no more frames, or the frame is larger than its buffers
     */
    public void put(ByteBuffer frame, long stampMicros) throws CaptureException {
        int index = freeOutput();
        ByteBuffer memory = output.memory(index, 0);
        if (frame.remaining() > memory.capacity()) {
            throw new CaptureException(
                    CaptureException.Kind.NO_ROOM,
                    device.path() + " has buffers of " + memory.capacity() + " bytes; a frame has " + frame.remaining()
                            + ".");
        }
        memory.put(0, frame, frame.position(), frame.remaining());
        output.enqueue(index, frame.remaining(), stampMicros);
        awaitFrame(stampMicros);
    }

    /**
     * Drains the device after the last frame.
     *
     * @return false if the end did not come
     */
    public boolean drain() throws CaptureException {
        draining = true;
        return drain(m2m.decoderCommand, "VIDIOC_DECODER_CMD");
    }

    @Override
    M2mQueue output() {
        return output;
    }

    @Override
    void made(M2mQueue from, long stampMicros) {
        result.made(new DecodedPicture(from, request.raw(), width, height), stampMicros);
    }

    /**
     * Handles a change of the stream: "The client must drain the pictures before the change, then set the CAPTURE queue up anew" (dev-decoder.rst,
     * Dynamic Resolution Change).
     */
    @Override
    void event(int type) throws CaptureException {
        if (type == EVENT_SOURCE_CHANGE) {
            changed = true;
            if (!capturing()) {
                setUp();
            }
        }
    }

    @Override
    boolean lastCame() throws CaptureException {
        if (changed) {
            stopCapture();
            setUp();
            return false;
        }
        return draining;
    }

    private void setUp() throws CaptureException {
        changed = false;
        PixFormat told = PixFormat.get(device, device.capabilities().captureType());
        PixFormat agreed = agree(PixFormat.wish(
                told.type(),
                request.raw().fourcc(),
                told.width(),
                told.height(),
                request.raw().memoryPlanes()));
        PictureLimits.require(request.device(), agreed.width(), agreed.height());
        width = agreed.width();
        height = agreed.height();
        cropToShown();
        startCapture(new M2mQueue(device, agreed));
    }

    /** Reads the size at which the pictures are shown; the device may align their own size upwards. */
    private void cropToShown() {
        ByteBuffer selection = device.argument();
        selection.putInt(m2m.selection.offset("type"), PixFormat.CAPTURE);
        selection.putInt(m2m.selection.offset("target"), SEL_TGT_COMPOSE);
        if (device.ioctl(m2m.getSelection) >= 0) {
            int shownWidth = selection.getInt(m2m.selection.offset("width"));
            int shownHeight = selection.getInt(m2m.selection.offset("height"));
            width = shownWidth > 0 ? Math.min(width, shownWidth) : width;
            height = shownHeight > 0 ? Math.min(height, shownHeight) : height;
        }
    }
}
