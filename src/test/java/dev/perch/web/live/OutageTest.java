package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.CameraState;
import dev.perch.jpeg.JpegFrame;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.ScriptedServer;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What those who watch get while the camera is away. */
@Execution(ExecutionMode.CONCURRENT)
class OutageTest extends ScriptedServer {
    OutageTest() {
        super(PixelFormat.H264, PixelFormat.JPEG);
    }

    private void lose(String reason) {
        source.fail(CaptureException.Kind.ABSENT, reason);
        Await.until(
                1,
                () -> camera.state() instanceof CameraState.Lost lost
                        && lost.reason().equals(reason),
                () -> camera.state().toString());
    }

    private static Bytes placeholder(MultipartBody parts) throws Exception {
        Bytes jpeg = parts.next().jpeg();
        JpegFrame frame = JpegFrame.parse(jpeg);
        assertEquals(640, frame.width());
        assertEquals(360, frame.height());
        return jpeg;
    }

    @Test
    void mjpeg_showsWhy_andGoesOnInTheSameResponse() throws Exception {
        Socket asked = connect("/stream.mjpg");
        Socket slow = connect("/stream.mjpg?fps=0.5");
        source.awaitStart(1);
        Await.until(2, () -> camera.watchers() == 2, () -> "watchers=" + camera.watchers());
        source.jpeg(0, 0);
        try (Answer answer = Answer.of(asked);
                Answer seldom = Answer.of(slow)) {
            MultipartBody parts = new MultipartBody(answer.body());
            MultipartBody few = new MultipartBody(seldom.body());
            assertEquals(0, DemoFrames.all().number(parts.next().jpeg()));
            assertEquals(0, DemoFrames.all().number(few.next().jpeg()));
            lose("The camera was unplugged.");
            Bytes unplugged = placeholder(parts);
            assertEquals(unplugged, few.next().jpeg());
            assertEquals(unplugged, parts.next().jpeg(), "a sign of life");
            source.awaitStart(2);
            lose("The camera is in use.");
            Bytes busy = placeholder(parts);
            while (busy.equals(unplugged)) { // a sign of life may have come before
                busy = placeholder(parts);
            }
            assertNotEquals(unplugged, busy);
            source.awaitStart(3);
            source.jpeg(5, 0);
            Bytes next = parts.next().jpeg();
            while (next.equals(busy)) {
                next = parts.next().jpeg();
            }
            assertEquals(5, DemoFrames.all().number(next));
            assertEquals(2, camera.feed(Encoding.JPEG).stats().frames());
        }
    }

    @Test
    void aPlaceholder_isNoSnapshot_norTheNewestFrame() throws Exception {
        Socket asked = connect("/stream.mjpg");
        source.awaitStart(1);
        source.jpeg(0, 0);
        try (Answer answer = Answer.of(asked)) {
            MultipartBody parts = new MultipartBody(answer.body());
            parts.next();
            lose("The camera was unplugged.");
            placeholder(parts);
            assertFalse(camera.feed(Encoding.JPEG).newest().orElseThrow().placeholder());
            source.awaitStart(2);
            try (Socket snapshot = connect("/snapshot.jpg?max-age=60000");
                    Socket viewer = connect("/stream.mjpg")) {
                Await.until(2, () -> camera.watchers() == 3, () -> "watchers=" + camera.watchers());
                source.jpeg(5, 0);
                try (Answer picture = Answer.of(snapshot);
                        Answer stream = Answer.of(viewer)) {
                    Bytes jpeg = Bytes.copyOf(picture.body().readAllBytes());
                    assertEquals(5, DemoFrames.all().number(jpeg));
                    MultipartBody body = new MultipartBody(stream.body());
                    assertEquals(5, DemoFrames.all().number(body.next().jpeg()));
                }
            }
        }
    }

    @Test
    void duration_endsInTheOutage() throws Exception {
        Socket mjpeg = connect("/stream.mjpg?duration=2");
        Socket mp4 = connect("/stream.mp4?duration=2");
        Socket annexB = connect("/stream.h264?duration=2");
        source.awaitStart(1);
        Await.until(2, () -> camera.watchers() == 3, () -> "watchers=" + camera.watchers());
        long begin = System.nanoTime();
        source.jpeg(0, 0);
        source.accessUnit(0);
        source.accessUnit(1);
        try (Answer jpegs = Answer.of(mjpeg);
                Answer fragments = Answer.of(mp4);
                Answer nals = Answer.of(annexB)) {
            lose("The camera was unplugged.");
            Mp4Body boxes = new Mp4Body(fragments.body());
            boxes.init();
            assertTrue(boxes.next().isPresent());
            assertTrue(boxes.next().isPresent());
            assertEquals(Optional.empty(), boxes.next()); // throws where a box is cut
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertTrue(seconds > 1.9 && seconds < 9, "seconds=" + seconds);
            MultipartBody parts = MultipartBody.ending(jpegs.body());
            int count = 0;
            for (; !parts.atEnd(); count++) {
                parts.next();
            }
            assertTrue(count >= 2 && count <= 4, "parts=" + count);
            assertTrue(nals.body().readAllBytes().length > 0);
        }
    }

    @Test
    void beforeTheFirstPicture_itIsTheReasonThatComes() throws Exception {
        Socket asked = connect("/stream.mjpg");
        source.awaitStart(1);
        source.fail(CaptureException.Kind.ABSENT, "The camera was unplugged.");
        try (Answer answer = Answer.of(asked)) {
            assertEquals(503, answer.status());
            assertTrue(answer.text().contains("The camera was unplugged."));
        }
    }

    /** A GOP that the camera left out is not kept as delay; a camera that has slowed down is. */
    @Test
    void mp4_framesThatAreMissing_countAsOneInterval() throws Exception {
        Socket asked = connect("/stream.mp4");
        source.awaitStart(1);
        source.accessUnit(0);
        try (Answer answer = Answer.of(asked)) {
            Mp4Body body = new Mp4Body(answer.body());
            int second = body.init().timescaleHz();
            long first = body.next().orElseThrow().decodeTicks();
            pass(500);
            source.accessUnit(30);
            long behindTheGap = body.next().orElseThrow().decodeTicks();
            assertTrue(behindTheGap - first < second / 4, "gapTicks=" + (behindTheGap - first));
            pass(500);
            source.accessUnit(31);
            long slow = body.next().orElseThrow().decodeTicks();
            assertTrue(slow - behindTheGap >= second / 2 - second / 20, "stepTicks=" + (slow - behindTheGap));
        }
    }

    private static void pass(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        Await.until(5, () -> System.nanoTime() >= end, () -> "the clock stands still");
    }
}
