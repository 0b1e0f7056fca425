package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A stateful memory-to-memory encoder or decoder by the multi-planar API (linux Documentation/userspace-api/media/v4l/dev-encoder.rst,
 * dev-decoder.rst). What goes in is enqueued at OUTPUT, what comes out is dequeued at CAPTURE, both without waiting for longer than a frame takes.
 * Belongs to one thread.
 */
public final class M2mCodec implements AutoCloseable {
    private static final int BUFFERS = 3;
    private static final int POLLIN = 0x1;
    private static final int POLLPRI = 0x2;
    private static final int POLLOUT = 0x4;
    private static final int BUF_FLAG_ERROR = 0x40;
    private static final int BUF_FLAG_LAST = 0x100000;
    private static final int EVENT_EOS = 2;
    private static final int EVENT_SOURCE_CHANGE = 5;
    private static final int CMD_STOP = 1; // V4L2_ENC_CMD_STOP, V4L2_DEC_CMD_STOP
    private static final int SEL_TGT_CROP = 0;
    private static final int CID_CODEC = 0x0099_0900; // V4L2_CID_CODEC_BASE
    private static final int CID_B_FRAMES = CID_CODEC + 202;
    private static final int CID_GOP_SIZE = CID_CODEC + 203;
    private static final int CID_REPEAT_SEQ_HEADER = CID_CODEC + 226;
    private static final int CID_FORCE_KEY_FRAME = CID_CODEC + 229;
    private static final int CID_H264_I_PERIOD = CID_CODEC + 358;

    /** A slow encoder takes a tenth of it for 1080p. */
    private static final int STUCK_MILLIS = 2_000;

    /** How long a frame is waited for, so that it leaves as soon as it is made; a device that keeps frames back is asked again with the next. */
    private static final int FRAME_MILLIS = 100;

    private final Device device;
    private final Abi abi;
    private final M2mAbi m2m;
    private final M2mRequest request;
    private final MemoryBudget budget;
    private final boolean encoder;
    private final Output result;
    private final M2mQueue output;
    private final M2mQueue capture;
    private final ByteBuffer pollfd = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    private M2mFormat in;
    private M2mFormat out;
    private boolean capturing;
    private boolean drained;
    private long last; // the stamp of what came out last

    /** Who gets what comes out. */
    public interface Output {
        /**
         * A coded frame, or a picture.
         *
         * @param frame the driver's memory, position 0 to limit; valid during the call only
         * @param stampMicros of what it was made of
         * @param bytesPerLine of a picture from one row to the next; 0 of a coded frame
         */
        void made(ByteBuffer frame, long stampMicros, int bytesPerLine);
    }

    private M2mCodec(Device device, MemoryBudget budget, M2mRequest request, boolean encoder, Output result)
            throws CaptureException {
        this.device = device;
        this.abi = device.abi;
        this.m2m = new M2mAbi(abi.model);
        this.request = request;
        this.budget = budget;
        this.encoder = encoder;
        this.result = result;
        this.output = new M2mQueue(device, m2m, M2mAbi.OUTPUT);
        this.capture = new M2mQueue(device, m2m, M2mAbi.CAPTURE);
        int codedBytes = Math.max(256 << 10, request.width() * request.height() / 2);
        if (encoder) {
            out = agree(M2mAbi.CAPTURE, request.codedFourcc(), codedBytes);
            in = agree(M2mAbi.OUTPUT, request.rawFourcc(), 0);
        } else {
            in = agree(M2mAbi.OUTPUT, request.codedFourcc(), codedBytes);
            out = in; // known with the stream's first header
        }
    }

    /** Opens the device as an encoder, from raw to coded. */
    public static M2mCodec encoder(SystemCalls calls, MemoryBudget budget, M2mRequest request, Output result)
            throws CaptureException {
        return open(calls, budget, request, /* encoder= */ true, result);
    }

    /** Opens the device as a decoder, from coded to raw. */
    public static M2mCodec decoder(SystemCalls calls, MemoryBudget budget, M2mRequest request, Output result)
            throws CaptureException {
        return open(calls, budget, request, /* encoder= */ false, result);
    }

