package dev.perch.codec;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.config.Quality;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.media.FrameSink;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes an AAC track from a sound card's samples, by ffmpeg. The track does not end while this is open: without sound it is silent. Its rate and its
 * channels are those of the first card and do not change.
 *
 * <p>Used by the card's thread, except where a method says otherwise.
 */
public final class PcmToAac implements AutoCloseable {
    /**
     * The rates that are kept. At lower ones frames last longer, and a picture waits for its sound: those are resampled to the usual rate.
     */
    private static final Set<Integer> RATES_HZ = Set.of(32_000, 44_100, 48_000);

    private static final int USUAL_RATE_HZ = 48_000;

    /** The longest gap that is filled with zeros for the encoder; silent frames fill longer ones better. */
    private static final double MOST_JUMP_SECONDS = 1;

    /**
     * The terms of a track.
     *
     * @param camera the id, for names
     * @param sink receives the frames
     * @param clock the clock of the card's time stamps
     * @param program ffmpeg, by name or path
     * @param quality gives the bit rate
     */
    public record Spec(
            String camera, FrameSink sink, Clock clock, MemoryBudget budget, String program, Quality quality) {}

    private final Spec spec;
    private volatile @Nullable EvenFrames frames; // written by the card's thread, read by mute
    private volatile boolean muted; // written by mute, read by the card's thread
    private int rateHz;
    private int channels;
    private @Nullable EvenSamples samples;
    private @Nullable AacEncoder encoder;
    private @Nullable Lease lease;

    public PcmToAac(Spec spec) {
        this.spec = spec;
    }

    /** Begins the track, if it has not begun, in the form that suits a card's sound. */
    public void describe(int cardHz, int cardChannels) {
        if (frames == null) {
            int hz = RATES_HZ.contains(cardHz) ? cardHz : USUAL_RATE_HZ;
            EvenFrames made = new EvenFrames(spec.sink(), AudioSpecificConfig.lc(hz, cardChannels), spec.clock());
            frames = made;
            if (muted) {
                made.close();
            }
        }
    }

    /** Prepares for the sound of a card that was opened. */
    public void begin(int cardHz, int cardChannels) {
        end();
        describe(cardHz, cardChannels);
        rateHz = cardHz;
        channels = cardChannels;
    }

    /**
     * Takes samples.
     *
     * @param block interleaved
     * @param firstNanos the capture time of the first frame
     * @throws CaptureException if the encoder cannot be started or has ended
     */
    public void samples(short[] block, int count, long firstNanos) throws CaptureException {
        EvenSamples even = samples;
        if (even != null && Math.abs(even.jumpSeconds(firstNanos)) > MOST_JUMP_SECONDS) {
            end();
            even = null;
        }
        if (even == null) {
            even = start(firstNanos);
        }
        even.take(block, count, firstNanos);
        AacEncoder present = encoder;
        if (present != null) {
            present.check();
        }
    }

    private EvenSamples start(long firstNanos) throws CaptureException {
        EvenFrames track = frames;
        if (track == null) {
            throw new IllegalStateException("samples before begin");
        }
        long firstIndex = track.indexAt(firstNanos);
        AacEncoder.Form form = new AacEncoder.Form(rateHz, channels);
        try {
            lease = spec.budget()
                    .lease(spec.camera() + " sound", form.heapBytes(), "cameras." + spec.camera() + ".audio");
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
        AacEncoder started = AacEncoder.start(spec, track, form, firstIndex);
        encoder = started;
        EvenSamples even = new EvenSamples(rateHz, channels, track.timeNanos(firstIndex), started::put);
        samples = even;
        return even;
    }

    /** Returns true once the encoder has given sound of the current card. */
    public boolean encoding() {
        AacEncoder present = encoder;
        return present != null && present.given();
    }

    /** Publishes silence for the sound that is overdue. */
    public void waited() {
        EvenFrames track = frames;
        if (track != null) {
            track.waited();
        }
    }

    /** Ends the encoder. The track continues in silence. */
    public void end() {
        AacEncoder present = encoder;
        encoder = null;
        samples = null;
        if (present != null) {
            present.close();
        }
        Lease held = lease;
        lease = null;
        if (held != null) {
            held.close();
        }
    }

    /** Publishes nothing from now on. Any thread; never waits for the encoder. */
    public void mute() {
        muted = true;
        EvenFrames track = frames;
        if (track != null) {
            track.close();
        }
    }

    /** Returns the number of silent frames published in place of sound. Any thread. */
    public long silentFrames() {
        EvenFrames track = frames;
        return track == null ? 0 : track.silentFrames();
    }

    @Override
    public void close() {
        mute();
        end();
    }
}
