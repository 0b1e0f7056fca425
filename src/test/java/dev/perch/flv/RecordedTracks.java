package dev.perch.flv;

import dev.perch.media.Bytes;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps all that a {@link TrackReader} puts out, and writes it again. */
public final class RecordedTracks implements TrackReader.Output {
    public final RecordingSink video = new RecordingSink();
    public final RecordingSink sound = new RecordingSink();
    public final List<String> refusals = new ArrayList<>();
    public final List<Metadata> metadata = new ArrayList<>();
    public int ends;

    /** Returns what a whole stream holds, given in pieces of so many bytes. */
    public static RecordedTracks read(byte[] flv, int pieceBytes) throws MalformedBitstreamException {
        RecordedTracks tracks = new RecordedTracks();
        FlvReader reader = new FlvReader(new TrackReader(tracks));
        for (int at = 0; at < flv.length; at += pieceBytes) {
            reader.bytes(ByteBuffer.wrap(flv, at, Math.min(pieceBytes, flv.length - at)));
        }
        return tracks;
    }

    @Override
    public FrameSink video(StreamConfig.H264 first) {
        return video;
    }

    @Override
    public FrameSink sound(StreamConfig.Aac first) {
        return sound;
    }

    @Override
    public FrameTime time(long millis) {
        return new FrameTime(millis * 1_000_000, millis * 1000);
    }

    @Override
    public void metadata(Metadata next) {
        metadata.add(next);
    }

    @Override
    public void refused(Medium medium, String why) {
        refusals.add(why);
    }

    @Override
    public void endOfSequence() {
        ends++;
    }

    /** One tag's body, to be sent at a time. */
    public record Body(int type, long millis, Bytes bytes, boolean key) {}

    /** Returns the bodies of all tags, from the metadata to the end of sequence, in the order of decoding. */
    public List<Body> bodies() throws MalformedBitstreamException {
        List<Body> bodies = new ArrayList<>();
        StreamConfig.H264 picture = video.configs().isEmpty()
                ? null
                : (StreamConfig.H264) video.configs().get(0);
        StreamConfig.Aac heard = sound.configs().isEmpty()
                ? null
                : (StreamConfig.Aac) sound.configs().get(0);
        bodies.add(new Body(TagType.SCRIPT, 0, FlvWriter.metadata(picture, heard), false));
        if (heard != null) {
            bodies.add(new Body(TagType.AUDIO, 0, FlvWriter.sequenceHeader(heard), false));
        }
        if (picture != null) {
            bodies.add(new Body(TagType.VIDEO, 0, FlvWriter.sequenceHeader(picture), false));
        }
        int next = 0;
        for (RecordingSink.Frame frame : video.frames()) {
            while (next < sound.frames().size() && millis(sound.frames().get(next)) < millis(frame)) {
                bodies.add(audio(sound.frames().get(next++)));
            }
            ByteBuffer out = ByteBuffer.allocate(
                    FlvWriter.VIDEO_HEAD_BYTES + frame.bytes().size());
            int offset = (int) (frame.time().presentationOffsetNanos() / 1_000_000);
            FlvWriter.videoHead(out, frame.key(), offset);
            frame.bytes().copyTo(out);
            bodies.add(new Body(TagType.VIDEO, millis(frame), Bytes.view(out.flip()), frame.key()));
        }
        while (next < sound.frames().size()) {
            bodies.add(audio(sound.frames().get(next++)));
        }
        if (picture != null) {
            long last = bodies.get(bodies.size() - 1).millis();
            bodies.add(new Body(TagType.VIDEO, last, FlvWriter.endOfSequence(), false));
        }
        return bodies;
    }

    private static Body audio(RecordingSink.Frame frame) {
        ByteBuffer out =
                ByteBuffer.allocate(FlvWriter.AUDIO_HEAD_BYTES + frame.bytes().size());
        FlvWriter.audioHead(out);
        frame.bytes().copyTo(out);
        return new Body(TagType.AUDIO, millis(frame), Bytes.view(out.flip()), true);
    }

    private static long millis(RecordingSink.Frame frame) {
        return frame.time().decodeNanos() / 1_000_000;
    }

    /** Returns everything as a file, all times later by so much. */
    public byte[] write(long laterMillis) throws MalformedBitstreamException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(FlvWriter.HEADER_BYTES);
        FlvWriter.header(header, !video.configs().isEmpty(), !sound.configs().isEmpty());
        file.writeBytes(header.array());
        for (Body body : bodies()) {
            ByteBuffer tag = ByteBuffer.allocate(15 + body.bytes().size());
            FlvWriter.tag(tag, body.type(), body.millis() + laterMillis, body.bytes());
            file.writeBytes(tag.array());
        }
        return file.toByteArray();
    }
}
