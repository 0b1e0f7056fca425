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

    /** Whatever a file is called, it is no option, no other protocol and no pattern. */
    @Test
    void nameOfAFile_isOneWord() {
        String path = "/srv/-i 'a\" 100%25 #1 [b] $HOME;&|.mp4";
        assertEquals(List.of("-stream_loop", "-1", "-i", "file:" + path), of(path).words());
        assertTrue(of(path).looped());
    }
}
