package dev.perch.v4l2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A scripted driver: one device, its formats, frames and faults. Its poll waits for frames unless {@link #skipWaits} makes time jump. */
public final class FakeV4l2 implements SystemCalls {
    private static final int EVENTFD = 900;

    private final Abi abi = Abi.running();
    private final M2mAbi m2m = new M2mAbi(abi.model);
    private final Map<Integer, Deque<Integer>> failures = new HashMap<>();
    private final Map<Integer, Integer> answered = new HashMap<>();
    private final Deque<Filled> frames = new ArrayDeque<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final Deque<Integer> queued = new ArrayDeque<>();
    private final Set<Integer> openFds = new HashSet<>();
    private final List<String> opened = new ArrayList<>();
    private final FakeFormats formats = new FakeFormats(abi);
    private int mapped;
    private int nextFd = 3;
    private int openErrno;
    private int mmapErrno;
    private int eventfdErrno;
    private int pollErrno;
    private boolean tellsChanges;
    private boolean changed;
    private int wrongIndex = -1;
    private int grant = 32;
    private long signals;
    private boolean skipWaits;
    private int pollEvents;
    private long nanos = 5_000_000_000L;
    private int keyFrames;
    private @Nullable Runnable onStreamOn;
    private @Nullable FakeControls controls;
    private @Nullable FakeH264Unit unit;

    /** One dequeue: a frame, or an error instead. */
    public record Filled(String content, int bytesUsed, int flags, int sequence, long timestampNanos, int errno) {
        /** A good frame. */
        public static Filled frame(int sequence, String content) {
            return new Filled(content, content.length(), 0x2000, sequence, 4_000_000_000L + sequence, 0);
        }

        public static Filled error(int errno) {
            return new Filled("", 0, 0, 0, 0, errno);
        }

        Filled withFlags(int other) {
            return new Filled(content, bytesUsed, other, sequence, timestampNanos, errno);
        }

        Filled withBytesUsed(int other) {
            return new Filled(content, other, flags, sequence, timestampNanos, errno);
        }
    }

    public synchronized FakeV4l2 offers(String... fourccs) {
        formats.offer(List.of(fourccs));
        return this;
    }

    public synchronized FakeV4l2 openFails(int errno) {
        openErrno = errno;
        return this;
    }

    synchronized FakeV4l2 mmapFails(int errno) {
        mmapErrno = errno;
        return this;
    }

    synchronized FakeV4l2 eventfdFails(int errno) {
        eventfdErrno = errno;
        return this;
    }

    /** Delivers the frames to come in this buffer, even if the driver does not own it. */
    synchronized FakeV4l2 misnumbers(int index) {
        wrongIndex = index;
        return this;
    }

    /** Moves the clock on. */
    synchronized FakeV4l2 pass(long passedNanos) {
        nanos += passedNanos;
        return this;
    }

    /** Once. */
    synchronized FakeV4l2 pollFails(int errno) {
        pollErrno = errno;
        notifyAll();
        return this;
    }

    /** Lets the session subscribe to V4L2_EVENT_SOURCE_CHANGE. */
    synchronized FakeV4l2 tellsChanges() {
        tellsChanges = true;
        return this;
    }

    /** Changes the captured size and signals the change. */
    synchronized FakeV4l2 change(int newWidth, int newHeight) {
        formats.size(newWidth, newHeight);
        changed = true;
        notifyAll();
        return this;
    }

    synchronized FakeV4l2 fails(int request, int... errnos) {
        Deque<Integer> script = failures.computeIfAbsent(request, r -> new ArrayDeque<>());
        for (int errno : errnos) {
            script.add(errno);
        }
        return this;
    }

    synchronized FakeV4l2 grants(int count) {
        grant = count;
        return this;
    }

    /** Lets poll time out at once if no frame is due. */
    synchronized FakeV4l2 skipWaits() {
        skipWaits = true;
        return this;
    }

    /** Sets the events that poll returns although no frame is there. */
    synchronized FakeV4l2 pollSays(int events) {
        pollEvents = events;
        return this;
    }

    /** Gives the device controls; otherwise it has none. */
    public synchronized FakeV4l2 controls(FakeControls its) {
        controls = its;
        return this;
    }

    /** Turns the device into a camera of uvcvideo with an H.264 extension unit. */
    public synchronized FakeV4l2 unit(FakeH264Unit its) {
        unit = its;
        return this;
    }

    @Override
    public synchronized long address(ByteBuffer direct) {
        if (unit != null && direct.capacity() == ExtensionUnit.MAX_BYTES) {
            return unit.address(direct);
        }
        return controls == null ? 0 : controls.address(direct);
    }

    synchronized FakeV4l2 onStreamOn(Runnable action) {
        onStreamOn = action;
        return this;
    }

    public synchronized FakeV4l2 deliver(Filled... filled) {
        frames.addAll(List.of(filled));
        notifyAll();
        return this;
    }

    public synchronized int openDescriptors() {
        return openFds.size();
    }

    public synchronized int mappedBuffers() {
        return mapped;
    }

    synchronized int queuedBuffers() {
        return queued.size();
    }

    public synchronized int keyFramesForced() {
        return keyFrames;
    }

    synchronized int calls(int request) {
        return answered.getOrDefault(request, 0);
    }

    @Override
    public synchronized int open(String path) {
        if (openErrno != 0) {
            return -openErrno;
        }
        openFds.add(nextFd);
        opened.add(path);
        return nextFd++;
    }

    /** Returns the paths that were opened so far, in order. */
    public synchronized List<String> opened() {
        return List.copyOf(opened);
    }

    @Override
    public synchronized int close(int fd) {
        return openFds.remove(fd) ? 0 : -9;
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        Runnable action = null;
        synchronized (this) {
            answered.merge(request, 1, Integer::sum);
            Deque<Integer> script = failures.get(request);
            Integer errno = script == null ? null : script.poll();
            if (errno != null && errno != 0) {
                return -errno;
            }
            if (request == abi.streamOn) {
                action = onStreamOn;
            }
        }
        if (action != null) {
            action.run();
        }
        return answer(request, argument);
    }

    private synchronized int answer(int request, ByteBuffer argument) {
        Integer ofControls = controls == null ? null : controls.answer(request, argument);
        if (ofControls != null) {
            return ofControls;
        }
        Integer ofUnit = unit == null ? null : unit.answer(request, argument);
        if (ofUnit != null) {
            return ofUnit;
        }
        Integer ofFormats = formats.answer(request, argument);
        if (ofFormats != null) {
            return ofFormats;
        }
        if (request == abi.querycap) {
            put(argument, abi.capability.offset("driver"), unit == null ? "fake" : "uvcvideo");
            put(argument, abi.capability.offset("card"), "Fake Camera");
            put(argument, abi.capability.offset("bus_info"), "usb-1");
            argument.putInt(abi.capability.offset("capabilities"), 0x8400_0001);
            argument.putInt(abi.capability.offset("device_caps"), 0x0400_0001);
        } else if (request == abi.reqbufs) {
            requestBuffers(argument);
        } else if (request == abi.querybuf) {
            int index = argument.getInt(0);
            argument.putInt(abi.buffer.offset("length"), buffers.get(index).capacity());
            argument.putInt(abi.buffer.offset("m"), index << 12);
        } else if (request == abi.qbuf) {
            queued.add(argument.getInt(0));
            notifyAll();
        } else if (request == abi.dqbuf) {
            return dequeue(argument);
        } else if (request == m2m.subscribeEvent && tellsChanges) {
            return 0;
        } else if (request == m2m.dequeueEvent && changed) {
            argument.putInt(m2m.event.offset("type"), 5); // V4L2_EVENT_SOURCE_CHANGE
            changed = false;
        } else if (request == abi.setCtrl) {
            keyFrames++;
        } else if (request != abi.streamOn && request != abi.streamOff) {
            return -Errno.ENOTTY;
        }
        return 0;
    }

    private void requestBuffers(ByteBuffer argument) {
        int count = Math.min(argument.getInt(0), grant);
        argument.putInt(0, count);
        buffers.clear();
        queued.clear();
        for (int i = 0; i < count; i++) {
            buffers.add(ByteBuffer.allocateDirect(formats.sizeImageBytes()));
        }
    }

    private int dequeue(ByteBuffer argument) {
        Filled filled = frames.peek();
        if (filled == null || (filled.errno == 0 && queued.isEmpty())) {
            return -Errno.EAGAIN;
        }
        frames.remove();
        if (filled.errno != 0) {
            return -filled.errno;
        }
        int index = queued.remove();
        buffers.get(index).put(0, filled.content.getBytes(StandardCharsets.US_ASCII));
        argument.putInt(0, wrongIndex < 0 ? index : wrongIndex);
        argument.putInt(abi.buffer.offset("bytesused"), filled.bytesUsed);
        argument.putInt(abi.buffer.offset("flags"), filled.flags);
        argument.putInt(abi.buffer.offset("sequence"), filled.sequence);
        int timestamp = abi.buffer.offset("timestamp");
        argument.putLong(timestamp, filled.timestampNanos / 1_000_000_000);
        argument.putLong(timestamp + 8, filled.timestampNanos % 1_000_000_000 / 1000);
        return 0;
    }

    @Override
    public synchronized ByteBuffer mmap(int fd, int lengthBytes, int offset) throws Refused {
        if (mmapErrno != 0) {
            throw new Refused(mmapErrno);
        }
        mapped++;
        return buffers.get(offset >> 12);
    }

    @Override
    public synchronized int munmap(ByteBuffer memory) {
        mapped--;
        return 0;
    }

    @Override
    public synchronized int poll(ByteBuffer pollfds, int count, int timeoutMillis) {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        int wakeUp = (count - 1) * 8;
        while (signals == 0 && (count == 1 || !(ready() || changed || pollErrno != 0))) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (skipWaits || leftMillis <= 0) {
                nanos += timeoutMillis * 1_000_000L;
                return 0;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException asked) {
                return -Errno.EINTR;
            }
        }
        if (pollErrno != 0 && count == 2) {
            int errno = pollErrno;
            pollErrno = 0;
            return -errno;
        }
        if (signals > 0) {
            pollfds.putShort(wakeUp + 6, (short) 1);
        }
        if (count == 2 && changed) {
            pollfds.putShort(6, (short) (pollfds.getShort(4) & 2));
        } else if (count == 2 && ready()) {
            pollfds.putShort(6, (short) (pollEvents == 0 ? 1 : pollEvents));
        }
        return 1;
    }

    private boolean ready() {
        Filled filled = frames.peek();
        return pollEvents != 0 || (filled != null && (filled.errno != 0 || !queued.isEmpty()));
    }

    @Override
    public synchronized int eventfd() {
        if (eventfdErrno != 0) {
            return -eventfdErrno;
        }
        openFds.add(EVENTFD);
        return EVENTFD;
    }

    @Override
    public synchronized int signal(int eventfd) {
        signals++;
        notifyAll();
        return 8;
    }

    @Override
    public synchronized int drain(int eventfd) {
        signals = 0;
        return 8;
    }

    @Override
    public synchronized long monotonicNanos() {
        return nanos;
    }

    @Override
    public synchronized long wallClockMicros() {
        return 1_700_000_000_000_000L;
    }

    private static void put(ByteBuffer argument, int offset, String text) {
        argument.put(offset, text.getBytes(StandardCharsets.US_ASCII));
    }
}
