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

/** Flash video: the header and the description of each track, then a tag a frame (Adobe Flash Video File Format Specification 10.1 Annex E). The payload is sent straight from the arena. */
public final class FlvFraming implements CarriesSound {
    public static final String CONTENT_TYPE = "video/x-flv";

    private static final long MILLIS_PER_SECOND = 1000;

    private final Timeline timeline;
    private final LeadingPictures leading = new LeadingPictures();
    private StreamConfig.@Nullable H264 described; // what the client knows of the pictures
    private StreamConfig.@Nullable Aac sound;
    private @Nullable SoundTimeline soundTimeline;
    private boolean counted; // true when the timeline is already at the next frame

    /**
     * Makes the framing of one viewer.
     *
     * @param squeezed true to send the frames since the last key frame in fast motion
     */
    public FlvFraming(boolean squeezed) {
        this.timeline = new Timeline(/* prompt= */ false, squeezed);
    }

    @Override
    public String contentType(StreamConfig.H264 picture) {
        return CONTENT_TYPE;
    }

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
        int tagBytes = FlvWriter.TAG_HEAD_BYTES + FlvWriter.TAG_TAIL_BYTES;
        ByteBuffer out = ByteBuffer.allocate(
                FlvWriter.HEADER_BYTES + 3 * tagBytes + metadata.size() + pictures.size() + sounds.size());
        FlvWriter.header(out, /* video= */ true, sound != null);
        FlvWriter.tag(out, TagType.SCRIPT, 0, metadata);
        FlvWriter.tag(out, TagType.VIDEO, 0, pictures);
        if (sound != null) {
            FlvWriter.tag(out, TagType.AUDIO, 0, sounds);
        }
        return Bytes.view(out.flip());
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
        FlvWriter.tagHead(out.scratch(), TagType.AUDIO, millis, bodyBytes);
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
        FlvWriter.tagHead(out.scratch(), TagType.VIDEO, millis, bodyBytes);
        FlvWriter.videoHead(out.scratch(), frame.key(), offset);
        add(frame, bodyBytes, out);
    }

    /** Describes the pictures anew where their parameters have changed; in-band they stand, too. */
    private void describe(StreamConfig.H264 video, long millis, ByteBuffer out) {
        if (!video.equals(described)) {
            Bytes body = FlvWriter.sequenceHeader(video);
            int needed = body.size() + 2 * (FlvWriter.TAG_HEAD_BYTES + FlvWriter.TAG_TAIL_BYTES) + 16;
            if (needed <= out.remaining()) {
                FlvWriter.tag(out, TagType.VIDEO, millis, body);
            }
        }
        described = video;
    }

    private static void add(Frame frame, int bodyBytes, Outgoing out) {
        int head = out.scratch().position();
        FlvWriter.tagTail(out.scratch(), bodyBytes);
        out.addScratch(0, head);
        out.addPayload(0, frame.sizeBytes());
        out.addScratch(head, out.scratch().position());
    }

    /** Sends an empty script tag, which readers skip. */
    @Override
    public void heartbeat(Cursor cursor, Outgoing out) {
        long millis = timeline.decodeTicks() * MILLIS_PER_SECOND / InitSegment.TIMESCALE_HZ;
        FlvWriter.tag(out.scratch().clear(), TagType.SCRIPT, millis, Bytes.empty());
        out.addScratch(0, out.scratch().position());
    }
}
