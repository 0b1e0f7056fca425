package dev.perch.record;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.TestCameras;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Records the demo's frames as fast as the disk accepts them. */
final class HourFile {
    private static final int FRAME_TICKS = 3000;
    private static final int SOUND_FRAME = 1024;
    private static final AudioSpecificConfig SOUND = AudioSpecificConfig.lc(48_000, 1);

    private HourFile() {}

    /** Records this number of seconds into a file and finishes it. Its first frame is the demo's first. */
    static void write(Path path, String camera, long startMicros, int seconds) throws Exception {
        write(path, camera, startMicros, seconds, /* sounding= */ false);
    }

    /** @param sounding whether the file has silence as AAC-LC, 48,000 samples a second */
    static void write(Path path, String camera, long startMicros, int seconds, boolean sounding) throws Exception {
        write(path, camera, startMicros, seconds, sounding, /* owed= */ false);
    }

    /** Records pictures with a sound that ends later than they do. */
    static void writeSoundingOn(Path path, String camera, int seconds) throws Exception {
        try (Blocks blocks = new Blocks(TestCameras.pool(64 << 20), camera + " recording", "none")) {
            Cut cut = new Cut(blocks);
            fill(cut, 0, 0);
            for (int second = 0; second <= seconds; second++) {
                sound(cut, second, /* sounding= */ true);
            }
            try (RecordingFile file = RecordingFile.create(Disk.SYSTEM, path, camera, cut)) {
                file.append(cut);
                cut.clear();
            }
        }
        Finish.finish(Disk.SYSTEM, path, /* owed= */ false);
    }

    /** @param owed whether no program has been run for the file yet */
    static void write(Path path, String camera, long startMicros, int seconds, boolean sounding, boolean owed)
            throws Exception {
        try (Blocks blocks = new Blocks(TestCameras.pool(64 << 20), camera + " recording", "none")) {
            Cut cut = new Cut(blocks);
            fill(cut, startMicros, 0);
            sound(cut, 0, sounding);
            try (RecordingFile file = RecordingFile.create(Disk.SYSTEM, path, camera, cut)) {
                for (int second = 0; second < seconds; second++) {
                    if (second > 0) {
                        fill(cut, startMicros, second);
                        sound(cut, second, sounding);
                    }
                    file.append(cut);
                    cut.clear();
                }
            }
        }
        Finish.finish(Disk.SYSTEM, path, owed);
    }

    private static void fill(Cut cut, long startMicros, int second) throws Exception {
        cut.videoConfig = config();
        cut.key = true;
        cut.wallMicros = startMicros + second * 1_000_000L;
        cut.video.begin(second * 90_000L);
        for (int i = 0; i < Studio.GOP; i++) {
            int bytes = 0;
            for (ByteBuffer nal : DemoFrames.all().accessUnit(Studio.number(second * 30L + i))) {
                cut.video.write(ByteBuffer.allocate(4).putInt(nal.remaining()).flip());
                bytes += 4 + nal.remaining();
                cut.video.write(nal.duplicate());
            }
            cut.video.sample(FRAME_TICKS, bytes, /* key= */ i == 0, 0, /* reordered= */ false);
        }
    }

    private static void sound(Cut cut, int second, boolean sounding) throws Exception {
        if (!sounding) {
            return;
        }
        cut.soundConfig = SOUND.streamConfig();
        Bytes frame = Silence.frame(SOUND).orElseThrow();
        int first = second * SOUND.sampleRateHz() / SOUND_FRAME;
        cut.sound.begin((long) first * SOUND_FRAME);
        for (int i = first; i < (second + 1) * SOUND.sampleRateHz() / SOUND_FRAME; i++) {
            cut.sound.write(frame.buffer());
            cut.sound.sample(SOUND_FRAME, frame.size(), /* key= */ true, 0, /* reordered= */ false);
        }
    }

    private static StreamConfig.H264 config() {
        List<ByteBuffer> first = DemoFrames.all().accessUnit(0);
        return new StreamConfig.H264(
                Bytes.copyOf(first.get(0).duplicate()),
                Bytes.copyOf(first.get(1).duplicate()),
                1280,
                720,
                33_333_333);
    }
}
