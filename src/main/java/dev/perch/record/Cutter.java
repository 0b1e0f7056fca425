package dev.perch.record;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.cmaf.Ticks;
import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.CompositionTimes;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a camera's frames into fragments and copies them into the memory between camera and disk. A fragment ends before the next key frame, or after
 * a second, or after half of what a power cut may cost. Each frame lasts until the next one's capture. Used by one thread at a time: the pump, or
 * whoever holds the recorder's lock.
 */
final class Cutter {
    private static final int MOST_FRAGMENT_TICKS = Ticks.HZ;

    /** The longest silence that is stored as the last frame's duration; a longer one shows in the next fragment's time. */
    private static final long PAUSE_NANOS = 1_500_000_000L;

    private static final int LC_FRAME_SAMPLES = 1024;

    private final CutQueue queue;
    private final Blocks blocks;
    private final long fragmentTicks;
    private final CompositionTimes composition = new CompositionTimes();

    private @Nullable FrameTime epoch; // the frame from which all times count
    private @Nullable Cut open;
    private boolean awaitingKey = true;
    private boolean apart = true; // whether the camera was away since the last fragment
    private long lastTicks; // of the last picture
    private long nominalTicks = Ticks.HZ / 30;
    private long leadingBefore; // the first picture's output order after a break, until a later one is shown; then 0
    private StreamConfig.@Nullable Aac soundConfig;
    private long soundTicks; // where the next frame of sound is due, in its timescale
    private int soundFrameTicks = LC_FRAME_SAMPLES; // 2048 where SBR doubles the rate
    private boolean soundRuns;
    private long dropped;
    private String refusal = "";

    /**
     * Creates a cutter.
     *
     * @param sync what a power cut may cost: half of it lies in the open fragment, half is left for writing the one before
     */
    Cutter(CutQueue queue, Blocks blocks, Duration sync) {
        this.queue = queue;
        this.blocks = blocks;
        this.fragmentTicks = Math.min(MOST_FRAGMENT_TICKS, Ticks.of(sync.toNanos() / 2));
    }

    /** Returns the number of pictures left out for lack of room. */
    long dropped() {
        return dropped;
    }

    /** Returns why pictures are being left out; empty while they are not. */
    String refusal() {
        return refusal;
    }

    /** Takes the frame that {@code cursor} holds. */
    void frame(Cursor cursor) {
        Frame frame = cursor.frame();
        if (frame.placeholder()) {
            return;
        }
        if (frame.config() instanceof StreamConfig.H264 config) {
            picture(cursor, frame, config);
        } else if (frame.config() instanceof StreamConfig.Aac config) {
            sound(cursor, frame, config);
        }
    }

    private void picture(Cursor cursor, Frame frame, StreamConfig.H264 config) {
        if (frame.afterGap()) {
            pause();
            apart = true;
        } else if (cursor.jumped()) {
            awaitingKey = true;
        }
        if (awaitingKey && !frame.key()) {
            dropped++;
            return;
        }
        FrameTime origin = epoch == null ? frame.time() : epoch;
        epoch = origin;
        long ticks = Math.max(Ticks.between(origin, frame.time()), lastTicks + (open == null ? 0 : 1));
        if (frame.key() || (open != null && ticks - open.startTicks() >= fragmentTicks)) {
            seal(ticks);
        }
        if (frame.key() && queue.full(ticks)) {
            lose("the disk is too slow");
            return;
        }
        if (awaitingKey) {
            composition.clear();
            leadingBefore = frame.time().presentationOrder();
        } else if (leads(frame.time())) {
            return;
        }
        append(cursor, frame, config, ticks);
    }

    private boolean leads(FrameTime time) {
        leadingBefore = time.presentationOrder() > leadingBefore ? 0 : leadingBefore;
        return leadingBefore != 0;
    }

    private void append(Cursor cursor, Frame frame, StreamConfig.H264 config, long ticks) {
        Cut cut = open;
        if (cut == null) {
            cut = begin(frame, config, ticks);
        } else {
            cut.video.lasting((int) Math.min(Integer.MAX_VALUE, ticks - lastTicks));
        }
        if (!copy(cursor, frame, cut.video)) {
            return;
        }
        awaitingKey = false;
        refusal = "";
        nominalTicks = Math.max(1, Ticks.of(config.frameNanos()));
        int shownTicks = composition.offsetTicks(
                frame.time(), ticks, Ticks.of(frame.time().presentationOffsetNanos()));
        boolean reordered = frame.time().reordered();
        cut.video.sample((int) nominalTicks, frame.sizeBytes(), frame.key(), reordered ? shownTicks : 0, reordered);
        lastTicks = ticks;
    }

