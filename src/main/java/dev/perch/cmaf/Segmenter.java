package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.feed.Frame;
import dev.perch.feed.FrameLostException;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.InitSegment;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.ProducerTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a camera's frames into the segments and parts of one presentation and hands them to a taker. Used by one thread.
 *
 * <p>The first track leads: a segment begins with a key frame of that track, and ends before the next one once it is long enough. The frames of other
 * tracks go into the segment that is open when they come; silence fills missing sound. A GOP longer than the longest segment is split, and the next
 * segment then does not begin with a key frame.
 */
public final class Segmenter {
    private static final int LEAD = 0;
    private static final long CLOCK_STEP_MICROS = 1_000_000L;

    /**
     * The step of fragment numbers at the beginning of a track other than the leading one in a segment; numbers need only rise (ISO/IEC 14496-12:2015
     * §8.8.5). VLC 3 reads a track's decode time only behind a gap in the numbers, and a player that joins in the middle needs it for each track.
     */
    private static final int NUMBERS_TO_A_TRACK = 2;

    private final SegmentTaker taker;
    private final KeyFrameRequests requests;
    private final List<TrackCutter> tracks = new ArrayList<>();
    private final TrackCutter lead;
    private final Boundaries boundaries;
    private final ByteBuffer head = ByteBuffer.allocate(ProducerTime.BYTES + Fragment.MOST_HEAD_BYTES);
    private final FrameTime origin;

    private FrameTime anchor; // the frame from which wall clock times count
    private @Nullable Init init;
    private int inits;
    private boolean open;
    private long startTicks; // of the open segment
    private boolean fullLength; // whether it is as long as the one before
    private int frames; // of the leading track in the open segment, like the two below
    private long segmentTicks;
    private long partTicks;
    private boolean broken = true; // whether the next segment continues nothing
    private boolean needed; // whether a key frame was requested to begin a segment
    private boolean welcomed; // or to end this one
    private long nextNumber;
    private long discontinuities;
    private long wantedDiscontinuities;
    private boolean first = true;
    private int framesOfLast;
    private int sequenceNumber;
    private long dropped;
    private String refusal = "";

    /**
     * Creates a segmenter.
     *
     * @param numbering its first numbers
     * @param origin the capture that has decode time 0
     * @param configs of the tracks, the leading one first
     */
    public Segmenter(
            SegmentSettings settings,
            SegmentTaker taker,
            Numbering numbering,
            FrameTime origin,
            List<StreamConfig> configs,
            KeyFrameRequests requests) {
        this.taker = taker;
        this.requests = requests;
        this.origin = origin;
        this.anchor = origin;
        configs.forEach(config -> tracks.add(new TrackCutter(origin, config)));
        this.lead = tracks.get(LEAD);
        this.boundaries = new Boundaries(settings);
        this.nextNumber = numbering.nextNumber();
        this.discontinuities = numbering.discontinuities();
    }

    /** Returns the numbers with which a presentation after this one begins. */
    public Numbering next() {
        return new Numbering(nextNumber, discontinuities + 1);
    }

    /** Returns the number of discontinuities up to the newest segment. */
    public long discontinuities() {
        return discontinuities;
    }

    /** Makes segments begin with discontinuities until there are as many as other renditions of the pictures have (RFC 8216bis §6.2.4). */
    public void keepUpWith(long othersDiscontinuities) {
        wantedDiscontinuities = Math.max(wantedDiscontinuities, othersDiscontinuities);
    }

    /** Returns the number of frames that are in no segment. */
    public long dropped() {
        return dropped;
    }

    /** Returns why the taker had no room for the last frame, as a sentence; empty if it had. */
    public String refusal() {
        return refusal;
    }

    /**
     * Takes one frame.
     *
     * @param track its index among the configurations
     * @param jumped whether earlier frames were missed
     */
    public void frame(int track, Frame frame, boolean jumped, FramePayload payload) {
        TrackCutter cutter = tracks.get(track);
        if (!cutter.accepts(frame)) {
            return;
        }
        boolean interrupted = cutter.interrupted(frame, jumped);
        if (changed(track, frame) || (interrupted && cutter == lead)) {
            breakOff();
        } else if (interrupted && !cutter.fills()) {
            cutter.restart();
        }
        if (cutter == lead) {
            leading(frame, payload);
        } else if (open && frames > 0 && !cutter.precedes(frame, startTicks) && cutter.decodable(frame)) {
            following(cutter, frame, payload);
        } else {
            dropped++;
        }
    }

    private void following(TrackCutter cutter, Frame frame, FramePayload payload) {
        silence(cutter, cutter.beginBefore(frame, startTicks));
        if (cutter.surplus(frame) || !open) {
            dropped++;
            return;
        }
        cutter.next(frame);
        append(cutter, frame, payload);
    }

    /** Adds {@code missing} silent frames, as far as there is room. */
    private void silence(TrackCutter cutter, int missing) {
        for (int i = 0; i < missing && open; i++) {
            SilentFrame silent = cutter.silentFrame();
            cutter.next(silent.frame());
            append(cutter, silent.frame(), silent);
        }
    }

    /** Adds silence to tracks that have none up to the end of the open segment: players wait for a track that has less than the others. */
    private void fill() {
        for (TrackCutter cutter : tracks) {
            if (cutter != lead && cutter.fills() && frames > 0) {
                cutter.beginAt(startTicks);
                silence(cutter, cutter.missing(startTicks + segmentTicks));
            }
        }
    }

    private boolean changed(int track, Frame frame) {
        Init present = init;
        return present != null && !TrackCutter.sameParameters(present.tracks().get(track), frame.config());
    }

