package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.testing.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clip of H.264 with B-frames and AAC, written anew in fragments of both tracks: FFmpeg sees in it sample by sample what it sees in its own. */
@Tag("players")
class SeveralTracksTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int SAMPLE_RATE_HZ = 44_100;

    /** A sample as ffprobe tells it, and where its bytes stand. */
    private record Sample(int stream, int pts, int dts, int durationTicks, int sizeBytes, int position, boolean key) {
        static Sample of(String line) {
            List<String> fields = List.of(line.split(",", -1));
            return new Sample(
                    number(fields, 0),
                    number(fields, 1),
                    number(fields, 2),
                    number(fields, 3),
                    number(fields, 4),
                    number(fields, 5),
                    fields.get(6).startsWith("K"));
        }

        private static int number(List<String> fields, int index) {
            return Integer.parseInt(fields.get(index));
        }
    }

    @TempDir
    private static Path folder = Path.of("");

    private static Path clip = Path.of("");
    private static Path reference = Path.of(""); // the same in FFmpeg's own fragments
    private static byte[] clipBytes = {};
    private static List<Sample> video = List.of();
    private static List<Sample> sound = List.of();

    @BeforeAll
    static void encode() throws Exception {
        clip = folder.resolve("clip.mp4");
        Tool.output(
                ("ffmpeg -v error -f lavfi -i testsrc2=size=320x240:rate=25:duration=3 -f lavfi -i sine=440:duration=3"
                                + " -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -video_track_timescale 90000"
                                + " -c:a aac -ac 2 -ar 44100 " + clip)
                        .split(" ", -1));
        clipBytes = Files.readAllBytes(clip);
        reference = folder.resolve("reference.mp4");
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                clip.toString(),
                "-c",
                "copy",
                "-movflags",
                "frag_keyframe+delay_moov",
                reference.toString());
        List<Sample> all = new ArrayList<>();
        for (String line : packets(clip, "stream_index,pts,dts,duration,size,pos,flags")) {
            if (!line.isEmpty()) { // as behind a packet with side data
                all.add(Sample.of(line));
            }
        }
        video = all.stream().filter(sample -> sample.stream == 0).toList();
        sound = all.stream().filter(sample -> sample.stream == 1).toList();
        assertEquals(75, video.size());
        assertTrue(sound.size() > 125, () -> sound.size() + " frames of sound");
        assertTrue(video.stream().anyMatch(sample -> sample.pts > sample.dts + 3600), "it has B-frames");
    }

    @Test
    void fragments_haveEachSampleAsFfmpegWroteIt() throws Exception {
        Path written = write(List.of(pictures(), tones()), "several.mp4");
        String fields = "pts,dts,size,flags,data_hash";
        for (String stream : List.of("v", "a")) {
            assertEquals(packets(reference, stream, fields), packets(written, stream, fields));
        }
        assertEquals(durations(video), packets(written, "v", "duration"));
        List<String> sounding = packets(reference, "a", "duration");
        assertEquals(
                sounding.subList(1, sounding.size()),
                packets(written, "a", "duration").subList(1, sounding.size()),
                "FFmpeg does not say how long the priming is");
    }

    private static List<String> durations(List<Sample> samples) {
        return samples.stream()
                .map(sample -> Integer.toString(sample.durationTicks))
                .toList();
    }

    @Test
    void decoded_picturesAndSound_areTheSame() throws Exception {
        Path written = write(List.of(pictures(), tones()), "decoded.mp4");
        assertEquals(decoded(reference, "v"), decoded(written, "v"));
        assertEquals(decoded(reference, "a"), decoded(written, "a"));
        assertEquals(hashes(decoded(clip, "v")), hashes(decoded(written, "v")));
    }

    @Test
    void sampleEntries_tellWhatADecoderNeeds() throws Exception {
        Path written = write(List.of(pictures(), tones()), "entries.mp4");
        String entries =
                "stream=codec_name,codec_tag_string,profile,width,height,sample_rate,channels,time_base,extradata_hash";
        assertEquals(streams(clip, entries), streams(written, entries));
    }

    /** Sound that begins half a second later than the pictures, as from a microphone that was switched on later. */
    @Test
    void delayedTrack_isPresentedLater() throws Exception {
        Path written = write(List.of(pictures(), tones().after(500)), "delayed.mp4");
        List<String> before = packets(reference, "a", "pts_time");
        List<String> after = packets(written, "a", "pts_time");
        assertEquals(before.size(), after.size());
        for (int i = 0; i < before.size(); i++) {
            assertEquals(Double.parseDouble(before.get(i)) + 0.5, Double.parseDouble(after.get(i)), 0.000_1);
        }
        assertEquals(packets(clip, "v", "pts"), packets(written, "v", "pts"));
    }

    /** A clip that is cut at a key frame and presented from a later moment on: what stands in front of it is decoded at times below 0. */
    @Test
    void laterStart_presentsThatMomentFirst() throws Exception {
        int second = 90_000;
        Path written = write(List.of(pictures().from(pictures().startTicks() + second)), "later.mp4");
        List<String> expected = video.stream()
                .map(sample -> Integer.toString(sample.pts - second))
                .toList();
        assertEquals(expected, packets(written, "v", "pts"));
    }

    private static MovieTrack pictures() {
        int avcC = find("avcC") + 4;
        int spsBytes = clipBytes[avcC + 7] & 0xff;
        int ppsAt = avcC + 8 + spsBytes + 1;
        Bytes sps = Bytes.view(ByteBuffer.wrap(clipBytes, avcC + 8, spsBytes));
        Bytes pps = Bytes.view(ByteBuffer.wrap(clipBytes, ppsAt + 2, clipBytes[ppsAt + 1] & 0xff));
        return MovieTrack.of(new StreamConfig.H264(sps, pps, WIDTH, HEIGHT, 40_000_000))
                .from(-video.get(0).dts);
    }

    private static MovieTrack tones() {
        int at = find("esds") + 4;
        while (clipBytes[at] != 5 || clipBytes[at + 1] != (byte) 0x80) { // DecoderSpecificInfo, its size in four bytes
            at++;
        }
        Bytes specific = Bytes.view(ByteBuffer.wrap(clipBytes, at + 5, clipBytes[at + 4]));
        return MovieTrack.of(new StreamConfig.Aac(specific, SAMPLE_RATE_HZ, 2)).from(-sound.get(0).pts);
    }

    private static int find(String type) {
        return new String(clipBytes, StandardCharsets.ISO_8859_1).indexOf(type);
    }

    /** A fragment for each second of pictures, with the sound that is decoded meanwhile. */
    private static Path write(List<MovieTrack> tracks, String name) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(InitSegment.of(tracks).toArray());
        MovieFragment fragment = new MovieFragment();
        int soundAt = 0;
        for (int from = 0; from < video.size(); from += 25) {
            assertTrue(video.get(from).key, "each second begins with a key frame");
            List<Sample> pictures = video.subList(from, from + 25);
            double end = from + 25 == video.size() ? Double.MAX_VALUE : video.get(from + 25).dts / 90_000.0;
            int soundEnd = soundAt;
            while (soundEnd < sound.size() && sound.get(soundEnd).dts / (double) SAMPLE_RATE_HZ < end) {
                soundEnd++;
            }
            fragment.begin(from / 25 + 1);
            List<Sample> sent = new ArrayList<>(run(fragment, MovieTrack.VIDEO_ID, video, pictures));
            if (tracks.size() > 1) {
                sent.addAll(run(fragment, MovieTrack.SOUND_ID, sound, sound.subList(soundAt, soundEnd)));
            }
            soundAt = soundEnd;
            ByteBuffer head = ByteBuffer.allocate(fragment.headBytes());
            fragment.write(head);
            assertEquals(0, head.remaining(), "the head is as long as told");
            file.write(head.array());
            sent.forEach(sample -> file.write(clipBytes, sample.position, sample.sizeBytes));
        }
        return Files.write(folder.resolve(name), file.toByteArray());
    }

    private static List<Sample> run(MovieFragment fragment, int trackId, List<Sample> track, List<Sample> samples) {
        fragment.track(trackId, samples.get(0).dts - track.get(0).dts);
        for (Sample sample : samples) {
            fragment.sample(sample.durationTicks, sample.sizeBytes, sample.key);
            if (trackId == MovieTrack.VIDEO_ID) {
                fragment.composed(sample.pts - sample.dts);
            }
        }
        return samples;
    }

    private static List<String> packets(Path file, String fields) throws Exception {
        return Tool.lines(
                "ffprobe", "-v", "error", "-show_entries", "packet=" + fields, "-of", "csv=p=0", file.toString());
    }

    private static List<String> packets(Path file, String stream, String fields) throws Exception {
        return Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        stream,
                        "-show_data_hash",
                        "md5",
                        "-show_entries",
                        "packet=" + fields,
                        "-of",
                        "csv=p=0",
                        file.toString())
                .stream()
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static List<String> streams(Path file, String entries) throws Exception {
        return Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-show_data_hash",
                "md5",
                "-show_entries",
                entries,
                "-of",
                "compact=p=0",
                file.toString());
    }

    /** Of each decoded frame its time and its hash. */
    private static List<String> decoded(Path file, String stream) throws Exception {
        return Tool.lines(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-xerror",
                        "-i",
                        file.toString(),
                        "-map",
                        "0:" + stream,
                        "-vsync",
                        "passthrough",
                        "-f",
                        "framemd5",
                        "-")
                .stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static List<String> hashes(List<String> frames) {
        return frames.stream()
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .toList();
    }
}