    private static M2mCodec open(
            SystemCalls calls, MemoryBudget budget, M2mRequest request, boolean encoder, Output result)
            throws CaptureException {
        Device device = Device.open(calls, request.device());
        M2mCodec codec;
        try {
            codec = new M2mCodec(device, budget, request, encoder, result);
        } catch (CaptureException refused) {
            device.close();
            throw refused;
        }
        try {
            codec.start();
            return codec;
        } catch (CaptureException refused) {
            codec.close();
            throw refused;
        }
    }

    private M2mFormat agree(int type, int fourcc, int sizeImageBytes) throws CaptureException {
        return M2mFormat.agree(device, type, fourcc, request.width(), request.height(), sizeImageBytes);
    }

    private void start() throws CaptureException {
        subscribe(EVENT_EOS);
        if (encoder) {
            cropToPicture();
            rate();
            int gop = (int) Math.max(1, Math.round(request.framesPerSecond()));
            set(CID_B_FRAMES, 0);
            set(CID_GOP_SIZE, gop);
            set(CID_H264_I_PERIOD, gop);
            set(CID_REPEAT_SEQ_HEADER, 1);
            new Controls(device).prepare(request.controls());
        } else {
            subscribe(EVENT_SOURCE_CHANGE);
        }
        output.start(in, BUFFERS, budget, request.holder(), request.setting());
        if (encoder) {
            startCapture();
        }
    }

    /** "The client may set the rectangle of the source": the driver's size is aligned, the picture's is not. */
    private void cropToPicture() {
        ByteBuffer selection = device.argument();
        selection.putInt(
                m2m.selection.offset("type"), 2); // V4L2_BUF_TYPE_VIDEO_OUTPUT, for both APIs (vidioc-g-selection.rst)
        selection.putInt(m2m.selection.offset("target"), SEL_TGT_CROP);
        selection.putInt(m2m.selection.offset("width"), request.width());
        selection.putInt(m2m.selection.offset("height"), request.height());
        device.ioctl(m2m.setSelection); // a driver that cannot has said its size before
    }

    private void rate() {
        ByteBuffer parm = device.argument();
        parm.putInt(abi.streamparm.offset("type"), M2mAbi.OUTPUT);
        parm.putInt(abi.streamparm.offset("capture.numerator"), 1000);
        parm.putInt(abi.streamparm.offset("capture.denominator"), (int) Math.round(1000 * request.framesPerSecond()));
        device.ioctl(abi.setParm); // for the rate control alone
    }

    /** Sets a control that not every encoder has. */
    private void set(int id, int value) {
        ByteBuffer control = device.argument();
        control.putInt(abi.control.offset("id"), id);
        control.putInt(abi.control.offset("value"), value);
        device.ioctl(abi.setCtrl);
    }

    private void subscribe(int type) {
        ByteBuffer subscription = device.argument();
        subscription.putInt(m2m.eventSubscription.offset("type"), type);
        device.ioctl(m2m.subscribeEvent);
    }

    /** The next frame becomes a key frame, where the encoder can. */
    public void forceKeyFrame() {
        set(CID_FORCE_KEY_FRAME, 1);
    }

    private void startCapture() throws CaptureException {
        capture.start(out, BUFFERS, budget, request.holder(), request.setting());
        for (int index = capture.free(); index >= 0; index = capture.free()) {
            capture.enqueue(index, 0, 0);
        }
        capturing = true;
    }

    /**
     * Puts in a raw picture (encoder) or a coded frame (decoder), and hands over what comes out of it within a frame's time.
     *
     * @param frame position 0 to limit
     * @param bytesPerLine of a picture from one row to the next
     * @param stampMicros comes out with what is made of it; above 0
     * @throws CaptureException when the device takes no more frames
     */
    public void put(ByteBuffer frame, int bytesPerLine, long stampMicros) throws CaptureException {
        int index = freeOutput();
        ByteBuffer memory = output.memory(index);
        int bytes = encoder ? copyRows(frame, bytesPerLine, memory) : copy(frame, memory);
        output.enqueue(index, bytes, stampMicros);
        await(FRAME_MILLIS, () -> output.enqueued() == 0 && last >= stampMicros);
    }

