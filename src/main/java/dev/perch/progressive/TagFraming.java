package dev.perch.progressive;

import dev.perch.feed.Cursor;
import dev.perch.feed.Frame;
import dev.perch.feed.LeadingPictures;
import dev.perch.feed.Outgoing;
import dev.perch.flv.FlvWriter;
import dev.perch.flv.TagType;
import dev.perch.media.Bytes;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.InitSegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The tags of Flash video, one per frame, after the description of each track (Adobe Flash Video File Format Specification 10.1 Annex E); subclasses
 * add the bytes around them. The payload is sent directly from the arena.
 */
public abstract class TagFraming implements CarriesSound {
    private static final long MILLIS_PER_SECOND = 1000;

    private final Timeline timeline;
    private final LeadingPictures leading = new LeadingPictures();
    private StreamConfig.@Nullable H264 described; // as the client knows the pictures
    private StreamConfig.@Nullable Aac sound;
    private @Nullable SoundTimeline soundTimeline;
    private boolean counted; // true when the timeline is already at the next frame

    /**
     * Creates the framing of one viewer.
     *
     * @param squeezed true to send the frames since the last key frame in fast motion
     */
    protected TagFraming(boolean squeezed) {
        this.timeline = new Timeline(/* prompt= */ false, squeezed);
    }

    /** Returns the most bytes around a tag's body. */
    protected abstract int aroundBytes();

    /** Writes the bytes before a tag's body. */
    protected abstract void head(ByteBuffer out, int type, long millis, int bodyBytes);

    /** Writes the bytes after a tag's body. */
    protected abstract void tail(ByteBuffer out, int bodyBytes);

    /** Returns the bytes in front of the first tag. */
    protected abstract Bytes beginning(boolean withSound);

    @Override
    public void hear(StreamConfig.Aac config) {
        sound = config;
        soundTimeline = timeline.withSound(config);
    }

    @Override
    public boolean wants(Frame frame) {
        SoundTimeline heard = soundTimeline;
        return switch (frame.config().encoding().medium()) {
            case VIDEO -> leading.admits(frame);
            case SOUND -> heard != null && heard.admits(frame);
        };
    }

    @Override
    public Bytes opening(Cursor cursor) {
        if (!(cursor.frame().config() instanceof StreamConfig.H264 video)) {
            throw new IllegalArgumentException(
                    "Flash video begins with H.264: config=" + cursor.frame().config());
        }
        timeline.next(cursor);
        counted = true;
        described = video;
        Bytes metadata = FlvWriter.metadata(video, sound);
        Bytes pictures = FlvWriter.sequenceHeader(video);
        Bytes sounds = sound == null ? Bytes.empty() : FlvWriter.sequenceHeader(sound);
        Bytes before = beginning(sound != null);
        ByteBuffer out = ByteBuffer.allocate(
                before.size() + 3 * aroundBytes() + metadata.size() + pictures.size() + sounds.size());
        before.copyTo(out);
        tag(out, TagType.SCRIPT, 0, metadata);
        tag(out, TagType.VIDEO, 0, pictures);
        if (sound != null) {
            tag(out, TagType.AUDIO, 0, sounds);
        }
        return Bytes.view(out.flip());
    }

    private void tag(ByteBuffer out, int type, long millis, Bytes body) {
        head(out, type, millis, body.size());
        body.copyTo(out);
        tail(out, body.size());
    }

    @Override
    public void frame(Cursor cursor, Outgoing out) {
        out.scratch().clear();
        SoundTimeline heard = soundTimeline;
        if (heard != null && cursor.encoding().medium() == Medium.SOUND) {
            sound(cursor.frame(), heard, out);
        } else {
            picture(cursor, out);
        }
    }

    private void sound(Frame frame, SoundTimeline heard, Outgoing out) {
        long millis = heard.decodeTicks() * MILLIS_PER_SECOND / heard.timescaleHz();
        int bodyBytes = FlvWriter.AUDIO_HEAD_BYTES + frame.sizeBytes();
        head(out.scratch(), TagType.AUDIO, millis, bodyBytes);
        FlvWriter.audioHead(out.scratch());
        add(frame, bodyBytes, out);
    }

    private void picture(Cursor cursor, Outgoing out) {
        if (!counted) {
            timeline.next(cursor);
        }
        counted = false;
        Frame frame = cursor.frame();
        long millis = timeline.decodeTicks() * MILLIS_PER_SECOND / InitSegment.TIMESCALE_HZ;
        if (frame.config() != described && frame.config() instanceof StreamConfig.H264 video) {
            describe(video, millis, out.scratch());
        }
        int bodyBytes = FlvWriter.VIDEO_HEAD_BYTES + frame.sizeBytes();
        int offset = (int) (timeline.compositionTicks() * MILLIS_PER_SECOND / InitSegment.TIMESCALE_HZ);
        head(out.scratch(), TagType.VIDEO, millis, bodyBytes);
        FlvWriter.videoHead(out.scratch(), frame.key(), offset);
        add(frame, bodyBytes, out);
    }

    /** Writes a new description of the pictures if their parameters have changed; they are in-band, too. */
    private void describe(StreamConfig.H264 video, long millis, ByteBuffer out) {
        if (!video.equals(described)) {
            Bytes body = FlvWriter.sequenceHeader(video);
            int needed = body.size() + 2 * aroundBytes() + 16;
            if (needed <= out.remaining()) {
                tag(out, TagType.VIDEO, millis, body);
            }
        }
        described = video;
    }

    private void add(Frame frame, int bodyBytes, Outgoing out) {
        int head = out.scratch().position();
        tail(out.scratch(), bodyBytes);
        out.addScratch(0, head);
        out.addPayload(0, frame.sizeBytes());
        out.addScratch(head, out.scratch().position());
    }

    /** Returns the time of the last picture. */
    protected final long millis() {
        return timeline.decodeTicks() * MILLIS_PER_SECOND / InitSegment.TIMESCALE_HZ;
    }
}
