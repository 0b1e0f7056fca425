package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.memory.MemoryBudget;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of a device, from open to close, on one daemon thread of its own: poll, dequeue, hand over, enqueue. If the driver hangs (a poll that never
 * answers, an ioctl that blocks), only that thread waits for it.
 *
 * <p>The states are the places in {@link #run}'s nested try blocks, not objects: one thread walks through them once, in order, and back out in
 * reverse.
 */
public final class CaptureSession {
    // linux/videodev2.h, linux asm-generic/poll.h
    private static final int BUF_FLAG_ERROR = 0x40;
    private static final int BUF_FLAG_TIMESTAMP_MASK = 0xe000;
    private static final int BUF_FLAG_TIMESTAMP_MONOTONIC = 0x2000;
    private static final int POLLIN = 0x1;
    private static final int POLLPRI = 0x2;

    private static final int POLL_MILLIS = 1000;
    private static final int PAUSE_MILLIS = 50;
    private static final long SILENCE_NANOS = 10_000_000_000L;

    /** The longest time that a session goes on without a useful frame: some encoders' key frames are 10 s apart. */
    private static final long USELESS_NANOS = 20_000_000_000L;

    /** The distance from now beyond which a driver's timestamp is wrong: some drivers send zeroes, or another clock's time. */
    private static final long BELIEVABLE_NANOS = 10_000_000_000L;

    private static final System.Logger LOG = System.getLogger(CaptureSession.class.getName());

    private final SystemCalls calls;
    private final MemoryBudget budget;
    private final CaptureRequest request;
    private final Output output;
    private final WakeUp wakeUp;
    private final ByteBuffer pollfds = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    private final Tally tally = new Tally();
    private long lastFrameNanos;
    private long lastUsedNanos;

    private volatile boolean stopRequested; // set by any thread, read by the capture thread
    private volatile boolean keyFrameRequested; // set by any thread, cleared by the capture thread

    /** Receives what a session captures, on the capture thread. No method may wait. */
    public interface Output {
        /** Called when the stream has begun in this format, and again when the device has changed its format. */
        void started(CaptureFormat format);

        /**
         * Called with an encoded frame.
         *
         * @param frame the driver's memory, read-only, position 0 to limit; valid during the call only
         * @return whether this frame was of use, or one before it that had to wait for it
         */
        boolean encoded(ByteBuffer frame, FrameTime time);

        /** Called with an uncompressed picture. The receiver owns it and closes it, even long after the session. */
        void raw(RawPicture picture);

        /** Called when a damaged or empty frame was dropped. */
        void damaged();

        /**
         * Called last, when the device is closed.
         *
         * @param reason why the session failed; empty if it was asked to stop
         */
        @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the one place where "asked for" and "failed" meet
        void ended(Optional<CaptureException> reason);
    }

    /**
     * The counters of a session.
     *
     * @param frames frames handed over
     * @param sequenceGaps frames lost by the driver, from gaps in its sequence numbers
     * @param errorFrames frames flagged as damaged, too short or empty, dropped
     */
    public record Counts(long frames, long sequenceGaps, long errorFrames) {}

    private static final class Tally {
        final AtomicLong frames = new AtomicLong();
        final AtomicLong sequenceGaps = new AtomicLong();
        final AtomicLong errorFrames = new AtomicLong();
        boolean begun;
        int lastSequence;
    }

    private CaptureSession(
            SystemCalls calls, MemoryBudget budget, CaptureRequest request, Output output, WakeUp wakeUp) {
        this.calls = calls;
        this.budget = budget;
        this.request = request;
        this.output = output;
        this.wakeUp = wakeUp;
    }

    /** Starts a session and returns at once. {@link Output#ended} reports a device that cannot be opened. */
    public static CaptureSession start(SystemCalls calls, MemoryBudget budget, CaptureRequest request, Output output) {
        return start(calls, budget, request, request::device, output);
    }

    /** Starts a session that looks for its device itself and returns at once. The request's device is then a name for people. */
    public static CaptureSession start(
            SystemCalls calls, MemoryBudget budget, CaptureRequest request, DevicePlace place, Output output) {
        CaptureSession session = new CaptureSession(calls, budget, request, output, new WakeUp(calls));
        Thread thread = new Thread(() -> session.run(place), "perch-capture-" + request.device());
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    /** Asks the device for a key frame soon. A device that cannot make one on request ignores this. Never waits. */
    public void requestKeyFrame() {
        keyFrameRequested = true;
        wakeUp.signal();
    }

    /** Asks the session to end. Never waits: {@link Output#ended} is called when the device is closed. */
    public void stop() {
        stopRequested = true;
        wakeUp.signal();
    }

    /** Returns the counters so far. Any thread. */
    public Counts counts() {
        return new Counts(tally.frames.get(), tally.sequenceGaps.get(), tally.errorFrames.get());
    }

    private void run(DevicePlace place) {
        Optional<CaptureException> reason = Optional.empty();
        try (WakeUp until = wakeUp) {
            if (!stopRequested) {
                until.open(request.device());
                boolean changed = true;
                while (changed && !stopRequested) {
                    try (Device device = Device.open(calls, place.find())) {
                        changed = stream(device);
                        if (changed) {
                            LOG.log(
                                    Level.INFO,
                                    "{0} changed its picture format; Perch opens it again.",
                                    request.device());
                        }
                    }
                }
            }
        } catch (CaptureException trouble) {
            reason = stopRequested ? Optional.empty() : Optional.of(trouble);
        } catch (RuntimeException | Error bug) {
            budget.faults().tell("the capture from " + request.device(), bug);
            LOG.log(Level.ERROR, "Capturing from " + request.device() + " failed; this is a bug in Perch.", bug);
            reason = Optional.of(new CaptureException(
                    Kind.FAULT, "The capture from " + request.device() + " ended by a defect of Perch: " + bug, bug));
        }
        output.ended(reason);
    }

    /**
     * Captures until the session is asked to end.
     *
     * @return true if the device changed its format instead and must be opened again
     */
    private boolean stream(Device device) throws CaptureException {
        Negotiation negotiation = new Negotiation(device);
        negotiation.adoptSignal(); // before the subscription: some drivers report this as a change too
        SourceChanges changes = new SourceChanges(device);
        long takenBefore = taken();
        CaptureFormat format = negotiation.agree(request);
        try (BufferQueue queue =
                new BufferQueue(device, wakeUp, format.pixelFormat().memoryPlanes())) {
            queue.start(request, format, budget);
            output.started(format);
            lastFrameNanos = calls.monotonicNanos();
            lastUsedNanos = lastFrameNanos;
            while (!stopRequested && !changes.seen()) {
                queue.enqueueReturned();
                if (keyFrameRequested) {
                    keyFrameRequested = false;
                    negotiation.forceKeyFrame();
                }
                awaitAndTake(device, changes, queue, format);
            }
        }
        if (changes.seen() && taken() == takenBefore) {
            throw new CaptureException(
                    Kind.FAULT, device.path() + " changes what it captures before it has given a frame of it.");
        }
        return changes.seen();
    }

    private long taken() {
        return tally.frames.get() + tally.errorFrames.get();
    }

    private void awaitAndTake(Device device, SourceChanges changes, BufferQueue queue, CaptureFormat format)
            throws CaptureException {
        int events = poll(device.fd(), changes.expected() ? POLLIN | POLLPRI : POLLIN);
        if ((events & POLLPRI) != 0) {
            changes.take();
        }
        if (events != 0 && !changes.seen()) { // an unplugged device raises POLLPRI beside POLLERR and POLLHUP
            if (queue.dequeue()) {
                lastFrameNanos = calls.monotonicNanos();
                take(queue, format);
            } else if ((events & POLLIN) == 0) {
                pause(); // an error that DQBUF does not explain: v4l2loopback without a writer
            }
        }
        long now = calls.monotonicNanos();
        if (!queue.driverHasBuffers()) {
            lastFrameNanos = now; // the borrowers keep the driver waiting
            lastUsedNanos = now;
        }
        if (now - lastFrameNanos >= SILENCE_NANOS) {
            throw new CaptureException(
                    Kind.FAULT, device.path() + " has given no frame for 10 seconds, though it is open and streaming.");
        }
        if (now - lastUsedNanos >= USELESS_NANOS) {
            throw new CaptureException(
                    Kind.FAULT,
                    device.path() + " has given no frame of use for 20 seconds: those that come are damaged"
                            + (format.pixelFormat() == PixelFormat.H264 ? ", or lack their parameter sets." : "."));
        }
    }

    /** Returns the device's events; 0 if none came, or only a wake-up. */
    private int poll(int fd, int wanted) throws CaptureException {
        // struct pollfd: int fd; short events; short revents
        pollfds.putInt(0, fd).putShort(4, (short) wanted).putShort(6, (short) 0);
        pollfds.putInt(8, wakeUp.eventfd()).putShort(12, (short) POLLIN).putShort(14, (short) 0);
        int result = calls.poll(pollfds, 2, POLL_MILLIS);
        if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
            throw Trouble.of(request.device(), "poll", -result);
        }
        if (result <= 0) {
            return 0;
        }
        if (pollfds.getShort(14) != 0) {
            wakeUp.drain();
        }
        return pollfds.getShort(6);
    }

    /** Waits for a wake-up alone, 50 ms at most, where the device's own event would come back at once. */
    private void pause() {
        pollfds.putInt(0, wakeUp.eventfd());
        pollfds.putShort(4, (short) POLLIN).putShort(6, (short) 0);
        calls.poll(pollfds, 1, PAUSE_MILLIS);
    }

    private void take(BufferQueue queue, CaptureFormat format) throws CaptureException {
        int index = queue.index();
        countGap(queue.sequence());
        if ((queue.flags() & BUF_FLAG_ERROR) != 0 || !whole(queue, format)) {
            tally.errorFrames.incrementAndGet();
            output.damaged();
            queue.enqueue(index);
            return;
        }
        tally.frames.incrementAndGet();
        FrameTime time = time(queue);
        if (format.pixelFormat().encoded()) {
            if (output.encoded(queue.frame(), time)) {
                lastUsedNanos = lastFrameNanos;
            }
            queue.enqueue(index);
        } else {
            lastUsedNanos = lastFrameNanos;
            queue.lend(index);
            output.raw(new BorrowedPicture(queue, format, time));
        }
    }

    private static boolean whole(BufferQueue queue, CaptureFormat format) {
        for (int plane = 0; plane < format.pixelFormat().memoryPlanes(); plane++) {
            if (queue.bytesUsed(plane) < format.fewestBytes(plane)) {
                return false;
            }
        }
        return true;
    }

    /** Counts the frames missing before this one. The sequence number wraps at 32 bits; one that goes back (a driver that begins anew) is no gap. */
    private void countGap(int sequence) {
        int lost = sequence - tally.lastSequence - 1;
        if (tally.begun && lost > 0) {
            tally.sequenceGaps.addAndGet(lost);
        }
        tally.begun = true;
        tally.lastSequence = sequence;
    }

    private FrameTime time(BufferQueue queue) {
        long now = calls.monotonicNanos();
        long captured = queue.timestampNanos();
        boolean monotonic = (queue.flags() & BUF_FLAG_TIMESTAMP_MASK) == BUF_FLAG_TIMESTAMP_MONOTONIC;
        boolean believable = captured != 0 && Math.abs(now - captured) < BELIEVABLE_NANOS;
        long monotonicNanos = monotonic && believable ? Math.min(captured, now) : now; // vivid stamps ahead of time
        return new FrameTime(monotonicNanos, calls.wallClockMicros() - (now - monotonicNanos) / 1000);
    }
}
