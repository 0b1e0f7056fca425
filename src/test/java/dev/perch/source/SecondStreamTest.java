package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The H.264 of a second node beside JPEGs: when it is captured, and what becomes of the session when either of the two ends. */
class SecondStreamTest {
    private static final TrackId H264 = TrackId.main(Encoding.H264);
    private static final TrackId JPEG = TrackId.main(Encoding.JPEG);
    private final CaptureException busy = new CaptureException(Kind.FAULT, "/dev/video9 is busy.");
    private static final CameraConfig CAMERA =
            CameraConfig.defaults("front", new SourceConfig.Device(Path.of("/dev/video7")));

    private final List<String> told = new ArrayList<>();
    private final List<TrackId> tracks = new ArrayList<>(); // that were asked for
    private boolean wanted;
    private long nanos = 1_000_000_000_000L;
    private @Nullable SourceOutput second; // of the last run of the second node
    private final SecondStream both = new SecondStream(
            CAMERA,
            new Output(),
            SecondStream.Tracks.BESIDE_JPEGS,
            this::begin,
            () -> told.add("H.264 is made of JPEGs"));
    private final Source.Session session = both.with(new Run("JPEGs"));

    /** The camera. */
    private final class Output implements SourceOutput {
        @Override
        public FrameSink track(TrackId track) {
            tracks.add(track);
            return new RecordingSink();
        }

        @Override
        public boolean wanted(TrackId track) {
            return wanted;
        }

        @Override
        public void paused(TrackId track) {
            told.add("paused " + track);
        }

        @Override
        public void raw(RawPicture picture) {
            throw new AssertionError("no raw picture is asked for");
        }

        @Override
        public void ended(Optional<CaptureException> reason) {
            told.add("over" + reason.map(why -> ": " + why.getMessage()).orElse(""));
        }
    }

    /** A run of either node. */
    private final class Run implements Source.Session {
        private final String name;

        Run(String name) {
            this.name = name;
        }

        @Override
        public void requestKeyFrame() {
            told.add("key frame of the " + name);
        }

        @Override
        public void stop() {
            told.add("stop the " + name);
        }

        @Override
        public SessionStats stats() {
            return SessionStats.NONE;
        }
    }

    private Source.Session begin(SourceOutput output) {
        told.add("begin the second");
        second = output;
        return new Run("second");
    }

    private SourceOutput second() {
        SourceOutput running = second;
        if (running == null) {
            throw new AssertionError("the second node has not begun");
        }
        return running;
    }

    private void jpeg(double seconds) {
        nanos += (long) (seconds * 1e9);
        publish(both.track(JPEG));
    }

    private void publish(FrameSink sink) {
        sink.configure(new StreamConfig.Jpeg(16, 16)); // of either: it is not looked at
        sink.claim(1).orElseThrow().put((byte) 0);
        sink.publish(new FrameTime(nanos, nanos / 1000), true);
    }

    private List<String> news() {
        List<String> news = List.copyOf(told);
        told.clear();
        return news;
    }

    @Test
    void secondNode_isCapturedWhileSomebodyReadsIt() {
        jpeg(1);
        assertEquals(List.of(), news());
        wanted = true;
        jpeg(1);
        assertEquals(List.of("begin the second"), news());
        publish(second().track(H264));
        session.requestKeyFrame();
        assertEquals(List.of("key frame of the second"), news());
        wanted = false;
        jpeg(4);
        wanted = true;
        jpeg(4);
        wanted = false;
        jpeg(4);
        assertEquals(List.of(), news());
        jpeg(2);
        assertEquals(List.of("stop the second"), news());
        second().ended(Optional.empty());
        assertEquals(List.of("paused H264"), news());
        wanted = true;
        jpeg(1);
        assertEquals(List.of("begin the second"), news());
    }

    @Test
    void sessionEnds_withTheLastOfTheTwo() {
        session.stop();
        both.ended(Optional.empty());
        assertEquals(List.of("stop the JPEGs", "over"), news());
    }

    @Test
    void secondNode_isStoppedBeforeTheSessionEnds() {
        wanted = true;
        jpeg(1);
        both.ended(Optional.of(busy));
        assertEquals(List.of("begin the second", "stop the second"), news());
        second().ended(Optional.empty());
        assertEquals(List.of("paused H264", "over: /dev/video9 is busy."), news());
    }

    /** The device encodes two streams: the picture at the first node, a smaller one at the second. */
    @Test
    void secondNodeOfARendition_isCapturedBesideTheH264_andBothAreAskedForKeyFrames() {
        TrackId small = new TrackId("small", Encoding.H264);
        SecondStream beside = new SecondStream(
                CAMERA,
                new Output(),
                new SecondStream.Tracks(H264, small),
                this::begin,
                () -> told.add("the rendition is encoded"));
        Source.Session session = beside.with(new Run("first"));
        wanted = true;
        publish(beside.track(JPEG));
        assertEquals(List.of(), news(), "other tracks tell nothing");
        publish(beside.track(H264));
        session.requestKeyFrame();
        assertEquals(List.of("begin the second", "key frame of the first", "key frame of the second"), news());
        publish(second().track(H264)); // as the device calls it
        second().ended(Optional.of(busy));
        assertEquals(List.of("paused small H264", "stop the first"), news());
        assertEquals(List.of(small, JPEG, H264, small), tracks.subList(1, tracks.size()));
    }

    /** As another program has it: what the camera lacks is made then. */
    @Test
    void secondNode_thatFailsBeforeItsFirstFrame_isNotTriedAgain() {
        wanted = true;
        jpeg(1);
        second().ended(Optional.of(busy));
        assertEquals(List.of("begin the second", "paused H264", "H.264 is made of JPEGs", "stop the JPEGs"), news());
        jpeg(1);
        assertEquals(List.of(), news());
        both.ended(Optional.empty());
        assertEquals(List.of("over: /dev/video9 is busy."), news());
    }

    @Test
    void secondNode_thatFailsLater_endsTheSessionAlone() {
        wanted = true;
        jpeg(1);
        publish(second().track(H264));
        second().ended(Optional.of(busy));
        assertEquals(List.of("begin the second", "paused H264", "stop the JPEGs"), news());
    }
}
