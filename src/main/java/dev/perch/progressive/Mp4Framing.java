package dev.perch.progressive;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.LeadingPictures;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.InitSegment;
import dev.perch.mp4.ProducerTime;

/** Fragmented MP4: the init segment, then one fragment a frame (ISO/IEC 14496-12:2015 §8.8). The payload is sent straight from the arena. */
public final class Mp4Framing implements Framing {
    private final Timeline timeline;
    private final Fragment fragment = new Fragment();
    private final Mp4Start start;
    private final Backlog backlog;
    private final LeadingPictures leading = new LeadingPictures();
    private final Padding padding;
    private final boolean timed;
    private boolean begun;
    private boolean counted; // true when the timeline is already at the next frame
    private int sequenceNumber;

    /**
     * Makes the framing of one viewer.
     *
     * @param timed true to write each fragment's time of capture before it
     */
    public Mp4Framing(Mp4Start start, Backlog backlog, Padding padding, boolean timed) {
        this.timeline = new Timeline(start == Mp4Start.HYBRID, backlog == Backlog.SQUEEZED);
        this.backlog = backlog;
        this.start = start;
        this.padding = padding;
        this.timed = timed;
    }

    /** Returns a framing that every player reads, without padding and times. */
    public static Mp4Framing plain() {
        return new Mp4Framing(Mp4Start.PLAIN, Backlog.SQUEEZED, Padding.none(), /* timed= */ false);
    }

    /** Returns the content type of the response, with the codecs of the real stream (RFC 6381 §3.3). */
    public static String contentType(StreamConfig.H264 config) {
        return "video/mp4; codecs=\"" + config.codecs() + "\"";
    }

    /** Returns the part of the frames since the last key frame that it sends. */
    public Backlog backlog() {
        return backlog;
    }

    @Override
    public boolean wants(Frame frame) {
        return leading.admits(frame);
    }

    @Override
    public Bytes opening(Cursor cursor) {
        Frame first = cursor.frame();
        if (!(first.config() instanceof StreamConfig.H264 video)) {
            throw new IllegalArgumentException("fragmented MP4 carries H.264: config=" + first.config());
        }
        timeline.next(cursor);
        counted = true;
        Bytes opening = start == Mp4Start.HYBRID
                ? InitSegment.hybrid(
                        video,
                        new InitSegment.FirstSample(
                                first.sizeBytes(),
                                timeline.durationTicks(),
                                first.time().reordered()))
                : InitSegment.video(video, timeline.compositionTicks());
        padding.sent(opening.size());
        return opening;
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) {
        int before = out.remainingBytes();
        out.scratch().clear();
        if (!counted) {
            timeline.next(cursor);
        }
        counted = false;
        if (begun) {
            addFragment(cursor.frame(), timeline.durationTicks(), out);
        } else if (start == Mp4Start.HYBRID) {
            out.addPayload(0, cursor.frame().sizeBytes()); // the opening is its head
        } else {
            if (start == Mp4Start.TWICE) {
                addFragment(cursor.frame(), Timeline.BACKLOG_TICKS, out);
                timeline.again();
            }
            addFragment(cursor.frame(), timeline.durationTicks(), out);
        }
        begun = true;
        padding.sent(out.remainingBytes() - before);
        addPadding(padding.boxBytes(cursor.frame().sizeBytes(), cursor.framesAhead()), out);
    }

    private void addFragment(Frame frame, int durationTicks, Outgoing out) {
        int head = out.scratch().position();
        if (timed) {
            ProducerTime.write(out.scratch(), frame.time().wallClockMicros(), timeline.decodeTicks());
        }
        fragment.at(++sequenceNumber, timeline.decodeTicks()).sample(durationTicks, frame.sizeBytes(), frame.key());
        if (frame.time().reordered()) {
            fragment.composed(timeline.compositionTicks());
        }
        fragment.write(out.scratch());
        out.addScratch(head, out.scratch().position());
        out.addPayload(0, frame.sizeBytes());
    }

    private void addPadding(int boxBytes, Outgoing out) {
        if (boxBytes > 0) {
            int header = out.scratch().position();
            Fragment.freeBox(out.scratch(), boxBytes);
            out.addScratch(header, out.scratch().position());
            out.addZeros(boxBytes - Fragment.FREE_BOX_BYTES);
            padding.sent(boxBytes);
        }
    }

    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        Fragment.freeBox(out.scratch().clear());
        out.addScratch(0, Fragment.FREE_BOX_BYTES);
        padding.sent(Fragment.FREE_BOX_BYTES);
    }
}
