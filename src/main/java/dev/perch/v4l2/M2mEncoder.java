package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** A memory-to-memory device that encodes raw pictures. Belongs to one thread. */
public final class M2mEncoder extends M2mCodec {
    private static final System.Logger LOG = System.getLogger(M2mEncoder.class.getName());
    private static final int SEL_TGT_CROP = 0;
    private static final int CID_CODEC = 0x0099_0900; // V4L2_CID_CODEC_BASE
    private static final int CID_B_FRAMES = CID_CODEC + 202;
    private static final int CID_GOP_SIZE = CID_CODEC + 203;
    private static final int CID_REPEAT_SEQ_HEADER = CID_CODEC + 226;
    private static final int CID_FORCE_KEY_FRAME = CID_CODEC + 229;
    private static final int CID_H264_I_PERIOD = CID_CODEC + 358;

    private final Output result;
    private final PixFormat coded;
    private M2mQueue output;
    private boolean imports;
    private final List<Integer> strides;

    /** Receives the frames. */
    public interface Output {
        /**
         * Called with each coded frame.
         *
         * @param frame the driver's memory, position 0 to limit; valid during the call only
         * @param stampMicros the stamp of the picture that it was made of
         */
        void made(ByteBuffer frame, long stampMicros);
    }

    private M2mEncoder(Device device, MemoryBudget budget, M2mRequest request, RawPicture first, Output result)
            throws CaptureException {
        super(device, budget, request);
        this.result = result;
        int type = device.capabilities().captureType();
        this.coded = agree(PixFormat.wish(type, request.codedFourcc(), request.width(), request.height(), 1)
                .withSizeImage(codedBytes()));
        this.output = output(first);
        this.strides = output.format().strides(request.raw());
    }

    /**
     * Makes the queue that pictures go in at: it imports them where they lie if the device wants just that layout, otherwise it has memory of its
     * own.
     */
    private M2mQueue output(RawPicture first) throws CaptureException {
        PixelFormat raw = request.raw();
        PixFormat wish = PixFormat.wish(
                device.capabilities().outputType(),
                raw.fourcc(),
                request.width(),
                request.height(),
                raw.memoryPlanes());
        if (first.dmabufs().size() == raw.memoryPlanes()) {
            List<Integer> wanted = IntStream.range(0, raw.planes())
                    .mapToObj(first::bytesPerLine)
                    .toList();
            PixFormat agreed = agree(wish.withStrides(wanted));
            if (agreed.strides(raw).equals(wanted) && agreed.height() == first.height()) {
                imports = true;
                return new M2mQueue(device, agreed, QueueBuffer.MEMORY_DMABUF);
            }
        }
        return new M2mQueue(device, agree(wish));
    }

    /**
     * Opens the device and starts it.
     *
     * @param first a picture like those that will be put in; only looked at
     */
    public static M2mEncoder open(
            SystemCalls calls, MemoryBudget budget, M2mRequest request, RawPicture first, Output result)
            throws CaptureException {
        Device device = Device.open(calls, request.device());
        M2mEncoder encoder;
        try {
            encoder = new M2mEncoder(device, budget, request, first, result);
        } catch (CaptureException refused) {
            device.close();
            throw refused;
        }
        try {
            encoder.start();
            return encoder;
        } catch (CaptureException refused) {
            encoder.close();
            throw refused;
        }
    }

    private void start() throws CaptureException {
        subscribe(EVENT_EOS);
        cropToPicture();
        rate();
        int gop = (int) Math.max(1, Math.round(request.framesPerSecond()));
        set(CID_B_FRAMES, 0);
        set(CID_GOP_SIZE, gop);
        set(CID_H264_I_PERIOD, gop);
        set(CID_REPEAT_SEQ_HEADER, 1);
        new Controls(device).prepare(request.controls());
        startOutput();
        startCapture(new M2mQueue(device, coded));
    }

    private void startOutput() throws CaptureException {
        try {
            start(output);
        } catch (CaptureException refused) {
            if (!imports) {
                throw refused;
            }
            copyFromNowOn();
        }
    }

