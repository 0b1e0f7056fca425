package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.SourceConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ffmpeg is told of an input. */
class FfmpegInputTest {
    private static FfmpegInput of(String url) {
        return FfmpegInput.of(SourceConfig.Url.of(url));
    }

    /** A service has the locale C, in which the JDK would write question marks. */
    @Test
    void nameOfAFile_isWritten_whereTheLocaleHasItsLetters() {
        FfmpegInput umlauts = of("/srv/Küche.mp4");
        assertTrue(umlauts.writable(StandardCharsets.UTF_8));
        assertTrue(umlauts.writable(StandardCharsets.ISO_8859_1));
        assertFalse(umlauts.writable(StandardCharsets.US_ASCII));
        assertTrue(of("/srv/kitchen.mp4").writable(StandardCharsets.US_ASCII));
    }

    /** A device by ffmpeg is asked for by its path, streams by their addresses; one with a secret is told over stdin. */
    @Test
    void eachKind_isNamedToFfmpeg() {
        assertEquals(
                List.of("-f", "v4l2", "-i", "/dev/video0"), of("/dev/video0").words());
        assertEquals("rtsps://cam/live", last(of("rtsps://cam/live")));
        assertEquals("rtp://127.0.0.1:5004", last(of("rtp://127.0.0.1:5004")));
        FfmpegInput secret = of("rtsps://joe:S3cr3t@cam/it's?token=S3cr3t");
        assertEquals("pipe:0", last(secret));
        assertTrue(secret.list().orElseThrow().contains("file 'rtsps://joe:S3cr3t@cam/it'\\''s?token=S3cr3t'\n"));
        assertFalse(String.join(" ", secret.words()).contains("S3cr3t"));
    }

    private static String last(FfmpegInput input) {
        return input.words().get(input.words().size() - 1);
    }

    /** Whatever a file is called, it is no option, no other protocol and no pattern. */
    @Test
    void nameOfAFile_isOneWord() {
        String path = "/srv/-i 'a\" 100%25 #1 [b] $HOME;&|.mp4";
        assertEquals(List.of("-stream_loop", "-1", "-i", "file:" + path), of(path).words());
        assertTrue(of(path).looped());
    }
}
