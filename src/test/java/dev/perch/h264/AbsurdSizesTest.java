package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests headers that claim absurd sizes: each is refused with a name and a number, and no memory is taken for it. */
class AbsurdSizesTest {
    private static final FrameTime NOW = new FrameTime(1, 2);

    private final RecordingSink sink = new RecordingSink();
    private final H264Publisher publisher = new H264Publisher(sink, 40_000_000);

    static Stream<Arguments> absurd() {
        return AbsurdStreams.bySentence().entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
    }

    @ParameterizedTest
    @MethodSource("absurd")
    void absurdSet_isRefusedInWords(String sentence, Bytes unit) {
        publisher.accessUnit(unit.buffer(), NOW);
        assertEquals(sentence, sink.refusedWhy());
        assertEquals(List.of(), sink.configs());
        assertEquals(List.of(), sink.frames());
        assertEquals(1, sink.droppedFrames());
    }

    /** An earlier set with the same id is not used instead, for the pictures belong to the refused one. */
    @Test
    void changeToAnAbsurdSize_isRefused_andBackIsTaken() {
        Bytes sound = AbsurdStreams.sound();
        Bytes absurd = AbsurdStreams.bySentence().values().iterator().next();
        for (Bytes unit : List.of(sound, absurd, sound)) {
            publisher.accessUnit(unit.buffer(), NOW);
        }
        assertEquals(2, sink.frames().size());
        assertEquals(1, sink.droppedFrames());
        assertEquals(1, sink.configs().size());
    }

    @Test
    void accessUnitWithoutEnd_isRefusedInWords() {
        publisher.accessUnit(ByteBuffer.allocate(H264Publisher.MAX_ACCESS_UNIT_BYTES + 1), NOW);
        assertEquals("H.264 access units of more than 8388608 bytes are not taken.", sink.refusedWhy());
        assertEquals(1, sink.droppedFrames());
    }

    @Test
    void streamWithoutEnd_isRefusedInWords() {
        AccessUnitSplitter splitter = new AccessUnitSplitter(publisher);
        splitter.bytes(AbsurdStreams.sound().buffer(), NOW);
        ByteBuffer piece = ByteBuffer.allocate(1 << 20);
        while (piece.hasRemaining()) {
            piece.put((byte) 0x55);
        }
        for (int i = 0; i < 9; i++) {
            splitter.bytes(piece.rewind(), NOW);
        }
        assertEquals("H.264 access units of more than 8388608 bytes are not taken.", sink.refusedWhy());
    }
}
