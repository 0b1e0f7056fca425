package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.flv.RecordedTracks;
import dev.perch.flv.SampleTracks;
import dev.perch.flv.TagSink;
import dev.perch.flv.TagType;
import dev.perch.testing.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a camera bears of those who publish to it. */
class PublishedSourceTest {
    private final FakeClock clock = new FakeClock();
    private final RecordingOutput camera = new RecordingOutput(count -> {});

    private static PublishedSource source(boolean replace) {
        return new PublishedSource(
                CameraConfig.defaults("front", new SourceConfig.Publish("key", replace, Duration.ofSeconds(30))));
    }

    /** Says how many pictures it has brought, and keeps why it was ended. */
    private static final class Pretended implements Publisher {
        private long pictures;
        private final List<String> stops = new ArrayList<>();

        @Override
        public void begin(SourceOutput output) {
            // brings what the test says
        }

        @Override
        public void stop(String why) {
            stops.add(why);
        }

        @Override
        public SessionStats stats() {
            return new SessionStats(pictures, 0, 0, 0, 0, 0, "H264");
        }
    }

    /** A body that never ends and never becomes a picture keeps nobody from publishing for longer than fifteen seconds. */
    @Test
    void publisherThatBringsNoPicture_isEnded_howeverItsBytesCome() {
        PublishedSource source = source(/* replace= */ false);
        Pretended slow = new Pretended();
        PublishedSource.Publication held = source.admit(slow).orElseThrow();
        for (int second = 0; second <= 30; second++) {
            slow.pictures = second <= 10 ? second : 10;
            source.tend(clock.nanoTime());
            assertEquals(second > 25, !slow.stops.isEmpty(), "second " + second);
            clock.advance(Duration.ofSeconds(1));
        }
        assertEquals("The publisher has sent no picture for 15 s.", slow.stops.get(0));
        assertTrue(source.admit(new Pretended()).isEmpty(), "until it has gone");
        held.end(slow.stops.get(0));
        assertEquals("The publisher has sent no picture for 15 s.", source.absence());
        assertTrue(source.admit(new Pretended()).isPresent());
    }

    @Test
    void secondPublisher_takesThePlace_whereItMay_andTheFirstIsToldWhy() {
        PublishedSource source = source(/* replace= */ true);
        Pretended first = new Pretended();
        PublishedSource.Publication held = source.admit(first).orElseThrow();
        assertTrue(source.admit(new Pretended()).isPresent());
        assertEquals(List.of("Another has begun to publish to this camera."), first.stops);
        held.end("gone");
        assertTrue(source.present(), "the end of the first is not that of the second");
    }

    /** Sends the sample once more, its times moved by so much; its frames come as their first order has them. */
    private void send(TagSink sink, RecordedTracks sample, long laterMillis) throws Exception {
        for (RecordedTracks.Body body : sample.bodies()) {
            if (body.type() != TagType.SCRIPT) {
                sink.begin(
                        body.type(),
                        (int) (body.millis() + laterMillis),
                        body.bytes().size());
                sink.bytes(body.type(), body.bytes().buffer());
                sink.end(body.type());
            }
            clock.advance(Duration.ofMillis(20));
        }
    }

    /** A clock that jumps back a little or far, or into the future, changes nothing but the distance of two frames: times rise, and none is of the future. */
    @Test
    void clockThatRunsBackwards_givesTimesThatRise() throws Exception {
        RecordedTracks sample = SampleTracks.of("x264-baseline");
        PublishedTags tags = new PublishedTags(source(/* replace= */ false), camera, clock);
        int rounds = 0;
        for (long later : new long[] {1_000_000, 999_000, 998_500, 500_000, 0, 0xffff_ffffL - 500, 3_600_000, 0}) {
            send(tags.sink(), sample, later);
            rounds++;
            assertEquals(rounds * sample.video.frames().size(), camera.h264.frames.size(), "at " + later);
            long newest =
                    camera.h264.frames.get(camera.h264.frames.size() - 1).time().decodeNanos();
            assertTrue(newest <= clock.nanoTime() + Duration.ofMillis(500).toNanos(), "at " + later);
            assertTrue(newest > clock.nanoTime() - Duration.ofSeconds(15).toNanos(), "at " + later);
        }
        for (RecordingOutput.Sink sink : List.of(camera.h264, camera.aac)) {
            long before = Long.MIN_VALUE;
            for (RecordingOutput.Published frame : sink.frames) {
                assertTrue(frame.time().decodeNanos() > before, "times rise");
                before = frame.time().decodeNanos();
            }
            assertEquals(0, sink.dropped);
        }
    }
}
