package dev.perch.alsa;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.perch.media.CaptureException;
import dev.perch.v4l2.SystemCalls;
import dev.perch.v4l2.WakeUp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A card that libasound has opened. */
final class OpenPcm implements Pcm {
    // poll.h
    private static final int POLLIN = 0x1;
    private static final int POLLFD_BYTES = 8;

    /** One for a card, a few for a sound server's plug-in. */
    private static final int MOST_DESCRIPTORS = 15;

    private final String device;
    private final Pointer pcm;
    private final SystemCalls calls;
    private final WakeUp wakeUp;
    private final ByteBuffer pollfds =
            ByteBuffer.allocateDirect((MOST_DESCRIPTORS + 1) * POLLFD_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer revents = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    private final ByteBuffer available = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    private final TimeSpec time = new TimeSpec();
    private final int descriptors;
    private boolean closed;

    private OpenPcm(String device, Pointer pcm, SystemCalls calls, int descriptors) {
        this.device = device;
        this.pcm = pcm;
        this.calls = calls;
        this.wakeUp = new WakeUp(calls);
        this.descriptors = descriptors;
    }

    /**
     * Takes over a card.
     *
     * @param pcm closed at once if that fails
     */
    static OpenPcm of(String device, Pointer pcm) throws CaptureException {
        int descriptors = Math.min(AsoundCalls.snd_pcm_poll_descriptors_count(pcm), MOST_DESCRIPTORS);
        OpenPcm open = new OpenPcm(device, pcm, SystemCalls.linux(), Math.max(0, descriptors));
        try {
            open.wakeUp.open(device);
        } catch (CaptureException noDescriptor) {
            open.close();
            throw noDescriptor;
        }
        return open;
    }

    @Override
    public PcmFormat agree(PcmWish wish) throws CaptureException {
        return new Negotiation(device, pcm).agree(wish);
    }

    @Override
    public int start() {
        return AsoundCalls.snd_pcm_start(pcm);
    }

    @Override
    public int await(int timeoutMillis) {
        int count = AsoundCalls.snd_pcm_poll_descriptors(pcm, pollfds, descriptors);
        if (count < 0) {
            return count;
        }
        int wake = count * POLLFD_BYTES;
        // struct pollfd: int fd; short events; short revents
        pollfds.putInt(wake, wakeUp.eventfd())
                .putShort(wake + 4, (short) POLLIN)
                .putShort(wake + 6, (short) 0);
        int result = calls.poll(pollfds, count + 1, timeoutMillis);
        if (result <= 0) {
            return 0; // a signal that interrupts it is a wake-up
        }
        if (pollfds.getShort(wake + 6) != 0) {
            wakeUp.drain();
        }
        int told = AsoundCalls.snd_pcm_poll_descriptors_revents(pcm, pollfds, count, revents);
        return told < 0 ? told : revents.getShort(0) & 0xffff;
    }

    @Override
    public void wake() {
        wakeUp.signal();
    }

    @Override
    public int stamp(Stamp into) {
        int result = AsoundCalls.snd_pcm_htimestamp(pcm, available, time.cleared());
        if (result >= 0) {
            into.set(Native.LONG_SIZE == 8 ? (int) available.getLong(0) : available.getInt(0), time.nanos());
        }
        return result;
    }

    @Override
    public int read(ByteBuffer into, int frames) {
        return AsoundCalls.snd_pcm_readi(pcm, into, new NativeLong(frames)).intValue();
    }

    @Override
    public int prepare() {
        return AsoundCalls.snd_pcm_prepare(pcm);
    }

    @Override
    public int resume() {
        return AsoundCalls.snd_pcm_resume(pcm);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            AsoundCalls.snd_pcm_close(pcm);
            wakeUp.close();
        }
    }
}
