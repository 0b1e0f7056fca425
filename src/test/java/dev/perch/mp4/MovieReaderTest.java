package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.testing.Corners;
import dev.perch.testing.Fuzz;
import dev.perch.testing.Tool;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class MovieReaderTest {
    private static final long CAPTURED_MICROS = 1_795_812_325_263_917L;
    private static final byte[][] WORDS = Stream.of(
                    "6d6f6f66",
                    "6d6f6f76",
                    "6d646174",
                    "74726166",
                    "7472756e",
                    "74666864",
                    "74666474",
                    "70726674",
                    "61766331",
                    "61766343",
                    "6d703461",
                    "65736473",
                    "656c7374",
                    "00000001",
                    "00000000",
                    "ffffffff",
                    "7fffffff",
                    "00000f01",
                    "00020000")
            .map(HexFormat.of()::parseHex)
            .toArray(byte[][]::new);

    /** Records what a movie is read to. */
    private static final class Recorded implements MovieReader.Output {
        private final RecordingSink video = new RecordingSink();
        private final RecordingSink sound = new RecordingSink();
        private final List<String> told = new ArrayList<>();
        private final List<Long> captured = new ArrayList<>();

        @Override
        public void movie(boolean picture, boolean withSound) {
            told.add("picture=" + picture + " sound=" + withSound);
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
        public FrameTime time(long streamNanos, long capturedMicros) {
            captured.add(capturedMicros);
            return new FrameTime(streamNanos, 0);
        }

        @Override
        public void refused(Medium medium, String why) {
            told.add(medium + ": " + why);
        }
    }

    private static Recorded read(byte[] movie, int pieceBytes) throws MalformedBitstreamException {
        Recorded recorded = new Recorded();
        MovieReader reader = new MovieReader(recorded);
        for (int at = 0; at < movie.length; at += pieceBytes) {
            reader.bytes(ByteBuffer.wrap(movie, at, Math.min(pieceBytes, movie.length - at)));
        }
        reader.abandon();
        return recorded;
    }

    /** Returns two tracks as this program sends them: a fragment a frame, with the time of capture in front. */
    private static byte[] own(RecordingSink pictures) {
        StreamConfig.H264 config = (StreamConfig.H264) pictures.configs().get(0);
        StreamConfig.Aac sound = AudioSpecificConfig.lc(48_000, 1).streamConfig();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(InitSegment.of(List.of(MovieTrack.of(config), MovieTrack.of(sound)))
                .toArray());
        MovieFragment fragment = new MovieFragment();
        ByteBuffer head = ByteBuffer.allocate(1000);
        for (int i = 0; i < pictures.frames().size(); i++) {
            RecordingSink.Frame frame = pictures.frames().get(i);
            head.clear();
            ProducerTime.write(head, MovieTrack.VIDEO_ID, CAPTURED_MICROS + 40_000L * i, 3600L * i);
            fragment.begin(i + 1)
                    .track(MovieTrack.VIDEO_ID, 3600L * i)
                    .sample(3600, frame.bytes().size(), frame.key())
                    .track(MovieTrack.SOUND_ID, 1024L * i)
                    .sample(1024, 5, /* key= */ true);
            fragment.write(head);
            out.write(head.array(), 0, head.position());
            out.writeBytes(frame.bytes().toArray());
            out.writeBytes(new byte[] {1, 2, 3, 4, (byte) i});
            head.clear();
            Fragment.freeBox(head);
            out.write(head.array(), 0, head.position());
        }
        return out.toByteArray();
    }

    private static RecordingSink pictures() {
        return Streams.publish(Corpus.read("h264/x264-baseline.h264"), 40_000_000);
    }

    @Test
    void bytes_ownStream_givesTheSameFramesAndTimesInPiecesOfAnySize() throws MalformedBitstreamException {
        RecordingSink pictures = pictures();
        byte[] movie = own(pictures);
        for (int pieceBytes : new int[] {movie.length, 1000, 7, 1}) {
            Recorded recorded = read(movie, pieceBytes);
            assertEquals(List.of("picture=true sound=true"), recorded.told);
            assertEquals(
                    pictures.frames().stream().map(RecordingSink.Frame::bytes).toList(),
                    recorded.video.frames().stream()
                            .map(RecordingSink.Frame::bytes)
                            .toList());
            assertEquals(pictures.frames().size(), recorded.sound.frames().size());
            assertEquals(
                    Bytes.copyOf(new byte[] {1, 2, 3, 4, 1}),
                    recorded.sound.frames().get(1).bytes());
            assertEquals(40_000_000L, recorded.video.frames().get(1).time().decodeNanos());
            assertEquals(21_333_333L, recorded.sound.frames().get(1).time().decodeNanos());
            assertEquals(CAPTURED_MICROS + 40_000, recorded.captured.get(2));
            // the sound's own clock, as the pictures' tells it: a millisecond and a half before this picture
            assertEquals(CAPTURED_MICROS + 21_333.0, (double) recorded.captured.get(3), 1);
        }
    }

    /** The matrix of the track, as this program and others write it (§6.2.2). */
    @Test
    void bytes_picturesThatAreTurned_areDescribedSo() throws MalformedBitstreamException {
        StreamConfig.H264 config = (StreamConfig.H264) pictures().configs().get(0);
        for (Orientation turn : Corners.orientations()) {
            byte[] movie =
                    InitSegment.of(List.of(MovieTrack.of(config.held(turn)))).toArray();
            StreamConfig.H264 read = (StreamConfig.H264)
                    read(movie, movie.length).video.configs().get(0);
            assertEquals(turn, read.turn().orElse(Orientation.UPRIGHT));
            int matrix = new String(movie, StandardCharsets.ISO_8859_1).indexOf("tkhd") + 44;
            movie[matrix] = (byte) (movie[matrix] ^ 0x55); // of no right angle any more, or of another
            movie[matrix + 17] = (byte) (movie[matrix + 17] ^ 0x7f);
            read(movie, movie.length);
        }
    }

    @Test
    void bytes_fileWithoutFragments_isRefusedInWords() throws MalformedBitstreamException {
        byte[] moov = HexFormat.of().parseHex("000000086d6f6f76");
        assertEquals(List.of("VIDEO: The MP4 is a file, not a stream of fragments."), read(moov, 100).told);
    }

    @Test
    void bytes_boxOfImpossibleSize_isMalformed() {
        for (String movie :
                List.of("000000076d6f6f66", "7fffffff6d6f6f76", "00000001000000006d64", "7fffffff6d6f6f66")) {
            byte[] bytes = HexFormat.of().parseHex(movie + "00".repeat(20));
            try {
                read(bytes, 5);
            } catch (MalformedBitstreamException malformed) {
                assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                continue;
            }
            assertEquals("00000001000000006d64", movie, "only a long skip is none");
        }
    }

    @Test
    void fuzz() throws Exception {
        byte[] movie = own(pictures());
        new Fuzz("fragmented-mp4", List.of(Arrays.copyOf(movie, 20_000)), WORDS, (input, random) -> {
                    try {
                        Recorded recorded = read(input, 1 + random.nextInt(3000));
                        long bytes = recorded.video.frames().stream()
                                .mapToLong(frame -> frame.bytes().size())
                                .sum();
                        assertTrue(bytes <= 4L * input.length + 100_000, "no bytes come from nowhere");
                    } catch (MalformedBitstreamException malformed) {
                        assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
                    }
                })
                .run();
    }

    /** Fragments of ffmpeg, with reordered pictures, an edit list and sound of 44.1 kHz. */
    @Tag("players")
    @Test
    void bytes_ofFfmpeg_givesEveryFrameInStep(@TempDir Path folder) throws Exception {
        for (String flags : List.of(
                "delay_moov+default_base_moof+frag_keyframe",
                "empty_moov+frag_every_frame",
                "empty_moov+separate_moof+omit_tfhd_offset+frag_keyframe")) {
            Path file = folder.resolve("clip.mp4");
            Tool.output(
                    "ffmpeg",
                    "-v",
                    "error",
                    "-y",
                    "-f",
                    "lavfi",
                    "-i",
                    "testsrc2=s=320x240:r=25:d=4",
                    "-f",
                    "lavfi",
                    "-i",
                    "sine=r=44100:d=4",
                    "-c:v",
                    "libx264",
                    "-bf",
                    "2",
                    "-g",
                    "25",
                    "-c:a",
                    "aac",
                    "-movflags",
                    flags,
                    file.toString());
            Recorded recorded = read(Files.readAllBytes(file), 4096);
            assertEquals(List.of("picture=true sound=true"), recorded.told, flags);
            List<RecordingSink.Frame> pictures = recorded.video.frames();
            assertEquals(100, pictures.size(), flags);
            List<Long> shown = pictures.stream()
                    .map(frame -> frame.time().decodeNanos() + frame.time().presentationOffsetNanos())
                    .sorted()
                    .toList();
            // without an edit list ffmpeg shows the first picture when it is decoded
            long start = flags.startsWith("delay_moov") ? 0 : shown.get(0);
            for (int i = 0; i < shown.size(); i++) {
                assertEquals(40_000_000.0 * i, (double) (shown.get(i) - start), 100_000, flags);
            }
            int sounds = recorded.sound.frames().size();
            assertTrue(sounds >= 172 && sounds <= 175, flags + " sounds=" + sounds);
            long last = recorded.sound.frames().get(sounds - 1).time().decodeNanos();
            assertEquals(4e9, (double) (last - start), 50e6, flags);
        }
    }
}
