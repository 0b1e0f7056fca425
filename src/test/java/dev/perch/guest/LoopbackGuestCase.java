package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.guest.Collector.Frame;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.StreamConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** v4l2loopback devices that ffmpeg feeds with encoded frames, as a camera with an encoder of its own would deliver them. */
class LoopbackGuestCase {
    private long descriptorsBefore;
    private long mappingsBefore;

    @BeforeEach
    void count() throws IOException {
        descriptorsBefore = Guest.descriptors();
        mappingsBefore = Guest.mappings();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertEquals(descriptorsBefore, Guest.descriptors());
        assertEquals(mappingsBefore, Guest.mappings());
    }

    @Test
    void h264_isPublishedFromAKeyFrameOn() throws Exception {
        try (Guest.Feeder feeder = Guest.feed(Clips.h264(), "/dev/video20");
                Collector collector = Collector.capture("/dev/video20", 1280, 720, 30)) {
            List<Frame> all = collector.frames(40);
            assertTrue(all.get(0).key());
            List<Frame> frames = behindTheFirstRing(all);
            assertTrue(feeder.process().isAlive());
            assertEquals("H264", collector.stats().format());
            StreamConfig.Picture config = (StreamConfig.Picture) collector.configs.element();
            assertEquals("320x240", config.width() + "x" + config.height());
            long keys =
                    frames.stream().filter(Frame::key).count(); // one in ten; a slow feeder's loop end brings one early
            assertTrue(keys >= 2 && keys <= 5, "keys=" + keys);
            assertAscending(all);
            Path file = Collector.write(frames, /* h264= */ true, Guest.out().resolve("loopback.h264"));
            assertEquals("", Guest.complaints("h264", file));
            assertEquals(0, collector.stats().errorFrames());
        }
    }

    /**
     * Returns the frames from the first key frame on that is none of the eight that v4l2loopback held when it was opened: a feeder may be writing over the
     * oldest of these while it is read.
     */
    private static List<Frame> behindTheFirstRing(List<Frame> frames) {
        int first = 8;
        while (!frames.get(first).key()) {
            first++;
        }
        return frames.subList(first, frames.size());
    }

    @Test
    void mjpg_isPublishedFrameByFrame() throws Exception {
        try (Guest.Feeder feeder = Guest.feed(Clips.mjpg(), "/dev/video21");
                Collector collector = Collector.capture("/dev/video21", 1280, 720, 30)) {
            List<Frame> frames = collector.frames(30);
            assertTrue(feeder.process().isAlive());
            assertEquals("MJPG", collector.stats().format());
            assertEquals(new StreamConfig.Jpeg(320, 240), collector.configs.peek());
            assertAscending(frames);
            for (Frame frame : frames) {
                int size = frame.bytes().size();
                assertEquals(
                        "ffd8 ffd9",
                        frame.bytes().slice(0, 2) + " " + frame.bytes().slice(size - 2, size));
            }
            Path file = Collector.write(frames, /* h264= */ false, Guest.out().resolve("loopback.mjpg"));
            assertEquals("", Guest.complaints("mjpeg", file));
        }
    }

    @Test
    void feederThatStops_isALossAfterTenSeconds() throws Exception {
        Guest.Feeder feeder = Guest.feed(Clips.mjpg(), "/dev/video22");
        try (Collector collector = Collector.capture("/dev/video22", 320, 240, 10)) {
            collector.frames(3);
            feeder.close();
            CaptureException failure = collector.failure();
            assertEquals(Kind.FAULT, failure.kind(), failure.getMessage());
        } finally {
            feeder.close();
        }
    }

    private static void assertAscending(List<Frame> frames) {
        for (int i = 1; i < frames.size(); i++) {
            long stepNanos = frames.get(i).time().decodeNanos()
                    - frames.get(i - 1).time().decodeNanos();
            assertTrue(stepNanos > 0, "stepNanos=" + stepNanos + " frame=" + i);
        }
    }
}