    private void leading(Frame frame, FramePayload payload) {
        if (!frame.key() && (broken || !open)) {
            dropped++;
            need();
            return;
        }
        if (!lead.decodable(frame)) {
            dropped++;
            return;
        }
        if (open && frames > 0 && partTicks == 0) {
            lead.partBegins(boundaries.partTicks());
        }
        lead.next(frame);
        cut(frame);
        append(lead, frame, payload);
    }

    /** Ends the open segment because the camera is away. The next one continues nothing. */
    public void breakOff() {
        complete();
        broken = true;
        tracks.forEach(TrackCutter::restart);
    }

    private void need() {
        if (!needed) {
            needed = true;
            requests.needed();
        }
    }

    private void welcome() {
        if (!welcomed) {
            welcomed = true;
            requests.welcome();
        }
    }

    /** Ends the segment if it is long enough, and begins one if there is none. */
    private void cut(Frame frame) {
        if (open) {
            boolean due = boundaries.due(segmentTicks, lead.intervalTicks());
            if ((due && frame.key()) || boundaries.tooLong(segmentTicks + lead.durationTicks())) {
                fill();
                complete();
            } else if (due) {
                welcome();
            }
        }
        if (!open) {
            begin(frame.time());
        }
    }

    private void begin(FrameTime time) {
        needed = false;
        welcomed = false;
        long wallMicros = anchor.wallClockMicros() + (time.decodeNanos() - anchor.decodeNanos()) / 1000;
        if (Math.abs(wallMicros - time.wallClockMicros()) > CLOCK_STEP_MICROS) {
            anchor = time;
            wallMicros = time.wallClockMicros();
            broken = true; // the system's clock was set: dates do not continue earlier ones
        }
        boolean discontinuity = (broken || discontinuities < wantedDiscontinuities) && !first;
        discontinuities += discontinuity ? 1 : 0;
        taker.open(new SegmentHead(nextNumber, init(), discontinuity, discontinuities, lead.startTicks(), wallMicros));
        open = true;
        startTicks = lead.startTicks();
        tracks.forEach(TrackCutter::segmentBegins);
        fullLength = false;
        frames = 0;
        segmentTicks = 0;
        partTicks = 0;
    }

    /** Returns the init segment for the following frames: the last one if it still fits. */
    private Init init() {
        Init present = init;
        if (present != null && fits(present)) {
            return present;
        }
        List<StreamConfig> configs = tracks.stream().map(TrackCutter::config).toList();
        List<MovieTrack> described = tracks.stream().map(TrackCutter::track).toList();
        Init made = new Init(inits++, configs, InitSegment.of(described));
        init = made;
        taker.init(made);
        return made;
    }

    private boolean fits(Init present) {
        for (int i = 0; i < tracks.size(); i++) {
            if (!TrackCutter.sameParameters(
                    present.tracks().get(i), tracks.get(i).config())) {
                return false;
            }
        }
        return true;
    }

    private void append(TrackCutter cutter, Frame frame, FramePayload payload) {
        boolean leads = cutter == lead;
        if (leads && boundaries.partTooLong(partTicks + cutter.durationTicks())) {
            endPart();
        }
        try {
            write(cutter, frame, payload);
        } catch (BudgetExceededException | IOException full) {
            refusal = String.valueOf(full.getMessage());
            lose();
            return;
        } catch (FrameLostException overtaken) {
            lose();
            return;
        }
        refusal = "";
        cutter.taken();
        if (leads) {
            lengthen(frame);
        } else {
            taker.commit(/* addedTicks= */ 0, /* key= */ false, fullLength);
        }
    }

    private void lengthen(Frame frame) {
        if (frames == 0) {
            nextNumber++;
            broken = false;
            first = false;
        }
        frames++;
        segmentTicks += lead.durationTicks();
        partTicks += lead.durationTicks();
        fullLength = frames == framesOfLast && boundaries.due(segmentTicks, lead.intervalTicks());
        taker.commit(lead.durationTicks(), frame.key(), fullLength);
        if (boundaries.partDue(partTicks, lead.intervalTicks())) {
            endPart();
        }
    }

    private void write(TrackCutter cutter, Frame frame, FramePayload payload)
            throws FrameLostException, BudgetExceededException, IOException {
        head.clear();
        if (frames == 0) {
            cutter.writeTime(head, originWallMicros(frame.time()));
        }
        sequenceNumber += cutter == lead || cutter.inSegment() ? 1 : NUMBERS_TO_A_TRACK;
        cutter.writeHead(head, sequenceNumber, frame);
        Destination out = taker.fragment(head.position() + frame.sizeBytes());
        out.write(head.flip());
        payload.copy(0, frame.sizeBytes(), out); // with parameter sets, because players join or change here
    }

    /** Returns the time of day on the presentation's clock, which does not follow steps of the system's clock. */
    private long originWallMicros(FrameTime time) {
        return origin.wallClockMicros() + (time.decodeNanos() - origin.decodeNanos()) / 1000;
    }

    /** Drops a frame, without which later ones cannot be decoded. */
    private void lose() {
        dropped++;
        breakOff();
    }

    private void endPart() {
        if (partTicks > 0) {
            taker.part();
            partTicks = 0;
        }
    }

    /** Ends the open segment. */
    private void complete() {
        if (!open) {
            return;
        }
        open = false;
        if (frames > 0) {
            framesOfLast = frames;
            if (boundaries.measured()) {
                endPart();
            } else {
                taker.measured(boundaries.measure(segmentTicks, lead.intervalTicks()));
            }
        }
        taker.close();
    }

    /** Ends the presentation. */
    public void close() {
        complete();
    }
}