    private int freeOutput() throws CaptureException {
        reclaim();
        if (output.free() < 0 && !await(STUCK_MILLIS, () -> output.free() >= 0)) {
            throw new CaptureException(
                    Kind.FAULT, device.path() + " has taken no frame for " + STUCK_MILLIS / 1000 + " seconds.");
        }
        return output.free();
    }

    private static int copy(ByteBuffer frame, ByteBuffer memory) {
        int bytes = Math.min(frame.remaining(), memory.capacity());
        memory.put(0, frame, frame.position(), bytes);
        return bytes;
    }

    /** Packed pictures of two bytes a pixel; the device's rows may be longer than the picture's. */
    private int copyRows(ByteBuffer frame, int bytesPerLine, ByteBuffer memory) {
        int rowBytes = 2 * request.width();
        int stride = Math.max(in.bytesPerLine(), rowBytes);
        for (int row = 0; row < request.height(); row++) {
            memory.put(row * stride, frame, row * bytesPerLine, rowBytes);
        }
        return in.sizeImageBytes();
    }

    /** Lets the device finish what it has (drain): no frame is put in after it. @return false when the end did not come */
    public boolean drain() throws CaptureException {
        ByteBuffer command = device.argument();
        command.putInt(m2m.encoderCmd.offset("cmd"), CMD_STOP); // the same place in both structs
        device.require(encoder ? m2m.encoderCommand : m2m.decoderCommand, "VIDIOC_ENCODER_CMD");
        return await(STUCK_MILLIS, () -> drained);
    }

    private interface Condition {
        boolean holds();
    }

    /** Serves the device until {@code done} holds or the time is over. */
    private boolean await(int millis, Condition done) throws CaptureException {
        long deadlineNanos = device.calls.monotonicNanos() + millis * 1_000_000L;
        reclaim();
        while (!done.holds()) {
            int leftMillis = (int) ((deadlineNanos - device.calls.monotonicNanos()) / 1_000_000);
            if (leftMillis <= 0) {
                return false;
            }
            int events = poll(leftMillis);
            if ((events & POLLPRI) != 0) {
                event();
            }
            reclaim();
        }
        return true;
    }

    private int poll(int millis) throws CaptureException {
        int wanted = POLLPRI | (capturing ? POLLIN : 0) | (output.enqueued() > 0 && !capturing ? POLLOUT : 0);
        pollfd.putInt(0, device.fd()).putShort(4, (short) wanted).putShort(6, (short) 0);
        int result = device.calls.poll(pollfd, 1, Math.min(millis, capturing ? millis : 10));
        if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
            throw Trouble.of(device.path(), "poll", -result);
        }
        return result <= 0 ? 0 : pollfd.getShort(6);
    }

    /** Takes back what the device has read, and hands over what it has made. */
    private void reclaim() throws CaptureException {
        while (output.dequeue()) {
            // free again
        }
        while (capturing && capture.dequeue()) {
            made();
        }
    }

    private void made() throws CaptureException {
        int index = capture.index();
        int bytes = capture.bytesUsed();
        int flags = capture.flags();
        last = Math.max(last, capture.stampMicros());
        if (bytes > 0 && (flags & BUF_FLAG_ERROR) == 0) {
            result.made(capture.memory(index).limit(bytes), capture.stampMicros(), encoder ? 0 : out.bytesPerLine());
        }
        if ((flags & BUF_FLAG_LAST) != 0) {
            drained = true;
        } else {
            capture.enqueue(index, 0, 0);
        }
    }

    private void event() throws CaptureException {
        ByteBuffer event = device.argument();
        while (device.ioctl(m2m.dequeueEvent) >= 0) {
            if (event.getInt(m2m.event.offset("type")) == EVENT_SOURCE_CHANGE && !encoder && !capturing) {
                M2mFormat told = M2mFormat.agree(device, M2mAbi.CAPTURE, 0, 0, 0, 0);
                out = M2mFormat.agree(device, M2mAbi.CAPTURE, request.rawFourcc(), told.width(), told.height(), 0);
                startCapture();
            }
            device.argument();
        }
    }

    @Override
    public void close() {
        output.close();
        capture.close();
        device.close();
    }
}
