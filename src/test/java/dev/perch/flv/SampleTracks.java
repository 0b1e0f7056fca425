package dev.perch.flv;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.util.Random;

/** Pictures of the corpus with sound made up for them. */
public final class SampleTracks {
    private SampleTracks() {}

    /** Returns a stream of the corpus at 25 frames a second, without loss, with frames of random bytes as sound. */
    public static RecordedTracks of(String name) {
        RecordedTracks tracks = new RecordedTracks();
        RecordingSink published = Streams.publish(Corpus.read("h264/" + name + ".h264"), 40_000_000);
        tracks.video.configure(published.configs().get(0));
        for (RecordingSink.Frame frame : published.frames()) {
            put(tracks.video, frame.bytes(), frame.time(), frame.key());
        }
        tracks.sound.configure(AudioSpecificConfig.lc(16_000, 1).streamConfig());
        Random random = new Random(5);
        for (int i = 0; i < published.frames().size() * 40 / 64; i++) {
            byte[] frame = new byte[50 + random.nextInt(100)];
            random.nextBytes(frame);
            put(tracks.sound, Bytes.copyOf(frame), new FrameTime(i * 64_000_000L, i * 64_000L), true);
        }
        return tracks;
    }

    private static void put(RecordingSink sink, Bytes bytes, FrameTime time, boolean key) {
        ByteBuffer space = sink.claim(bytes.size()).orElseThrow();
        bytes.copyTo(space);
        sink.publish(time, key);
    }
}
