package dev.perch.v4l2;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The driver's buffers of one session: the owner of their mappings, of their leases and of every enqueue.
 *
 * <p>All methods belong to the capture thread except {@link #giveBack}, which any thread may call, even long after the session: a buffer that comes
 * back late finds its own queue retired, never a newer session's. A buffer that is still lent out at the end stays mapped until its borrower closes
 * it, because unmapping memory under a reader takes the JVM down.
 */
final class BufferQueue implements AutoCloseable {
    static final int WANTED_BUFFERS = 4;
    static final int FEWEST_BUFFERS = 2;

    /** The number of buffers for large frames, of which a fourth would take more than a {@link #SHARE}th of the budget: some 3 MB on 512 MB. */
    private static final int LARGE_BUFFERS = 3;

    private static final int SHARE = 10; // a tenth

    private static final int MOST_BUFFERS = 32; // VIDEO_MAX_FRAME
    private static final int O_CLOEXEC = 0x80000; // asm-generic/fcntl.h; without O_RDWR a descriptor is for reading
    private static final long CLOSE_DEADLINE_NANOS = 2_000_000_000L;
    private static final System.Logger LOG = System.getLogger(BufferQueue.class.getName());

    private final Device device;
    private final Abi abi;
    private final WakeUp wakeUp;
    private final QueueBuffer buffer;
    private final int planes; // pieces of memory of one buffer
    private final ByteBuffer type; // the int of STREAMON and STREAMOFF
    private final List<ByteBuffer> mappings = new ArrayList<>(); // all planes of the first buffer, then of the next
    private final List<ByteBuffer> views = new ArrayList<>(); // the same, read-only; the capture thread moves them
    private final List<Integer> exported =
            new ArrayList<>(); // descriptors in the same order; empty if the driver exports none
    private final List<Lease> leases = new ArrayList<>();
    private int enqueued; // a bit for each buffer that the driver has

    // shared by the capture thread and the borrowers; guarded by this
    private int lent; // a bit for each buffer that a borrower has
    private int returned; // a bit for each buffer that came back and waits to be enqueued
    private boolean retired;

    /**
     * Makes a queue that has no buffers yet.
     *
     * @param planes the pieces of memory that a frame lies in
     */
    BufferQueue(Device device, WakeUp wakeUp, int planes) {
        this.device = device;
        this.abi = device.abi;
        this.wakeUp = wakeUp;
        this.planes = planes;
        int captureType = device.capabilities().captureType();
        this.buffer = new QueueBuffer(device, captureType, planes, QueueBuffer.MEMORY_MMAP);
        this.type = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putInt(0, captureType);
    }

    /** Leases, requests, maps and enqueues the buffers and starts the stream. {@link #close} undoes as much of it as was done. */
    void start(CaptureRequest request, CaptureFormat format, MemoryBudget budget) throws CaptureException {
        leaseBuffers(request, format, budget);
        int granted = requestBuffers(leases.size());
        adjustLeases(granted, request, format, budget);
        for (int index = 0; index < granted; index++) {
            map(index);
        }
        if (!format.pixelFormat().encoded()) {
            export(granted);
        }
        for (int index = 0; index < granted; index++) {
            enqueue(index);
        }
        require(device.ioctl(abi.streamOn, type), "VIDIOC_STREAMON");
    }

    /**
     * Returns the dequeued frame, which lies in one piece of memory: read-only, position 0 to limit. The caller may move the position; the memory is
     * valid until the buffer is enqueued.
     */
    ByteBuffer frame() {
        ByteBuffer view = views.get(index() * planes).clear();
        int dataOffset = dataOffset(0);
        return dataOffset == 0 ? view.limit(bytesUsed(0)) : view.slice(dataOffset, bytesUsed(0));
    }

    /** Returns the pieces of memory of the dequeued picture: read-only, from index 0. */
    List<ByteBuffer> picture() {
        List<ByteBuffer> memory = new ArrayList<>(planes);
        for (int plane = 0; plane < planes; plane++) {
            memory.add(views.get(index() * planes + plane).slice(dataOffset(plane), bytesUsed(plane)));
        }
        return memory;
    }

    /** Returns a plane for drawing into it, on the capture thread. */
    ByteBuffer writable(int plane) {
        return mappings.get(index() * planes + plane).slice(dataOffset(plane), bytesUsed(plane));
    }

    /** Returns whether the driver has any buffer to fill. */
    boolean driverHasBuffers() {
        return enqueued != 0;
    }

    /**
     * Takes a filled buffer from the driver if there is one. {@link #index}, {@link #bytesUsed} and the like then describe it.
     *
     * @return false if the driver has none
     */
    boolean dequeue() throws CaptureException {
        buffer.prepare(0);
        int result = buffer.ioctl(abi.dqbuf);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        if (result < 0) {
            throw Trouble.of(device.path(), "VIDIOC_DQBUF", device.gone() ? Errno.ENODEV : -result);
        }
        int index = index();
        if (index < 0 || index >= mappings.size() / planes || (enqueued & 1 << index) == 0) {
            throw new CaptureException(
                    Kind.FAULT,
                    device.path() + " failed: the driver gave back a buffer that it did not have, index=" + index);
        }
        enqueued &= ~(1 << index);
        return true;
    }

    int index() {
        return buffer.index();
    }

    /** Returns the frame's length in a piece of memory, at most the length of that memory, whatever the driver claims. */
    int bytesUsed(int plane) {
        int lengthBytes = mappings.get(index() * planes + plane).capacity();
        int bytesUsed = buffer.bytesUsed(plane);
        return (bytesUsed < 0 ? lengthBytes : Math.min(bytesUsed, lengthBytes)) - dataOffset(plane);
    }

    private int dataOffset(int plane) {
        int lengthBytes = mappings.get(index() * planes + plane).capacity();
        int offset = buffer.dataOffset(plane);
        return offset > 0 && offset < lengthBytes && offset <= Integer.toUnsignedLong(buffer.bytesUsed(plane))
                ? offset
                : 0;
    }

    /** Returns the DMA-BUFs of the dequeued picture; none if its pixels do not begin at the beginning of their memory. */
    List<Integer> dmabufs() {
        boolean fromTheStart = true;
        for (int plane = 0; plane < planes; plane++) {
            fromTheStart &= dataOffset(plane) == 0;
        }
        int first = index() * planes;
        return fromTheStart && first + planes <= exported.size()
                ? List.copyOf(exported.subList(first, first + planes))
                : List.of();
    }

    int flags() {
        return buffer.flags();
    }

    int sequence() {
        return buffer.sequence();
    }

    /** Returns the driver's timestamp in nanoseconds, of the clock that the flags name. */
    long timestampNanos() {
        return buffer.timestampNanos();
    }

    void enqueue(int index) throws CaptureException {
        buffer.prepare(index);
        require(buffer.ioctl(abi.qbuf), "VIDIOC_QBUF");
        enqueued |= 1 << index;
    }

    /** Enqueues the buffers that borrowers gave back. */
    void enqueueReturned() throws CaptureException {
        int indexes;
        synchronized (this) {
            indexes = returned;
            returned = 0;
        }
        for (int index = 0; indexes >>> index != 0 && index < MOST_BUFFERS; index++) {
            if ((indexes & 1 << index) != 0) {
                enqueue(index);
            }
        }
    }

    /** Marks a dequeued buffer as lent to a borrower. */
    synchronized void lend(int index) {
        lent |= 1 << index;
    }

    /** Takes a buffer back from its borrower. Any thread. */
    void giveBack(int index) {
        synchronized (this) {
            lent &= ~(1 << index);
            if (retired) {
                notifyAll();
                releaseWhenAllAreBack();
                return;
            }
            returned |= 1 << index;
        }
        wakeUp.signal();
    }

    /** Stops the stream, waits up to 2 s for the borrowers, and unmaps the buffers. */
    @Override
    public void close() {
        device.ioctl(abi.streamOff, type); // an unplugged device answers ENODEV, and has stopped
        synchronized (this) {
            retired = true;
            awaitBorrowers();
            releaseWhenAllAreBack();
            if (lent != 0) {
                LOG.log(
                        Level.WARNING,
                        "{0} was closed while {1} of its pictures were in use; their memory is kept until Perch ends.",
                        device.path(),
                        Integer.bitCount(lent));
            }
        }
    }

    // all private methods below that touch `lent` are called with the lock held

    private void awaitBorrowers() {
        long deadline = System.nanoTime() + CLOSE_DEADLINE_NANOS;
        boolean interrupted = false;
        while (lent != 0) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                break;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException nobodyShould) {
                interrupted = true; // the deadline holds anyway
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void releaseWhenAllAreBack() {
        if (lent == 0) {
            views.clear();
            mappings.forEach(device.calls::munmap);
            mappings.clear();
            exported.forEach(device.calls::close);
            exported.clear();
            leases.forEach(Lease::close);
            leases.clear();
        }
    }

    private void leaseBuffers(CaptureRequest request, CaptureFormat format, MemoryBudget budget)
            throws CaptureException {
        while (leases.size() < FEWEST_BUFFERS) {
            leases.add(lease(request, format, budget));
        }
        boolean large = WANTED_BUFFERS * format.bufferBytes() > budget.totalBytes() / SHARE;
        while (leases.size() < (large ? LARGE_BUFFERS : WANTED_BUFFERS)) {
            Optional<Lease> more = budget.tryLease(request.holder(), format.bufferBytes());
            if (more.isEmpty()) {
                LOG.log(
                        Level.INFO,
                        "{0} gets only {1} buffers, because memory is short.",
                        device.path(),
                        leases.size());
                break;
            }
            leases.add(more.get());
        }
    }

    private void adjustLeases(int granted, CaptureRequest request, CaptureFormat format, MemoryBudget budget)
            throws CaptureException {
        while (leases.size() > granted) {
            leases.remove(leases.size() - 1).close();
        }
        while (leases.size() < granted) {
            leases.add(lease(request, format, budget)); // the driver insists on more
        }
    }

    private static Lease lease(CaptureRequest request, CaptureFormat format, MemoryBudget budget)
            throws CaptureException {
        try {
            return budget.lease(request.holder(), format.bufferBytes(), request.setting());
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    private int requestBuffers(int wanted) throws CaptureException {
        ByteBuffer requestbuffers = device.argument();
        requestbuffers.putInt(abi.requestbuffers.offset("count"), wanted);
        requestbuffers.putInt(abi.requestbuffers.offset("type"), type.getInt(0));
        requestbuffers.putInt(abi.requestbuffers.offset("memory"), QueueBuffer.MEMORY_MMAP);
        device.require(abi.reqbufs, "VIDIOC_REQBUFS");
        int granted = requestbuffers.getInt(abi.requestbuffers.offset("count"));
        if (granted <= 0 || granted > MOST_BUFFERS) {
            throw new CaptureException(
                    Kind.FAULT,
                    device.path() + " failed: the driver grants no buffers (VIDIOC_REQBUFS), count=" + granted);
        }
        return granted;
    }

    private void map(int index) throws CaptureException {
        buffer.prepare(index);
        require(buffer.ioctl(abi.querybuf), "VIDIOC_QUERYBUF");
        try {
            for (int plane = 0; plane < planes; plane++) {
                ByteBuffer mapping = device.calls.mmap(device.fd(), buffer.lengthBytes(plane), buffer.mapOffset(plane));
                mappings.add(mapping);
                views.add(mapping.asReadOnlyBuffer());
            }
        } catch (SystemCalls.Refused refused) {
            throw Trouble.of(device.path(), "mmap", refused.errno());
        }
    }

    /** Exports the buffers, so that other devices can read them in place. Stops at the first refusal. */
    private void export(int count) {
        for (int i = 0; i < count * planes; i++) {
            ByteBuffer export = device.argument();
            export.putInt(abi.exportbuffer.offset("type"), type.getInt(0));
            export.putInt(abi.exportbuffer.offset("index"), i / planes);
            export.putInt(abi.exportbuffer.offset("plane"), i % planes);
            export.putInt(abi.exportbuffer.offset("flags"), O_CLOEXEC);
            if (device.ioctl(abi.exportBuffer) < 0) {
                return;
            }
            exported.add(export.getInt(abi.exportbuffer.offset("fd")));
        }
    }

    private void require(int result, String name) throws CaptureException {
        if (result < 0) {
            throw Trouble.of(device.path(), name, -result);
        }
    }
}