    private Cut begin(Frame frame, StreamConfig.H264 config, long ticks) {
        Cut cut = queue.spare();
        cut.videoConfig = config;
        cut.soundConfig = soundConfig;
        cut.key = frame.key();
        cut.apart = apart;
        cut.wallMicros = frame.time().wallClockMicros();
        cut.video.begin(ticks);
        apart = false;
        open = cut;
        return cut;
    }

    private boolean copy(Cursor cursor, Frame frame, Run run) {
        try {
            cursor.outgoing().clear();
            cursor.outgoing().addPayload(0, frame.sizeBytes());
            cursor.outgoing().writeTo(run, frame.sizeBytes());
            return true;
        } catch (FrameLostException overtaken) {
            run.forget();
            lose("the program was too slow");
        } catch (IOException full) {
            run.forget();
            lose(blocks.refusal());
        } finally {
            cursor.outgoing().clear();
        }
        return false;
    }

    /** Leaves out pictures up to the next key frame. */
    private void lose(String reason) {
        dropped++;
        awaitingKey = true;
        refusal = reason;
        if (open != null && open.video.empty()) {
            apart |= open.apart;
            queue.giveBack(open);
            open = null;
        }
    }

    private void sound(Cursor cursor, Frame frame, StreamConfig.Aac config) {
        if (!config.equals(soundConfig)) {
            soundConfig = config;
            soundFrameTicks = samplesPerFrame(config);
            soundRuns = false;
        }
        Cut cut = open;
        FrameTime origin = epoch;
        if (cut == null || origin == null || awaitingKey) {
            return;
        }
        if (cut.sound.empty()) {
            cut.soundConfig = config;
        } else if (!config.equals(cut.soundConfig)) {
            return; // sound begins with the next fragment, whose file has a track for it
        }
        long nanos = frame.time().decodeNanos() - origin.decodeNanos();
        long rate = config.sampleRateHz();
        long trueTicks = nanos / 1_000_000_000L * rate + nanos % 1_000_000_000L * rate / 1_000_000_000L;
        if (!soundRuns || Math.abs(trueTicks - soundTicks) > rate / 50) {
            if (soundRuns && trueTicks < soundTicks) {
                return; // a reason is logged once
            }
            if (!cut.sound.empty()) {
                cut.sound.lasting((int) (soundFrameTicks + trueTicks - soundTicks));
            }
            soundTicks = trueTicks;
            soundRuns = true;
        }
        if (cut.sound.empty()) {
            cut.sound.begin(soundTicks);
        }
        if (copySound(cursor, frame, cut.sound)) {
            cut.sound.sample(soundFrameTicks, frame.sizeBytes(), /* key= */ true, 0, /* reordered= */ false);
            soundTicks += soundFrameTicks;
        } else {
            soundRuns = false;
        }
    }

    private static int samplesPerFrame(StreamConfig.Aac config) {
        try {
            return AudioSpecificConfig.parse(config.audioSpecificConfig()).samplesPerFrame();
        } catch (MalformedBitstreamException unusual) {
            return LC_FRAME_SAMPLES;
        }
    }

    private boolean copySound(Cursor cursor, Frame frame, Run run) {
        try {
            cursor.outgoing().clear();
            cursor.outgoing().addPayload(0, frame.sizeBytes());
            cursor.outgoing().writeTo(run, frame.sizeBytes());
            return true;
        } catch (FrameLostException | IOException lost) {
            run.forget();
            return false;
        } finally {
            cursor.outgoing().clear();
        }
    }

    /** Passes on the open fragment, whose last picture lasts until {@code ticks}. */
    private void seal(long ticks) {
        Cut cut = open;
        if (cut != null) {
            open = null;
            cut.video.lasting((int) Math.min(Integer.MAX_VALUE, Math.max(1, ticks - lastTicks)));
            queue.put(cut);
        }
    }

    /** Passes on the open fragment although no other frame has come; the next one begins with a key frame. */
    void pause() {
        if (open != null) {
            seal(lastTicks + nominalTicks);
            awaitingKey = true;
        }
    }

    /** Passes on the open fragment if nothing has come for a while. Called now and then. */
    void idle(long nowNanos) {
        FrameTime origin = epoch;
        if (open != null && origin != null) {
            long lastNanos = origin.decodeNanos() + lastTicks * 100_000 / 9;
            if (nowNanos - lastNanos > PAUSE_NANOS) {
                seal(lastTicks + nominalTicks);
            }
        }
    }

    /** Makes the following frames begin anew instead of continuing the previous ones. */
    void breakOff() {
        pause();
        awaitingKey = true;
        apart = true;
    }
}
