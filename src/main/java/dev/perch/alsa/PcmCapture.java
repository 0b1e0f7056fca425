package dev.perch.alsa;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One run of a sound card, from open to close, on the thread that calls {@link #run}: wait, take the time stamp, read, hand over. After an overrun or
 * a machine's sleep the run continues, with a gap in the times of the frames.
 */
public final class PcmCapture {
    private static final System.Logger LOG = System.getLogger(PcmCapture.class.getName());
    private static final int WAIT_MILLIS = 50;
    private static final int MOST_BLOCK_FRAMES = 4096;
    private static final long SILENCE_NANOS = 5_000_000_000L;

    /** A stamp further than this from now is wrong: some plug-ins give zero, or the time of day. */
    private static final long BELIEVABLE_NANOS = 5_000_000_000L;

    /** The recoveries in a row, without a frame in between, after which the card counts as broken. */
    private static final int MOST_RECOVERIES = 20;

    private static final long SLEEP_NANOS = 20_000_000;

    private final PcmLibrary library;
    private final String device;
    private final PcmWish wish;
    private final Output output;
    private final Clock clock;
    private final Stamp stamp = new Stamp();
    private final AtomicLong overruns = new AtomicLong();
    private long lastNanos;
    private int recoveries;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
    private short[] samples = {};

    private volatile boolean stopRequested; // set by any thread, read by the capturing one
    private volatile @Nullable Pcm open; // set by the capturing thread, read by stop

    /** Receives what a run captures, on its thread. No method may wait. */
    public interface Output {
        /** Called when the card has begun to capture in this format. */
        void started(PcmFormat format);

        /**
         * Called with frames.
         *
         * @param samples interleaved, {@link PcmFormat#usedChannels} a frame, valid during the call only
         * @param firstNanos the capture time of the first frame, on the monotonic clock
         */
        void frames(short[] samples, int frames, long firstNanos) throws CaptureException;

        /** Called about twenty times a second, with or without sound. */
        void waited() throws CaptureException;
    }

    /** Creates a run, which opens nothing before {@link #run}. */
    public PcmCapture(PcmLibrary library, String device, PcmWish wish, Output output) {
        this.library = library;
        this.device = device;
        this.wish = wish;
        this.output = output;
        this.clock = library.clock();
    }

    /**
     * Captures until {@link #stop}.
     *
     * @throws CaptureException if the card cannot be opened, fails or is gone
     */
    public void run() throws CaptureException {
        if (stopRequested) {
            return;
        }
        try (Pcm pcm = library.open(device)) {
            open = pcm;
            PcmFormat format = pcm.agree(wish);
            int blockFrames = Math.min(MOST_BLOCK_FRAMES, format.bufferFrames());
            bytes = ByteBuffer.allocateDirect(blockFrames * format.frameBytes()).order(ByteOrder.LITTLE_ENDIAN);
            samples = new short[blockFrames * format.usedChannels()];
            check("snd_pcm_start", pcm.start());
            output.started(format);
            lastNanos = clock.nanoTime();
            while (!stopRequested) {
                step(pcm, format, blockFrames);
            }
        } finally {
            open = null;
        }
    }

    /** Asks the run to end. Any thread; never waits. */
    public void stop() {
        stopRequested = true;
        Pcm present = open;
        if (present != null) {
            present.wake();
        }
    }

    /** Returns the number of overruns: how often sound was lost because it was read too late. Any thread. */
    public long overruns() {
        return overruns.get();
    }

    private void step(Pcm pcm, PcmFormat format, int blockFrames) throws CaptureException {
        int events = pcm.await(WAIT_MILLIS);
        output.waited();
        if (events < 0) {
            recover(pcm, -events);
        } else if (events > 0) {
            take(pcm, format, blockFrames);
        }
        if (clock.nanoTime() - lastNanos >= SILENCE_NANOS) {
            throw new CaptureException(
                    Kind.FAULT,
                    "The sound card " + device + " has given nothing for 5 seconds, though it is open and captures.");
        }
    }

    /** Hands over everything readable. The stamp is taken first, so that it counts what is still unread. */
    private void take(Pcm pcm, PcmFormat format, int blockFrames) throws CaptureException {
        int stamped = pcm.stamp(stamp);
        int available = stamped < 0 ? 0 : stamp.availableFrames();
        long nowNanos = clock.nanoTime();
        boolean believable = stamped >= 0 && Math.abs(nowNanos - stamp.nanos()) < BELIEVABLE_NANOS;
        long untilNanos = believable ? stamp.nanos() : nowNanos;
        long firstNanos = untilNanos - available * 1_000_000_000L / format.rateHz();
        int left = Math.max(available, 1); // without a frame, the read returns the error
        while (left > 0 && !stopRequested) {
            int count = pcm.read(bytes, Math.min(left, blockFrames));
            if (count == 0 || count == -Trouble.EAGAIN) {
                return;
            }
            if (count < 0) {
                recover(pcm, -count);
                return;
            }
            recoveries = 0;
            lastNanos = nowNanos;
            convert(format, count);
            output.frames(samples, count, firstNanos);
            firstNanos += count * 1_000_000_000L / format.rateHz();
            left -= count;
        }
    }

    private void convert(PcmFormat format, int frames) {
        SampleFormat form = format.sample();
        int used = format.usedChannels();
        int next = 0;
        for (int frame = 0; frame < frames; frame++) {
            int at = frame * format.frameBytes();
            for (int channel = 0; channel < used; channel++) {
                samples[next++] = form.read(bytes, at + channel * form.bytes());
            }
        }
    }

    private void recover(Pcm pcm, int errno) throws CaptureException {
        if (++recoveries > MOST_RECOVERIES) {
            throw new CaptureException(
                    Kind.FAULT, "The sound card " + device + " stops again and again (error " + errno + ").");
        }
        if (errno == Trouble.EPIPE) {
            overruns.incrementAndGet();
            begin(pcm);
        } else if (errno == Trouble.ESTRPIPE) {
            wakeFromSleep(pcm);
        } else if (errno != Trouble.EAGAIN) {
            throw Trouble.of(device, "snd_pcm_readi", errno);
        }
    }

    private void wakeFromSleep(Pcm pcm) throws CaptureException {
        int result = pcm.resume();
        while (result == -Trouble.EAGAIN && !stopRequested) {
            LockSupport.parkNanos(SLEEP_NANOS);
            output.waited();
            result = pcm.resume();
        }
        LOG.log(Level.DEBUG, "{0} wakes after the machine has slept", device);
        if (result < 0) {
            begin(pcm); // the card's driver cannot resume
        }
    }

    private void begin(Pcm pcm) throws CaptureException {
        check("snd_pcm_prepare", pcm.prepare());
        check("snd_pcm_start", pcm.start());
    }

    private void check(String call, int result) throws CaptureException {
        if (result < 0) {
            throw Trouble.of(device, call, -result);
        }
    }
}
