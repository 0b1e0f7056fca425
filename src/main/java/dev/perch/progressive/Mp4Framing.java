package dev.perch.progressive;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.LeadingPictures;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.Fragment;
import dev.perch.mp4.InitSegment;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.ProducerTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fragmented MP4: the init segment, then one fragment per frame (ISO/IEC 14496-12:2015 §8.8), of pictures and, where there is any, of sound. The
 * payload is sent straight from the arena.
 */
public final class Mp4Framing implements CarriesSound {
    private final Timeline timeline;
    private final Fragment fragment = new Fragment();
    private @Nullable Sound sound;
    private final Mp4Start start;
    private final Backlog backlog;
    private final LeadingPictures leading = new LeadingPictures();
    private final Padding padding;
    private final boolean timed;
    private boolean begun;
    private boolean counted; // true when the timeline is already at the next frame
    private int sequenceNumber;

    /** The track of sound: its description, its place on the timeline, and its fragments. */
    private record Sound(StreamConfig.Aac config, SoundTimeline timeline, Fragment fragment) {}

    /**
     * Creates the framing of one viewer.
     *
     * @param timed true to write each fragment's capture time before it
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

    /** Returns the content type of pictures, with the codecs of the real stream (RFC 6381 §3.3), and of sound unless {@code sound} is null. */
    public static String contentType(StreamConfig.H264 config, StreamConfig.@Nullable Aac sound) {
        return "video/mp4; codecs=\"" + config.codecs() + (sound == null ? "" : "," + sound.codecs()) + "\"";
    }

    @Override
    public String contentType(StreamConfig.H264 picture) {
        return contentType(picture, sound == null ? null : sound.config());
    }

    @Override
    public void hear(StreamConfig.Aac config) {
        sound = new Sound(config, timeline.withSound(config), new Fragment(MovieTrack.SOUND_ID));
    }

    /**
     * Returns whether sound is included unless the client says otherwise. A browser's bare element would wait for a quarter of a second of sound, and
     * then stay half a second or more behind: the starts that make it fast have pictures alone.
     */
    public boolean soundsByDefault() {
        return start == Mp4Start.PLAIN;
    }

    /** Returns the part of the frames since the last key frame that it sends. */
    public Backlog backlog() {
        return backlog;
    }

    @Override
    public boolean wants(Frame frame) {
        Sound heard = sound;
        return switch (frame.config().encoding().medium()) {
            case VIDEO -> leading.admits(frame);
            case SOUND -> heard != null && heard.timeline().admits(frame);
        };
    }

    @Override
    public Bytes opening(Cursor cursor) {
        Frame first = cursor.frame();
        if (!(first.config() instanceof StreamConfig.H264 video)) {
            throw new IllegalArgumentException("fragmented MP4 begins with H.264: config=" + first.config());
        }
        timeline.next(cursor);
        counted = true;
        timeline.shownFrom(first.time().presentationOffsetNanos());
        Bytes opening = start == Mp4Start.HYBRID
                ? InitSegment.hybrid(
                        tracks(video, 0),
                        new InitSegment.FirstSample(
                                first.sizeBytes(),
                                timeline.durationTicks(),
                                first.time().reordered()))
                : InitSegment.of(tracks(video, timeline.compositionTicks()));
        padding.sent(opening.size());
        return opening;
    }

    private List<MovieTrack> tracks(StreamConfig.H264 video, int startTicks) {
        MovieTrack picture = MovieTrack.of(video).from(startTicks);
        Sound heard = sound;
        return heard == null ? List.of(picture) : List.of(picture, MovieTrack.of(heard.config()));
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) {
        int before = out.remainingBytes();
        out.scratch().clear();
        Sound heard = sound;
        if (heard != null && cursor.encoding().medium() == Medium.SOUND) {
            addSound(cursor.frame(), heard, out);
            padding.sent(out.remainingBytes() - before);
            return;
        }
        picture(cursor, out);
        padding.sent(out.remainingBytes() - before);
        addPadding(padding.boxBytes(cursor.frame().sizeBytes(), cursor.framesAhead()), out);
    }

    private void picture(Cursor cursor, Outgoing out) {
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
    }

    private void addSound(Frame frame, Sound heard, Outgoing out) {
        SoundTimeline times = heard.timeline();
        if (timed) {
            ProducerTime.write(out.scratch(), MovieTrack.SOUND_ID, frame.time().wallClockMicros(), times.decodeTicks());
        }
        heard.fragment()
                .at(++sequenceNumber, times.decodeTicks())
                .sample(times.durationTicks(), frame.sizeBytes(), /* key= */ true)
                .write(out.scratch());
        out.addScratch(0, out.scratch().position());
        out.addPayload(0, frame.sizeBytes());
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
