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
 * One run of a device, from open to close, on one daemon thread of its own: poll, dequeue, hand over, enqueue. Whatever the driver does
 * (a poll that never answers, an ioctl that blocks), only that thread waits for it.
 *
 * <p>The states are the places in {@link #run}'s nested try blocks, not objects: one thread walks through them once, in order, and back out
 * in reverse.
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

    /** Of frames that are of no use: some encoders' key frames are 10 s apart. */
    private static final long USELESS_NANOS = 20_000_000_000L;

    /** A driver's timestamp further than this from now is a mistake: seen as zeroes, and as another clock's time. */
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

    /** What a session hands over, on the capture thread; nothing here may wait. */
    public interface Output {
        /** The stream has begun, in this format; again when the device captures something of another format now. */
        void started(CaptureFormat format);

        /**
         * An encoded frame.
         *
         * @param frame the driver's memory, read-only, position 0 to limit; valid during the call only
         * @return whether it was of use, or one before it was that had to wait for it
         */
        boolean encoded(ByteBuffer frame, FrameTime time);

        /** Takes over an uncompressed picture: the receiver closes it, also long after the session. */
        void raw(RawPicture picture);

        /** A frame came damaged or empty and was dropped. */
        void damaged();

        /**
         * The device is closed; the last call.
         *
         * @param reason why, when nobody asked for the end
         */
        @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the one place where "asked for" and "failed" meet
        void ended(Optional<CaptureException> reason);
    }

    /**
     * What a session counted.
     *
     * @param frames handed over
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

    /** Starts a session and returns at once; a device that cannot be opened is told by {@link Output#ended}. */
    public static CaptureSession start(SystemCalls calls, MemoryBudget budget, CaptureRequest request, Output output) {
        return start(calls, budget, request, request::device, output);
    }

    /** Likewise, of a device that is looked for by the session itself; the request's is its name for people. */
    public static CaptureSession start(
            SystemCalls calls, MemoryBudget budget, CaptureRequest request, DevicePlace place, Output output) {
        CaptureSession session = new CaptureSession(calls, budget, request, output, new WakeUp(calls));
        Thread thread = new Thread(() -> session.run(place), "perch-capture-" + request.device());
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    /** Asks the device for a key frame soon; ignored by one that cannot. Never waits. */
    public void requestKeyFrame() {
        keyFrameRequested = true;
        wakeUp.signal();
    }

    /** Asks the session to end; never waits. {@link Output#ended} tells when the device is closed. */
    public void stop() {
        stopRequested = true;
        wakeUp.signal();
    }

    /** What it counted so far; any thread. */
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

    /** Until the end is asked for. @return whether it came because the device captures something of another format now */
    private boolean stream(Device device) throws CaptureException {
        Negotiation negotiation = new Negotiation(device);
        negotiation.adoptSignal(); // before there is a subscription: some drivers tell that too as a change
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
        if (events != 0 && !changes.seen()) { // an unplugged device says POLLPRI beside POLLERR and POLLHUP
            if (queue.dequeue()) {
                lastFrameNanos = calls.monotonicNanos();
                take(queue, format);
            } else if ((events & POLLIN) == 0) {
                pause(); // an error that DQBUF does not explain: v4l2loopback without a writer
            }
        }
        long now = calls.monotonicNanos();
        if (!queue.driverHasBuffers()) {
            lastFrameNanos = now; // our own borrowers keep it waiting
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

    /** The device's events; 0 when none came or only a wake-up did. */
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

    /** Waits a moment for a wake-up alone, where the device's own event would come back at once. */
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

    /** The sequence number wraps at 32 bits; one that goes back (a driver that begins anew) is no gap. */
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