    /** Switches to copying, when the device claims to import and then refuses a picture. */
    private void copyFromNowOn() throws CaptureException {
        PixFormat format = output.format();
        output.close();
        imports = false;
        output = new M2mQueue(device, format);
        start(output);
    }

    /** Returns whether the device reads pictures where they were captured (DMABUF), without a copy. */
    public boolean imports() {
        return imports;
    }

    /**
     * Sets the source rectangle to the picture, because the driver's size is aligned and the picture's is not: "The client may set the rectangle of
     * the source".
     */
    private void cropToPicture() {
        ByteBuffer selection = device.argument();
        // the single-planar type for both APIs (vidioc-g-selection.rst)
        selection.putInt(m2m.selection.offset("type"), PixFormat.OUTPUT);
        selection.putInt(m2m.selection.offset("target"), SEL_TGT_CROP);
        selection.putInt(m2m.selection.offset("width"), request.width());
        selection.putInt(m2m.selection.offset("height"), request.height());
        device.ioctl(m2m.setSelection); // a driver that cannot crop has told its size before
    }

    private void rate() {
        ByteBuffer parm = device.argument();
        parm.putInt(abi.streamparm.offset("type"), output.format().type());
        parm.putInt(abi.streamparm.offset("capture.numerator"), 1000);
        parm.putInt(abi.streamparm.offset("capture.denominator"), (int) Math.round(1000 * request.framesPerSecond()));
        device.ioctl(abi.setParm); // only the rate control uses it
    }

    /** Makes the next frame a key frame, if the encoder can. */
    public void forceKeyFrame() {
        set(CID_FORCE_KEY_FRAME, 1);
    }

    /**
     * Puts a picture in, and hands over its result if it comes within a frame's time.
     *
     * @param picture of the request's format and size; only read
     * @param stampMicros marks the frame that is made of the picture; above 0
     * @throws CaptureException when the device takes no more frames
     */
    public void put(RawPicture picture, long stampMicros) throws CaptureException {
        int index = freeOutput();
        if (imports) {
            int result = output.enqueueImported(index, picture, stampMicros);
            if (result >= 0) {
                awaitFrame(stampMicros);
                awaitRead();
                return;
            }
            LOG.log(
                    Level.INFO,
                    "{0} cannot read the camera''s memory ({1}); pictures are copied to it.",
                    device.path(),
                    Errno.name(-result));
            copyFromNowOn();
            index = freeOutput();
        }
        for (int plane = 0; plane < request.raw().planes(); plane++) {
            copy(picture, plane, index);
        }
        output.enqueueFull(index, stampMicros);
        awaitFrame(stampMicros);
    }

    /** Copies a plane. The device's rows may be longer than the picture's, and there may be more of them. */
    private void copy(RawPicture picture, int plane, int index) {
        boolean separate = request.raw().memoryPlanes() > 1;
        ByteBuffer memory = output.memory(index, separate ? plane : 0);
        int at = output.format().offset(request.raw(), plane, strides);
        ByteBuffer from = picture.plane(plane);
        int rowBytes = request.raw().rowBytes(plane, request.width());
        int rows = request.raw().rows(plane, request.height());
        int stride = strides.get(plane);
        int step = stride == rowBytes && picture.bytesPerLine(plane) == rowBytes ? rows : 1;
        for (int row = 0; row < rows; row += step) {
            memory.put(at + row * stride, from, row * picture.bytesPerLine(plane), step * rowBytes);
        }
    }

    /**
     * Drains the device after the last picture.
     *
     * @return false if the end did not come
     */
    public boolean drain() throws CaptureException {
        return drain(m2m.encoderCommand, "VIDIOC_ENCODER_CMD");
    }

    @Override
    M2mQueue output() {
        return output;
    }

    @Override
    void made(M2mQueue from, long stampMicros) {
        result.made(from.memory(from.index(), 0).limit(from.bytesUsed(0)), stampMicros);
    }

    @Override
    void event(int type) {
        // the flag of the last buffer reports the end too
    }

    @Override
    boolean lastCame() {
        return true;
    }
}
