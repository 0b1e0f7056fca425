package dev.perch.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.FrameTime;
import dev.perch.testing.Tool;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ADTS and silence held against ffmpeg. */
@Tag("players")
class AacPlayersTest {
    @TempDir
    private Path folder = Path.of("");

    /** Each frame of ffmpeg's encoder is found, byte by byte as ffmpeg itself takes the header off. */
    @ParameterizedTest
    @CsvSource({"48000, 2", "44100, 1", "16000, 1", "8000, 1", "48000, 6"})
    void frames_areThoseThatFfmpegFinds(int rateHz, int channels) throws Exception {
        Path file = folder.resolve("sound.aac");
        String sound = "sine=frequency=440:sample_rate=" + rateHz + ":duration=2";
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                sound,
                "-ac",
                "" + channels,
                "-c:a",
                "aac",
                "-f",
                "adts",
                file.toString());
        List<String> found = new ArrayList<>();
        List<AudioSpecificConfig> configs = new ArrayList<>();
        AdtsSplitter splitter = new AdtsSplitter(new AdtsSplitter.Output() {
            @Override
            public void frame(AudioSpecificConfig config, ByteBuffer rawDataBlock, FrameTime time) {
                found.add(md5(rawDataBlock));
                configs.add(config);
            }

            @Override
            public void dropped() {
                throw new AssertionError("a frame was dropped");
            }
        });
        splitter.bytes(ByteBuffer.wrap(Files.readAllBytes(file)), new FrameTime(0, 0));
        splitter.end();
        List<String> wanted = Tool.lines(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-i",
                        file.toString(),
                        "-c",
                        "copy",
                        "-bsf:a",
                        "aac_adtstoasc",
                        "-f",
                        "framemd5",
                        "-")
                .stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(",", -1)[5].trim())
                .toList();
        assertEquals(wanted, found);
        assertEquals(AudioSpecificConfig.lc(rateHz, channels), configs.get(0));
    }

    @ParameterizedTest
    @CsvSource({
        "48000, 1",
        "48000, 2",
        "44100, 1",
        "44100, 2",
        "32000, 2",
        "16000, 1",
        "8000, 1",
        "48000, 3",
        "48000, 4",
        "48000, 5",
        "48000, 6",
        "48000, 8"
    })
    void silence_decodesToZeros(int rateHz, int channels) throws Exception {
        Path file = folder.resolve("silence.aac");
        Bytes frame = Silence.frame(AudioSpecificConfig.lc(rateHz, channels)).orElseThrow();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 20; i++) {
                out.write(Adts.frame(rateHz, channels, frame));
            }
        }
        byte[] samples = Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-xerror",
                "-err_detect",
                "explode",
                "-i",
                file.toString(),
                "-f",
                "s16le",
                "-");
        assertEquals(20 * 1024 * 2 * channels, samples.length);
        for (byte each : samples) {
            assertEquals(0, each);
        }
    }

    /** Sound, silence, sound: a decoder takes the one behind the other, and the silence is silent but for its first frame's overlap. */
    @ParameterizedTest
    @CsvSource({"48000, 2", "44100, 1"})
    void silence_fitsBetweenFramesOfAnEncoder(int rateHz, int channels) throws Exception {
        Path file = folder.resolve("sound.aac");
        String sound = "sine=frequency=440:sample_rate=" + rateHz + ":duration=1";
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                sound,
                "-ac",
                "" + channels,
                "-c:a",
                "aac",
                "-f",
                "adts",
                file.toString());
        byte[] sine = Files.readAllBytes(file);
        int frames = Tool.lines(
                        "ffprobe", "-v", "error", "-show_entries", "packet=size", "-of", "csv=p=0", file.toString())
                .size();
        Bytes silent = Silence.frame(AudioSpecificConfig.lc(rateHz, channels)).orElseThrow();
        Path joined = folder.resolve("joined.aac");
        try (OutputStream out = Files.newOutputStream(joined)) {
            out.write(sine);
            for (int i = 0; i < 10; i++) {
                out.write(Adts.frame(rateHz, channels, silent));
            }
            out.write(sine);
        }
        byte[] samples = Tool.output("ffmpeg", "-v", "error", "-xerror", "-i", joined.toString(), "-f", "s16le", "-");
        int frameBytes = 1024 * 2 * channels;
        assertEquals((2 * frames + 10) * frameBytes, samples.length);
        for (int at = (frames + 1) * frameBytes; at < (frames + 10) * frameBytes; at++) {
            assertEquals(0, samples[at], "at " + at);
        }
        boolean heard = false;
        for (int at = (frames + 12) * frameBytes; at < (frames + 13) * frameBytes; at++) {
            heard |= samples[at] != 0;
        }
        assertTrue(heard);
    }

    private static String md5(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(bytes.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException never) {
            throw new AssertionError(never);
        }
    }
}
