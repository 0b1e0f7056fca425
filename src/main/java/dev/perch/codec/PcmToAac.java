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
 * Makes a track of AAC of a sound card's samples, by ffmpeg. The track never ends while this is open: where no sound comes, it is silent. Its rate and its channels are
 * those of the first card, and stay.
 *
 * <p>Used by the card's thread; only {@link #mute} may be called by others.
 */
public final class PcmToAac implements AutoCloseable {
    /** Rates that are kept. At lower ones frames last longer, and a picture waits for its sound: they are brought to the usual one. */
    private static final Set<Integer> RATES_HZ = Set.of(32_000, 44_100, 48_000);

    private static final int USUAL_RATE_HZ = 48_000;

    /** More than this is better filled with silent frames than with zeros for the encoder. */
    private static final double MOST_JUMP_SECONDS = 1;

    /**
     * The terms of a track.
     *
     * @param camera its id, for names
     * @param sink takes the frames
     * @param clock that of the card's time stamps
     * @param program ffmpeg, by name or path
     * @param quality whose bitrate of sound is kept
     */
    public record Spec(
            String camera, FrameSink sink, Clock clock, MemoryBudget budget, String program, Quality quality) {}

    private final Spec spec;
    private volatile @Nullable EvenFrames frames; // the card's thread writes, mute reads
    private volatile boolean muted; // mute writes, the card's thread reads
    private int rateHz;
    private int channels;
    private @Nullable EvenSamples samples;
    private @Nullable AacEncoder encoder;
    private @Nullable Lease lease;

    public PcmToAac(Spec spec) {
        this.spec = spec;
    }

    /** Begins the track, where it has not begun, in the form that a card's sound needs. */
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

    /** Prepares for the sound of a card that has been opened. */
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
     * @param firstNanos when the first frame was captured
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

    /** Returns true once the encoder has given sound of the present card. */
    public boolean encoding() {
        AacEncoder present = encoder;
        return present != null && present.given();
    }

    /** Publishes silence where sound is due and does not come. */
    public void waited() {
        EvenFrames track = frames;
        if (track != null) {
            track.waited();
        }
    }

    /** Ends the encoder; the track goes on in silence. */
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

    /** Publishes nothing any more, from now on. Any thread; never waits for the encoder. */
    public void mute() {
        muted = true;
        EvenFrames track = frames;
        if (track != null) {
            track.close();
        }
    }

    /** Returns how many silent frames stand in the place of sound. Any thread. */
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
