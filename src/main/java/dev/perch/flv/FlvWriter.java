package dev.perch.flv;

import dev.perch.h264.AvcConfiguration;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes Flash video (Adobe Flash Video File Format Specification 10.1 Annex E): the bytes before and behind a frame, which itself is not copied. A
 * tag's body is an RTMP message's body, too.
 */
public final class FlvWriter {
    /** The size of the header, with the size of the absent tag before the first. */
    public static final int HEADER_BYTES = 13;

    /** The size of the head before a tag's body. */
    public static final int TAG_HEAD_BYTES = 11;

    /** The size of the number behind a tag's body. */
    public static final int TAG_TAIL_BYTES = 4;

    /** The size of the head before an access unit. The access unit's NAL units are preceded by lengths of four bytes. */
    public static final int VIDEO_HEAD_BYTES = 5;

    /** The size of the head before an AAC frame. */
    public static final int AUDIO_HEAD_BYTES = 2;

    private static final int AAC_44KHZ_16_BITS_STEREO = 0xaf; // §E.4.2.1: the value for AAC, whatever the sound is
    private static final int KEY = 0x17;
    private static final int INTER = 0x27;
    private static final int SEQUENCE_HEADER = 0;
    private static final int FRAME = 1;
    private static final int END_OF_SEQUENCE = 2;
    private static final int MOST_OFFSET = (1 << 23) - 1;

    private FlvWriter() {}

    /** Writes the header (§E.2). */
    public static void header(ByteBuffer out, boolean video, boolean sound) {
        out.put((byte) 'F').put((byte) 'L').put((byte) 'V').put((byte) 1);
        out.put((byte) ((video ? 1 : 0) | (sound ? 4 : 0))).putInt(9).putInt(0);
    }

    /**
     * Writes the head before a tag's body.
     *
     * @param type one of {@link TagType}
     * @param millis the lowest 32 bits are written
     */
    public static void tagHead(ByteBuffer out, int type, long millis, int bodyBytes) {
        int time = (int) millis;
        out.putInt(type << 24 | bodyBytes);
        out.putInt(time << 8 | time >>> 24);
        out.put((byte) 0).putShort((short) 0); // stream id
    }

    /** Writes the bytes behind a tag's body. */
    public static void tagTail(ByteBuffer out, int bodyBytes) {
        out.putInt(TAG_HEAD_BYTES + bodyBytes);
    }

    /** Writes a whole tag. */
    public static void tag(ByteBuffer out, int type, long millis, Bytes body) {
        tagHead(out, type, millis, body.size());
        body.copyTo(out);
        tagTail(out, body.size());
    }

    /**
     * Writes the head of a video body, before the access unit.
     *
     * @param offsetMillis the time from decoding to showing
     */
    public static void videoHead(ByteBuffer out, boolean key, int offsetMillis) {
        int offset = Math.max(-MOST_OFFSET, Math.min(MOST_OFFSET, offsetMillis));
        out.put((byte) (key ? KEY : INTER)).putInt(FRAME << 24 | (offset & 0xff_ffff));
    }

    /** Writes the head of an audio body, before the AAC frame. */
    public static void audioHead(ByteBuffer out) {
        out.put((byte) AAC_44KHZ_16_BITS_STEREO).put((byte) FRAME);
    }

    /** Returns the body that describes the following pictures. */
    public static Bytes sequenceHeader(StreamConfig.H264 stream) {
        Bytes record = AvcConfiguration.of(stream);
        ByteBuffer out = ByteBuffer.allocate(VIDEO_HEAD_BYTES + record.size());
        out.put((byte) KEY).putInt(SEQUENCE_HEADER);
        record.copyTo(out);
        return Bytes.view(out.flip());
    }

    /** Returns the body that describes the following sound. */
    public static Bytes sequenceHeader(StreamConfig.Aac stream) {
        ByteBuffer out = ByteBuffer.allocate(
                AUDIO_HEAD_BYTES + stream.audioSpecificConfig().size());
        out.put((byte) AAC_44KHZ_16_BITS_STEREO).put((byte) SEQUENCE_HEADER);
        stream.audioSpecificConfig().copyTo(out);
        return Bytes.view(out.flip());
    }

    /** Returns the body that ends the pictures. */
    public static Bytes endOfSequence() {
        return Bytes.copyOf((byte) KEY, (byte) END_OF_SEQUENCE, (byte) 0, (byte) 0, (byte) 0);
    }

    /** Returns the body of a script tag that describes the stream (§E.5). */
    public static Bytes metadata(StreamConfig.@Nullable H264 video, StreamConfig.@Nullable Aac sound) {
        return AmfWriter.write(new Amf.Text("onMetaData"), new Amf.EcmaArray(fields(video, sound)));
    }

    /** Returns the fields of {@code onMetaData}. */
    public static Map<String, Amf> fields(StreamConfig.@Nullable H264 video, StreamConfig.@Nullable Aac sound) {
        Map<String, Amf> fields = new LinkedHashMap<>();
        if (video != null) {
            fields.put("width", new Amf.Numeric(video.width()));
            fields.put("height", new Amf.Numeric(video.height()));
            fields.put("framerate", new Amf.Numeric(1e9 / video.frameNanos()));
            fields.put("videocodecid", new Amf.Numeric(Codecs.AVC));
        }
        if (sound != null) {
            fields.put("audiocodecid", new Amf.Numeric(Codecs.AAC));
            fields.put("audiosamplerate", new Amf.Numeric(sound.sampleRateHz()));
            fields.put("audiosamplesize", new Amf.Numeric(16));
            fields.put("stereo", new Amf.Bool(sound.channels() > 1));
        }
        fields.put("encoder", new Amf.Text("Perch"));
        return fields;
    }
}
