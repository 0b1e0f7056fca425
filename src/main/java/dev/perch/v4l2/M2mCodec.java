package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A stateful memory-to-memory encoder or decoder, by the single-planar or the multi-planar API (linux
 * Documentation/userspace-api/media/v4l/dev-encoder.rst, dev-decoder.rst). Input is enqueued at OUTPUT and results are dequeued at CAPTURE; neither
 * waits for longer than a frame takes. Belongs to one thread.
 */
abstract class M2mCodec implements AutoCloseable {
    static final int BUFFERS = 3;
    static final int CMD_STOP = 1; // V4L2_ENC_CMD_STOP, V4L2_DEC_CMD_STOP
    static final int EVENT_EOS = 2;
    static final int EVENT_SOURCE_CHANGE = 5;
    private static final int POLLIN = 0x1;
    private static final int POLLPRI = 0x2;
    private static final int POLLOUT = 0x4;
    private static final int BUF_FLAG_ERROR = 0x40;
    private static final int BUF_FLAG_LAST = 0x100000;

    /** The time after which a device that takes no frame has failed. A slow encoder needs a tenth of it for 1080p. */
    private static final int STUCK_MILLIS = 2_000;

    /**
     * The wait for a frame's result, so that it leaves as soon as it is made. The results of a device that keeps frames back are asked for with the
     * next frame.
     */
    private static final int FRAME_MILLIS = 100;

    final Device device;
    final Abi abi;
    final M2mAbi m2m;
    final M2mRequest request;
    final MemoryBudget budget;
    private final ByteBuffer pollfd = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    private @Nullable M2mQueue capture; // null in a decoder that has not seen a header yet
    private boolean drained;
    private long last; // the latest stamp of the results so far

    M2mCodec(Device device, MemoryBudget budget, M2mRequest request) {
        this.device = device;
        this.abi = device.abi;
        this.m2m = new M2mAbi(abi.model);
        this.request = request;
        this.budget = budget;
    }

    abstract M2mQueue output();

    /** Called with each undamaged result, in the buffer that {@code from} dequeued last. */
    abstract void made(M2mQueue from, long stampMicros);

    /** Called with each event of the device. */
    abstract void event(int type) throws CaptureException;

    /**
     * Called when the last frame before a change or the end has come out.
     *
     * @return whether it is the end
     */
    abstract boolean lastCame() throws CaptureException;

    final PixFormat agree(PixFormat wish) throws CaptureException {
        PixFormat agreed = wish.set(device);
        if (!agreed.plausible()
                || agreed.fourcc() != wish.fourcc()
                || agreed.planes().size() != wish.planes().size()) {
            throw new CaptureException(
                    Kind.UNSUPPORTED, device.path() + " does not take the format that it offers: " + agreed + ".");
        }
        return agreed;
    }

    /** Returns the most bytes of a coded frame, for drivers that let the client choose. */
    final int codedBytes() {
        return Math.max(256 << 10, request.width() * request.height() / 2);
    }

    final void start(M2mQueue queue) throws CaptureException {
        queue.start(BUFFERS, budget, request.holder(), request.setting());
    }

    final void startCapture(M2mQueue queue) throws CaptureException {
        capture = queue;
        start(queue);
        for (int index = queue.free(); index >= 0; index = queue.free()) {
            queue.enqueue(index, 0, 0);
        }
    }

    final void stopCapture() {
        if (capture != null) {
            capture.close();
            capture = null;
        }
    }

    final boolean capturing() {
        return capture != null;
    }

    /** Sets a control. Not every device has it, so a refusal is ignored. */
    final void set(int id, int value) {
        ByteBuffer control = device.argument();
        control.putInt(abi.control.offset("id"), id);
        control.putInt(abi.control.offset("value"), value);
        device.ioctl(abi.setCtrl);
    }

    final void subscribe(int type) {
        ByteBuffer subscription = device.argument();
        subscription.putInt(m2m.eventSubscription.offset("type"), type);
        device.ioctl(m2m.subscribeEvent);
    }

    /** Returns a buffer of the OUTPUT queue that the device does not hold; waits for one if necessary. */
    final int freeOutput() throws CaptureException {
        reclaim();
        if (output().free() < 0 && !await(STUCK_MILLIS, () -> output().free() >= 0)) {
            throw new CaptureException(
                    Kind.FAULT, device.path() + " has taken no frame for " + STUCK_MILLIS / 1000 + " seconds.");
        }
        return output().free();
    }

    /** Waits until the device has read all its input. */
    final void awaitRead() throws CaptureException {
        if (!await(STUCK_MILLIS, () -> output().enqueued() == 0)) {
            throw new CaptureException(
                    Kind.FAULT, device.path() + " has not read a picture in " + STUCK_MILLIS / 1000 + " seconds.");
        }
    }

    /** Hands over the result of the frame of that stamp if it comes within a frame's time. */
    final void awaitFrame(long stampMicros) throws CaptureException {
        await(FRAME_MILLIS, () -> output().enqueued() == 0 && last >= stampMicros);
    }

    /**
     * Drains the device after the last frame.
     *
     * @return false if the end did not come
     */
    final boolean drain(int command, String name) throws CaptureException {
        ByteBuffer stop = device.argument();
        stop.putInt(m2m.encoderCmd.offset("cmd"), CMD_STOP); // the same place in both structs
        device.require(command, name);
        return await(STUCK_MILLIS, () -> drained);
    }

    private interface Condition {
        boolean holds();
    }

    /**
     * Serves the device until {@code done} holds.
     *
     * @return false if {@code millis} pass before
     */
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
                events();
            }
            reclaim();
        }
        return true;
    }

    private int poll(int millis) throws CaptureException {
        boolean capturing = capturing();
        int wanted = POLLPRI | (capturing ? POLLIN : 0) | (output().enqueued() > 0 && !capturing ? POLLOUT : 0);
        pollfd.putInt(0, device.fd()).putShort(4, (short) wanted).putShort(6, (short) 0);
        int result = device.calls.poll(pollfd, 1, Math.min(millis, capturing ? millis : 10));
        if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
            throw Trouble.of(device.path(), "poll", -result);
        }
        return result <= 0 ? 0 : pollfd.getShort(6);
    }

    /** Takes back the input that the device has read, and hands over its results. */
    private void reclaim() throws CaptureException {
        while (output().dequeue()) {
            // the buffer is free again
        }
        M2mQueue from = capture;
        while (from != null && from == capture && from.dequeue()) {
            dequeued(from);
        }
    }

    private void dequeued(M2mQueue from) throws CaptureException {
        int flags = from.flags();
        last = Math.max(last, from.stampMicros());
        if (from.bytesUsed(0) > 0 && (flags & BUF_FLAG_ERROR) == 0) {
            made(from, from.stampMicros());
        }
        if ((flags & BUF_FLAG_LAST) == 0) {
            from.enqueue(from.index(), 0, 0);
        } else {
            events();
            drained |= lastCame();
        }
    }

    private void events() throws CaptureException {
        ByteBuffer event = device.argument();
        while (device.ioctl(m2m.dequeueEvent) >= 0) {
            event(event.getInt(m2m.event.offset("type")));
            device.argument();
        }
    }

    @Override
    public void close() {
        output().close();
        stopCapture();
        device.close();
    }
}
