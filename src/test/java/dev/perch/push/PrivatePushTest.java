package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.camera.Camera;
import dev.perch.camera.Watch;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.feed.Cursor;
import dev.perch.feed.FrameLostException;
import dev.perch.media.Bytes;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.memory.ArenaPool;
import dev.perch.source.PublishedSource;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.RtmpHost;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A camera with sound that is passed on to another Perch by RTMP and made private meanwhile: what comes there. */
@SuppressWarnings("try") // the end of a receiver may be interrupted
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT) // they wait for what is played in real time
class PrivatePushTest {
    private static final DemoFrames DEMO = DemoFrames.all();
    private static final Bytes SILENT =
            Silence.frame(AudioSpecificConfig.lc(48_000, 1)).orElseThrow();
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path work;

    /** Starts another program: a camera that is published to, and the port where that happens. */
    private static RtmpHost receiver() throws IOException {
        ArenaPool pool = TestCameras.pool(64 << 20);
        CameraConfig config = CameraConfig.defaults(
                "there", new SourceConfig.Publish("", /* replace= */ false, Duration.ofSeconds(30)));
        return new RtmpHost(Camera.start(config, new PublishedSource(config), pool, Clock.SYSTEM), pool);
    }

    private PerchServer sender(int port, String whilePrivate) throws Exception {
        String yaml = """
                server: { address: 127.0.0.1, port: 0, operator-key: %s }
                cameras:
                  front:
                    demo: true
                    record-private: %s
                    push: { name: away, url: "rtmp://127.0.0.1:%d/live/there" }
                """.formatted(PerchServer.KEY, whilePrivate, port);
        return PerchServer.start(
                PerchConfig.load(Files.writeString(work.resolve("perch.yml"), yaml)), work.resolve("here"));
    }

    private static void setPrivate(PerchServer server, boolean on) throws Exception {
        assertEquals(
                200, server.put("/front/privacy", "{\"private\": " + on + "}").statusCode());
    }

    private static String pushes(PerchServer server) {
        try {
            return server.get("/front/pushes").body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void awaitState(PerchServer server, String state) {
        Await.until(
                PATIENCE_SECONDS,
                () -> pushes(server).contains("\"state\":\"" + state + "\""),
                () -> "not " + state + ": " + pushes(server));
    }

    /** Returns the next frame of {@code cursor}, which is released. */
    private static byte[] next(Cursor cursor, String what) throws FrameLostException {
        Await.until(PATIENCE_SECONDS, cursor::advance, () -> "no " + what);
        byte[] frame = new byte[cursor.frame().sizeBytes()];
        cursor.copyTo(ByteBuffer.wrap(frame));
        cursor.release();
        return frame;
    }

    private static boolean real(byte[] picture) {
        try {
            DEMO.number(NalUnits.ofSample(picture));
            return true;
        } catch (AssertionError none) {
            return false;
        }
    }

    private static void awaitPicture(Cursor pictures, boolean real) throws FrameLostException {
        long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (real(next(pictures, "picture")) != real) {
            assertTrue(System.nanoTime() < end, real ? "no real picture" : "no card");
        }
    }

    @Test
    void card_goesOnInTheSameConnection_inSilence() throws Exception {
        try (RtmpHost there = receiver();
                PerchServer server = sender(there.port(), "card")) {
            awaitState(server, "sending");
            Camera seen = there.camera();
            Await.until(PATIENCE_SECONDS, () -> seen.sound().config().isPresent(), () -> "no sound: " + seen.state());
            try (Watch watched = seen.watch(Encoding.H264, /* packager= */ null);
                    Watch heard = seen.sound().listen(/* packager= */ null)) {
                Cursor pictures = watched.cursor();
                Cursor sounds = heard.cursor();
                awaitPicture(pictures, /* real= */ true);
                assertFalse(Bytes.copyOf(next(sounds, "sound")).equals(SILENT), "the demo is to be heard");

                setPrivate(server, true);
                awaitPicture(pictures, /* real= */ false);
                long cardNanos = pictures.frame().time().decodeNanos();
                for (int i = 0; i < 60; i++) {
                    assertFalse(real(next(pictures, "picture of the card")), "a real picture");
                }
                int silent = 0;
                while (silent < 40) {
                    Bytes sound = Bytes.copyOf(next(sounds, "silence"));
                    if (sounds.frame().time().decodeNanos() > cardNanos) {
                        assertEquals(SILENT, sound);
                        silent++;
                    }
                }
                assertTrue(pushes(server).contains("\"state\":\"sending\""), () -> pushes(server));

                setPrivate(server, false);
                awaitPicture(pictures, /* real= */ true);
                assertTrue(pushes(server).contains("\"connects\":1"), () -> pushes(server));
            }
        }
    }

    @Test
    void pause_tellsTheServerTheEnd_andNothingComesUntilTheCameraIsShown() throws Exception {
        try (RtmpHost there = receiver();
                PerchServer server = sender(there.port(), "pause")) {
            awaitState(server, "sending");
            Camera seen = there.camera();
            try (Watch watched = seen.watch(Encoding.H264, /* packager= */ null)) {
                Cursor pictures = watched.cursor();
                awaitPicture(pictures, /* real= */ true);
                setPrivate(server, true);
                awaitState(server, "off");
                assertTrue(pushes(server).contains("rivate"), () -> "no reason: " + pushes(server));
                Await.until(
                        PATIENCE_SECONDS,
                        () -> seen.state().word().equals("awaiting"),
                        () -> seen.state().toString());
                while (pictures.advance()) {
                    pictures.release(); // what came before
                }
                setPrivate(server, false);
                awaitState(server, "sending");
                awaitPicture(pictures, /* real= */ true);
            }
        }
    }
}
