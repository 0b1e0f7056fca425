package dev.perch.alsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The binding to libasound, with its device {@code null}, which every machine has and which gives zeros. Cards are tried in the guest. */
@Tag("players")
@Timeout(60)
class LibAsoundPlayersTest {
    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void nullDevice_isAgreedWithReadAndStamped() throws Exception {
        try (Pcm pcm = PcmLibrary.linux().open("null")) {
            PcmFormat format = pcm.agree(new PcmWish(48_000, 1));
            assertEquals(SampleFormat.S16, format.sample());
            assertEquals(48_000, format.rateHz());
            assertEquals(1, format.channels());
            assertEquals(960, format.periodFrames());
            assertTrue(format.bufferFrames() >= 4_800, format + " buffer " + format.bufferFrames());
            assertEquals(0, pcm.start());
            ByteBuffer bytes = ByteBuffer.allocateDirect(960 * 2);
            assertEquals(960, pcm.read(bytes, 960));
            assertEquals(0, bytes.getShort(0));
            assertTrue(pcm.stamp(new Stamp()) >= 0);
            pcm.wake();
            assertTrue(pcm.await(0) >= 0);
        }
    }

    @Test
    void absentCard_isToldInWords() {
        CaptureException absent =
                assertThrows(CaptureException.class, () -> PcmLibrary.linux().open("hw:31"));
        assertEquals(CaptureException.Kind.ABSENT, absent.kind());
        assertTrue(
                String.valueOf(absent.getMessage()).startsWith("There is no sound card hw:31 to record from; "),
                absent.getMessage());
        assertThrows(CaptureException.class, () -> PcmLibrary.linux().open("no-such-plug-in:x"));
    }

    @Test
    void openingAndClosing_leavesNoDescriptor() throws Exception {
        PcmLibrary.linux().open("null").close();
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            try (Pcm pcm = PcmLibrary.linux().open("null")) {
                pcm.agree(new PcmWish(16_000, 1));
            }
        }
        assertEquals(before, descriptors());
    }
}
