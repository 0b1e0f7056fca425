package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.Mask;
import dev.perch.config.PrivacyConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.config.RecordingTimes.Span;
import dev.perch.config.SourceConfig;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import dev.perch.testing.FakeClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a camera is private, and what becomes of its source then. */
@Timeout(60)
class PrivacyTest {
    private final ScriptedCameraSource source = new ScriptedCameraSource(() -> {});

    @Test
    void privateByConfiguration_theDeviceIsNotTouched_andTheCardIsShown() throws Exception {
        try (Camera camera = camera(RecordingTimes.ALWAYS, Clock.SYSTEM);
                Watch jpeg = camera.watch(Encoding.JPEG, null);
                Watch h264 = camera.watch(Encoding.H264, null)) {
            for (Watch watch : List.of(jpeg, h264)) {
                CameraStartTest.await(camera, () -> watch.cursor().advance());
                watch.cursor().release();
            }
            assertInstanceOf(CameraState.Private.class, camera.state());
            assertEquals("Private, as its configuration says.", camera.state().reason());
            assertEquals(Set.of(Encoding.H264, Encoding.JPEG), camera.knownOffer());
            assertTrue(camera.setPrivate(false), "an operator cannot show it, and that is done");
            assertTrue(camera.hidden());
            assertTrue(source.runs.isEmpty(), "the source was started");
        }
    }

    @Test
    void switched_theSessionEnds_itsLateFramesAreNotTaken_andItBeginsAnewAfter() throws Exception {
        try (Camera camera = camera(RecordingTimes.BUTTON, Clock.SYSTEM);
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            ScriptedCameraSource.Run first = source.next();
            first.frame(640, 480);
            CameraStartTest.await(camera, () -> watch.cursor().advance());
            int real = watch.cursor().frame().sizeBytes();
            assertEquals(4, real);
            assertTrue(camera.setPrivate(true));
            assertTrue(first.track(TrackId.main(Encoding.JPEG)).claim(4).isEmpty(), "a late frame");
            for (int i = 0; i < 3; i++) {
                CameraStartTest.await(camera, () -> watch.cursor().advance());
                assertTrue(watch.cursor().frame().sizeBytes() > 1000, "the card");
                watch.cursor().release();
            }
            assertTrue(source.runs.isEmpty(), "the source was started");
            assertTrue(camera.setPrivate(false));
            source.next().frame(640, 480);
            CameraStartTest.await(
                    camera,
                    () -> watch.cursor().advance() && watch.cursor().frame().sizeBytes() == 4);
        }
    }

    @Test
    void byHours_beginsAndEndsWithTheMinute_andTellsUntilWhen() throws Exception {
        FakeClock clock = new FakeClock();
        ZonedDateTime now =
                Instant.EPOCH.plus(clock.wallClockMicros(), ChronoUnit.MICROS).atZone(ZoneId.systemDefault());
        ZonedDateTime begin = now.truncatedTo(ChronoUnit.MINUTES).plusMinutes(2);
        int minute = begin.getHour() * 60 + begin.getMinute();
        RecordingTimes hours = new RecordingTimes(
                RecordingTimes.Kind.SCHEDULE,
                List.of(new Span(EnumSet.allOf(DayOfWeek.class), minute, (minute + 3) % (24 * 60))));
        try (Camera camera = camera(hours, clock)) {
            assertFalse(camera.hidden());
            clock.advance(Duration.between(now, begin).minusSeconds(1));
            assertFalse(camera.hidden());
            clock.advance(Duration.ofSeconds(1));
            assertTrue(camera.hidden());
            Privacy privacy = camera.privacy().orElseThrow();
            assertEquals(begin.plusMinutes(3).toInstant(), privacy.until().orElseThrow());
            assertTrue(privacy.reason().startsWith("Private until "), privacy::reason);
            camera.wake();
            CameraStartTest.await(camera, () -> camera.state() instanceof CameraState.Private);
            clock.advance(Duration.ofMinutes(3));
            camera.wake();
            CameraStartTest.await(camera, () -> camera.state() instanceof CameraState.Idle);
            assertFalse(camera.hidden());
        }
    }

    @Test
    void keptPrivacy_isPrivateUnlessItIsKnownNotToBe(@TempDir Path folder) throws Exception {
        KeptPrivacy kept = new KeptPrivacy(folder.resolve("state"));
        assertFalse(kept.kept("front"));
        kept.keep("front", false);
        kept.keep("front", true);
        kept.keep("front", true);
        assertTrue(new KeptPrivacy(folder.resolve("state")).kept("front"));
        assertFalse(kept.kept("back"));
        kept.keep("front", false);
        assertFalse(kept.kept("front"));
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        try {
            new KeptPrivacy(file).keep("front", true);
            throw new AssertionError("kept in a file");
        } catch (IOException refused) {
            assertTrue(String.valueOf(refused.getMessage()).contains("file"), refused::toString);
        }
    }

    @Test
    void masks_ofPicturesThatComeEncoded_nothingIsTaken() throws Exception {
        CameraConfig config = CameraConfig.defaults("front", new SourceConfig.Demo())
                .with(new PrivacyConfig(
                        RecordingTimes.BUTTON, /* recordsCard= */ false, List.of(new Mask(0, 0, 8, 8))));
        try (Camera camera = Camera.start(config, source, CameraStartTest.pool());
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            FrameSink jpeg = source.next().track(TrackId.main(Encoding.JPEG));
            assertTrue(jpeg.claim(4).isEmpty());
            assertTrue(watch.cursor().feed().refusedWhy().startsWith("Its masks cannot be drawn"));
        }
    }

    @Test
    void masks_ofAnotherSizeThanThePictures_nothingIsShown() throws Exception {
        CameraConfig config = CameraConfig.defaults("front", new SourceConfig.Device(Path.of("/dev/video7")))
                .with(new PrivacyConfig(
                        RecordingTimes.BUTTON, /* recordsCard= */ false, List.of(new Mask(0, 0, 8, 8))));
        try (Camera camera = Camera.start(config, source, CameraStartTest.pool());
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            ScriptedCameraSource.Run run = source.next();
            AtomicInteger given = new AtomicInteger();
            AtomicInteger closed = new AtomicInteger();
            CameraStartTest.await(camera, () -> {
                given.incrementAndGet();
                run.raw(new Undrawn(640, 480, closed));
                return camera.state() instanceof CameraState.Refused;
            });
            assertEquals(
                    "Its masks are pixels of pictures of 1280x720, and it gives pictures of 640x480; nothing is shown."
                            + " Its size and mask go together.",
                    camera.state().reason());
            assertEquals(given.get(), closed.get());
            assertFalse(watch.cursor().advance());
        }
    }

    /** A picture whose pixels nobody is to touch. */
    private record Undrawn(int width, int height, AtomicInteger closed) implements RawPicture {
        @Override
        public PixelFormat format() {
            return PixelFormat.YUYV;
        }

        @Override
        public int bytesPerLine() {
            return 2 * width;
        }

        @Override
        public ByteBuffer pixels() {
            throw new AssertionError("read");
        }

        @Override
        public FrameTime time() {
            return new FrameTime(System.nanoTime(), System.currentTimeMillis() * 1000);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private Camera camera(RecordingTimes when, Clock clock) {
        CameraConfig config = CameraConfig.defaults("front", new SourceConfig.Demo())
                .with(new PrivacyConfig(when, /* recordsCard= */ false, List.<Mask>of()));
        return Camera.start(config, source, CameraStartTest.pool(), clock);
    }
}
