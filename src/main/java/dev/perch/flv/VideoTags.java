package dev.perch.flv;

import dev.perch.h264.AvcConfiguration;
import dev.perch.h264.AvcPublisher;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads video tags (Adobe Flash Video File Format Specification 10.1 §E.4.3.1; Enhanced RTMP version 2, ExVideoTagHeader).
 *
 * <pre>
 *  0 | frame type 3 | codec 4 || packet type 8 | composition time offset 24 | AVCDecoderConfigurationRecord, or NAL units
 *  1 | frame type 3 | packet type 4 || FourCC 32 (| composition time offset 24) | likewise
 * </pre>
 */
final class VideoTags extends TagBody {
    static final int MOST_GATHERED_BYTES = AvcConfiguration.MAX_BYTES;

    private static final int KEY = 1;
    private static final int COMMAND = 5; // the frame type of a tag without pictures
    private static final long ORDER_BASE = 1L << 40; // far from 0, which would mean no place in output order

    // packet types; below 3 they are those of the older form
    private static final int SEQUENCE_START = 0;
    private static final int CODED_FRAMES = 1;
    private static final int SEQUENCE_END = 2;
    private static final int CODED_FRAMES_X = 3;
    private static final int MULTITRACK = 6;

    private static final int ENHANCED = 0x80;

    private final TrackReader.Output output;
    private final TagClock clock;
    private final AvcPublisher publisher;
    private final Refusals refusals;
    private long toldFrameNanos;
    private long millis;
    private int offsetMillis;
    private boolean reordered;
    private boolean taken = true;

    VideoTags(TrackReader.Output output, TagClock clock) {
        super("AVC decoder configuration", MOST_GATHERED_BYTES);
        this.output = output;
        this.clock = clock;
        this.publisher = new AvcPublisher(output::video);
        this.refusals = new Refusals(output, Medium.VIDEO);
    }

    /** Sets the frame rate from the metadata, 0 if not told; used where the stream itself states none. */
    void frameRate(double framesPerSecond) {
        if (framesPerSecond >= 1 / 60.0 && framesPerSecond <= 250) {
            toldFrameNanos = Math.round(1e9 / framesPerSecond);
        }
    }

    void begin(int timestamp, int sizeBytes) {
        begin(sizeBytes);
        millis = clock.millis(timestamp);
    }

    @Override
    int headBytes(byte[] head, int count) {
        if ((head[0] & ENHANCED) == 0) {
            return (head[0] & 0xf) == Codecs.AVC && frameType(head) != COMMAND ? 5 : 1;
        }
        boolean offset = (head[0] & 0xf) == CODED_FRAMES;
        return offset && count >= 5 && fourCc(head) == Codecs.AVC1 ? 8 : Math.max(count, 5);
    }

    @Override
    void head(byte[] head, int restBytes) throws MalformedBitstreamException {
        boolean enhanced = (head[0] & ENHANCED) != 0;
        if (frameType(head) == COMMAND || !ofAvc(head, enhanced)) {
            return;
        }
        int packetType = enhanced ? head[0] & 0xf : head[1];
        int offsetAt = enhanced ? 5 : 2;
        switch (packetType) {
            case SEQUENCE_START -> gather(restBytes);
            case CODED_FRAMES, CODED_FRAMES_X -> {
                offsetMillis = packetType == CODED_FRAMES ? s24(head, offsetAt) : 0;
                Optional<ByteBuffer> space =
                        taken && restBytes > 0 ? publisher.claim(restBytes, frameType(head) == KEY) : Optional.empty();
                if (space.isPresent()) {
                    frame(space.get());
                }
            }
            case SEQUENCE_END -> output.endOfSequence();
            default -> {} // what is told beside the pictures
        }
    }

    private boolean ofAvc(byte[] head, boolean enhanced) {
        if (!enhanced) {
            int codec = head[0] & 0xf;
            return codec == Codecs.AVC
                    || refusals.refuse("The picture is " + Codecs.picture(codec) + ": H.264 is taken.");
        }
        if ((head[0] & 0xf) == MULTITRACK) {
            return refusals.refuse("The picture comes in several tracks at once: one H.264 track is taken.");
        }
        int fourCc = fourCc(head);
        return fourCc == Codecs.AVC1 || refusals.refuse("The picture is " + Codecs.named(fourCc) + ": H.264 is taken.");
    }

    @Override
    void gathered(ByteBuffer record) throws MalformedBitstreamException {
        reordered = false;
        Optional<String> refusal = publisher.configure(AvcConfiguration.parse(record), toldFrameNanos);
        taken = refusal.isEmpty();
        refusal.ifPresent(refusals::refuse);
    }

    @Override
    void publish() {
        FrameTime decoded = output.time(millis);
        reordered |= offsetMillis != 0;
        publisher.publish(
                reordered ? decoded.shown(offsetMillis * 1_000_000L, ORDER_BASE + millis + offsetMillis) : decoded);
    }

    @Override
    void lost() {
        publisher.dropped();
    }

    private static int frameType(byte[] head) {
        return head[0] >> 4 & 7;
    }

    private static int fourCc(byte[] head) {
        return (head[1] & 0xff) << 24 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 8 | (head[4] & 0xff);
    }

    private static int s24(byte[] head, int at) {
        return head[at] << 16 | (head[at + 1] & 0xff) << 8 | (head[at + 2] & 0xff);
    }
}
