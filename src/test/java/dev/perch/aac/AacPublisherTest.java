package dev.perch.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class AacPublisherTest {
    private final RecordingSink sink = new RecordingSink();
    private final AacPublisher publisher = new AacPublisher(sink);
    private final FrameTime time = new FrameTime(5, 6);

    @Test
    void frames_areCopiedAsTheyAreAndEachStarts() {
        AudioSpecificConfig config = AudioSpecificConfig.lc(48_000, 2);
        publisher.configure(config);
        publisher.configure(AudioSpecificConfig.lc(48_000, 2)); // again, as encoders repeat it
        ByteBuffer frame = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);
        publisher.frame(frame, time);
        assertEquals(1, frame.position());
        assertEquals(List.of(config.streamConfig()), sink.configs());
        assertEquals(
                List.of(new RecordingSink.Frame(Bytes.copyOf(new byte[] {1, 2, 3}), time, true, config.streamConfig())),
                sink.frames());
    }

    @Test
    void emptyLongAndUndescribedFrames_areCounted() {
        publisher.frame(ByteBuffer.allocate(10), time);
        publisher.configure(AudioSpecificConfig.lc(48_000, 2));
        publisher.frame(ByteBuffer.allocate(0), time);
        publisher.frame(ByteBuffer.allocate(AacPublisher.MAX_FRAME_BYTES + 1), time);
        sink.refuse(1);
        publisher.frame(ByteBuffer.allocate(10), time);
        publisher.frame(ByteBuffer.allocate(10), time);
        assertEquals(3, sink.droppedFrames());
        assertEquals(1, sink.frames().size());
    }

    @Test
    void unknownKind_isRefusedInWords() throws MalformedBitstreamException {
        publisher.configure(AudioSpecificConfig.parse(Bytes.copyOf(new byte[] {0x11, (byte) 0x94})));
        publisher.frame(ByteBuffer.allocate(10), time);
        assertTrue(sink.refusedWhy().contains("960 samples a frame"), sink.refusedWhy());
        assertEquals(List.of(), sink.configs());
        assertEquals(1, sink.droppedFrames());
    }
}
