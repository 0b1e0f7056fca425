package dev.perch.testing;

import dev.perch.alsa.Pcm;
import dev.perch.alsa.PcmFormat;
import dev.perch.alsa.PcmLibrary;
import dev.perch.alsa.PcmWish;
import dev.perch.alsa.SampleFormat;
import dev.perch.alsa.Stamp;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import java.util.function.LongToDoubleFunction;

/**
 * A sound card that follows a script, on a clock of its own that each wait moves on by a period: its crystal is off by some part, its stamps tremble, and it has
 * overruns and is unplugged when the script says so. What it records is a function of the time.
 */
public final class ScriptedCard implements PcmLibrary, Clock {
    // asm-generic/errno-base.h
    private static final int EPIPE = 32;
    private static final int ENODEV = 19;
    private static final int EAGAIN = 11;
    private static final long START_NANOS = 1_000_000_000_000L;

    /** An event of the script. */
    private record Event(long atNanos, Runnable what) {}

    private final int rateHz;
    private final int channels;
    private final SampleFormat sample;
    private final double ratio;
    private final LongToDoubleFunction sound;
    private final Random random = new Random(7);
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private double nanos = START_NANOS; // guarded by this, as all below
    private double startedNanos;
    private long readFrames;
    private int fault;
    private boolean present = true;
    private boolean opened;
    private boolean silent;
    private double trembleNanos;
    private LongConsumer pace = now -> {};

    /**
     * @param ratio of its crystal's rate to the nominal one, such as 1.001
     * @param sound -1 to 1 at a time in nanoseconds from the start
     */
    public ScriptedCard(int rateHz, int channels, SampleFormat sample, double ratio, LongToDoubleFunction sound) {
        this.rateHz = rateHz;
        this.channels = channels;
        this.sample = sample;
        this.ratio = ratio;
        this.sound = sound;
    }

    /** Makes stamps tremble by up to so much. */
    public ScriptedCard trembling(double nanosAtMost) {
        trembleNanos = nanosAtMost;
        return this;
    }

    /** Calls {@code then} with the time since the start after each wait, on the thread that waits. */
    public ScriptedCard paced(LongConsumer then) {
        pace = then;
        return this;
    }

    /** Loses samples that nobody reads for so long, at a time since the start. */
    public ScriptedCard overrun(double atSeconds, double lostSeconds) {
        return event(atSeconds, () -> {
            nanos += lostSeconds * 1e9;
            fault = EPIPE;
        });
    }

    /** Unplugs it at a time since the start. */
    public ScriptedCard unplug(double atSeconds) {
        return event(atSeconds, () -> {
            fault = ENODEV;
            present = false;
        });
    }

    private ScriptedCard event(double atSeconds, Runnable what) {
        events.add(new Event(START_NANOS + (long) (atSeconds * 1e9), what));
        return this;
    }

    /** Plugs it in, or out while it is closed. */
    public synchronized void present(boolean plugged) {
        present = plugged;
    }

    /** Makes it give nothing more, though it is there. */
    public synchronized void silent() {
        silent = true;
    }

    /** Returns true if it is open. */
    public synchronized boolean opened() {
        return opened;
    }

    /** Returns the calls in order, without what a running card is asked again and again. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns the time since the start. */
    public synchronized double seconds() {
        return (nanos - START_NANOS) / 1e9;
    }

    /** Returns the time of the clock at a time since the start. */
    public static long atNanos(double seconds) {
        return START_NANOS + (long) (seconds * 1e9);
    }

    /** Moves the clock on while the card is closed. */
    public synchronized void advance(double seconds) {
        nanos += seconds * 1e9;
    }

    @Override
    public synchronized long nanoTime() {
        return (long) nanos;
    }

    @Override
    public synchronized long wallClockMicros() {
        return 1_700_000_000_000_000L + (long) (nanos / 1000);
    }

    @Override
    public Clock clock() {
        return this;
    }

    @Override
    public synchronized Pcm open(String device) throws CaptureException {
        calls.add("open " + device);
        if (!present) {
            throw new CaptureException(Kind.ABSENT, "There is no sound card " + device + ".");
        }
        if (opened) {
            throw new AssertionError("opened twice");
        }
        opened = true;
        fault = 0;
        return new Capture();
    }

    private final class Capture implements Pcm {
        @Override
        public PcmFormat agree(PcmWish wish) {
            calls.add("agree " + wish.rateHz() + " " + wish.channels());
            return new PcmFormat(rateHz, channels, sample, rateHz / 50, rateHz / 2);
        }

        @Override
        public int start() {
            synchronized (ScriptedCard.this) {
                calls.add("start");
                startedNanos = nanos;
                readFrames = 0;
                return 0;
            }
        }

        @Override
        public int await(int timeoutMillis) {
            synchronized (ScriptedCard.this) {
                nanos += silent ? timeoutMillis * 1e6 : 20_000_000;
                while (!events.isEmpty() && events.peek().atNanos() <= nanos) {
                    events.remove().what().run();
                }
            }
            pace.accept((long) (seconds() * 1e9));
            return silent ? 0 : 1;
        }

        @Override
        public void wake() {
            calls.add("wake");
        }

        private long captured() {
            return (long) ((nanos - startedNanos) * ratio * rateHz / 1e9);
        }

        @Override
        public int stamp(Stamp into) {
            synchronized (ScriptedCard.this) {
                long captured = captured();
                double capturedNanos = startedNanos + captured * 1e9 / (ratio * rateHz);
                double tremble = trembleNanos * (2 * random.nextDouble() - 1);
                into.set((int) (captured - readFrames), (long) (capturedNanos + tremble));
                return 0;
            }
        }

        @Override
        public int read(ByteBuffer into, int frames) {
            synchronized (ScriptedCard.this) {
                if (fault != 0) {
                    return -fault;
                }
                int count = (int) Math.min(frames, captured() - readFrames);
                if (count == 0) {
                    return -EAGAIN;
                }
                int at = 0;
                for (int i = 0; i < count; i++) {
                    double time = startedNanos + (readFrames + i) * 1e9 / (ratio * rateHz) - START_NANOS;
                    int value = (int) Math.round(sound.applyAsDouble((long) time) * Integer.MAX_VALUE);
                    for (int channel = 0; channel < channels; channel++) {
                        at = put(into, at, value);
                    }
                }
                readFrames += count;
                return count;
            }
        }

        /** Writes the upper bits of a sample of 32, little-endian. */
        private int put(ByteBuffer into, int at, int value) {
            int bytes = sample == SampleFormat.S16 ? 2 : sample == SampleFormat.S24_3 ? 3 : 4;
            for (int i = 0; i < bytes; i++) {
                into.put(at + i, (byte) (value >> (8 * (4 - bytes + i))));
            }
            return at + bytes;
        }

        @Override
        public int prepare() {
            synchronized (ScriptedCard.this) {
                calls.add("prepare");
                if (fault == EPIPE) {
                    fault = 0;
                }
                return -fault;
            }
        }

        @Override
        public int resume() {
            calls.add("resume");
            return 0;
        }

        @Override
        public void close() {
            synchronized (ScriptedCard.this) {
                calls.add("close");
                opened = false;
            }
        }
    }
}
