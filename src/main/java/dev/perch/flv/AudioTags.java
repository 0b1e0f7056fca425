package dev.perch.flv;

import dev.perch.aac.AacPublisher;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads audio tags (Adobe Flash Video File Format Specification 10.1 §E.4.2.1; Enhanced RTMP version 2, ExAudioTagHeader).
 *
 * <pre>
 *  format 4 | rate 2 | size 1 | stereo 1 || AACPacketType 8 | AudioSpecificConfig, or a raw frame
 *  1001 | packet type 4 || FourCC 32 | the same
 * </pre>
 */
final class AudioTags extends TagBody {
    static final int MOST_GATHERED_BYTES = AudioSpecificConfig.MAX_BYTES;

    private static final int SEQUENCE_START = 0;
    private static final int CODED_FRAMES = 1;

    private final TrackReader.Output output;
    private final TagClock clock;
    private final Refusals refusals;
    private @Nullable AacPublisher publisher; // null before the first description
    private boolean taken;
    private long millis;

    AudioTags(TrackReader.Output output, TagClock clock) {
        super("AudioSpecificConfig", MOST_GATHERED_BYTES);
        this.output = output;
        this.clock = clock;
        this.refusals = new Refusals(output, Medium.SOUND);
    }

    void begin(int timestamp, int sizeBytes) {
        begin(sizeBytes);
        millis = clock.millis(timestamp);
    }

    @Override
    int headBytes(byte[] head, int count) {
        return switch (format(head)) {
            case Codecs.AAC -> 2;
            case Codecs.ENHANCED_SOUND -> 5;
            default -> 1;
        };
    }

    @Override
    void head(byte[] head, int restBytes) throws MalformedBitstreamException {
        boolean enhanced = format(head) == Codecs.ENHANCED_SOUND;
        if (!ofAac(head, enhanced)) {
            return;
        }
        int packetType = enhanced ? head[0] & 0xf : head[1];
        AacPublisher known = publisher;
        if (packetType == SEQUENCE_START && restBytes > 0) {
            gather(restBytes);
        } else if (packetType == CODED_FRAMES && taken && restBytes > 0 && known != null) {
            Optional<ByteBuffer> space = known.claim(restBytes);
            if (space.isPresent()) {
                frame(space.get());
            }
        }
    }

    private boolean ofAac(byte[] head, boolean enhanced) {
        if (!enhanced) {
            int format = format(head);
            return format == Codecs.AAC || refusals.refuse("The sound is " + Codecs.sound(format) + ": AAC is taken.");
        }
        int fourCc = (head[1] & 0xff) << 24 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 8 | (head[4] & 0xff);
        return fourCc == Codecs.MP4A || refusals.refuse("The sound is " + Codecs.named(fourCc) + ": AAC is taken.");
    }

    @Override
    void gathered(ByteBuffer bytes) throws MalformedBitstreamException {
        AudioSpecificConfig config = AudioSpecificConfig.parse(Bytes.view(bytes));
        Optional<String> refusal = config.refusal();
        taken = refusal.isEmpty();
        if (refusal.isPresent()) {
            refusals.refuse(refusal.get());
            return;
        }
        AacPublisher known = publisher;
        if (known == null) {
            known = new AacPublisher(output.sound(config.streamConfig()));
            publisher = known;
        }
        known.configure(config);
    }

    @Override
    void publish() {
        AacPublisher known = publisher;
        if (known != null) {
            known.publish(output.time(millis));
        }
    }

    @Override
    void lost() {
        AacPublisher known = publisher;
        if (known != null) {
            known.dropped();
        }
    }

    private static int format(byte[] head) {
        return head[0] >> 4 & 0xf;
    }
}
