package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig.Format;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.SourceConfig;
import dev.perch.h264.Streams;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames that come of what a command prints. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class CommandSourceTest extends CommandSourceCase {
    @Test
    void h264_eachAccessUnitOfTheStreamIsPublished() throws Exception {
        for (String name : List.of("h264/x264-baseline.h264", "h264/openh264-slices.h264", "h264/x264-open-gop.h264")) {
            for (Format format : List.of(Format.H264, Format.AUTO)) {
                CommandOutput published = new CommandOutput();
                CommandSource source = source(format, "cat", FOLDER + name);
                Source.Session session = source.start(published);
                assertEquals("cat has ended with exit code 0.", message(published));
                List<Bytes> expected = bytes(Streams.publish(Corpus.read(name), 33_333_333));
                assertEquals(expected, bytes(published.h264), name);
                assertEquals(Set.of(PixelFormat.H264), source.delivers());
                assertEquals(expected.size(), session.stats().frames());
                assertEquals("H264", session.stats().format());
                assertNothingHeld();
            }
        }
    }

    @Test
    void jpeg_eachImageOfTheStreamIsPublished() throws Exception {
        List<Bytes> expected = new ArrayList<>();
        List<String> words = new ArrayList<>(List.of("cat"));
        Corpus.jpeg().forEach(name -> {
            RecordingSink sink = new RecordingSink();
            new JpegPublisher(sink).frame(ByteBuffer.wrap(Corpus.read(name)), new FrameTime(0, 0));
            expected.addAll(bytes(sink));
            words.add(FOLDER + name);
        });
        CommandSource source = source(Format.AUTO, words.toArray(String[]::new));
        assertEquals(Set.of(PixelFormat.H264, PixelFormat.MJPG), source.delivers());
        Source.Session session = source.start(output);
        assertEquals("cat has ended with exit code 0.", message(output));
        assertEquals(expected, bytes(output.jpeg));
        assertEquals(Set.of(PixelFormat.MJPG), source.delivers());
        assertEquals(new SessionStats(expected.size(), 0, 0, 162, 122, 0, "MJPG"), session.stats());
        assertNothingHeld();
    }

    @Test
    void raw_picturesAreLentInFewBuffers() throws Exception {
        CommandSource source = source(
                Format.YUYV,
                "sh",
                "-c",
                "for c in A B C D E; do head -c " + PICTURE_BYTES + " /dev/zero | tr '\\0' $c; done; printf rest");
        assertEquals(Set.of(PixelFormat.YUYV), source.delivers());
        Source.Session session = source.start(output);
        message(output);
        List<RawPicture> lent = List.copyOf(output.pictures);
        assertEquals(PictureBuffers.COUNT, lent.size()); // none was handed back: two were read and dropped
        assertEquals(new SessionStats(3, 2, 0, WIDTH, HEIGHT, 25, "YUYV"), session.stats());
        for (int i = 0; i < lent.size(); i++) {
            RawPicture picture = lent.get(i);
            assertEquals(PICTURE_BYTES, picture.pixels().capacity());
            assertEquals('A' + i, picture.pixels().get(0));
            assertEquals('A' + i, picture.pixels().get(PICTURE_BYTES - 1));
            assertEquals(2 * WIDTH, picture.bytesPerLine());
            assertEquals(lent.size() - i, arenas.openArenas());
            picture.close();
        }
        assertNothingHeld();
    }

    @Test
    void raw_handedBackAtOnce_losesNothing() throws Exception {
        output.closesPictures = true;
        Source.Session session = source(Format.YUYV, "sh", "-c", "head -c " + PICTURE_BYTES * 100 + " /dev/zero")
                .start(output);
        message(output);
        assertEquals(100, session.stats().frames());
        assertEquals(0, session.stats().sequenceGaps());
        assertNothingHeld();
    }

    @Test
    void frames_haveTheTimeOfTheirReading() throws Exception {
        long beforeNanos = System.nanoTime();
        long beforeMillis = System.currentTimeMillis();
        String file = FOLDER + "jpeg/turbo-420.jpg";
        source(Format.AUTO, "cat", file, file).start(output);
        message(output);
        FrameTime time = output.jpeg.frames().get(0).time();
        assertTrue(time.decodeNanos() - beforeNanos > 0 && time.decodeNanos() - System.nanoTime() < 0);
        assertTrue(time.wallClockMicros() / 1000 >= beforeMillis
                && time.wallClockMicros() / 1000 <= System.currentTimeMillis());
    }

    @Test
    void stop_running_endsThePipelineAndGivesAllBack() throws Exception {
        Source.Session session = endless("jpeg/turbo-420.jpg").start(output);
        assertTrue(output.frames.tryAcquire(50, 40, TimeUnit.SECONDS));
        assertTrue(budget.leasedBytes() > CommandReader.READ_BYTES);
        session.requestKeyFrame();
        session.stop();
        session.stop();
        assertTrue(output.awaitEnd().isEmpty());
        assertNothingHeld();
    }

    @Test
    void stop_atOnce_isAnEndThatWasAskedFor() throws Exception {
        Source.Session session = endless("jpeg/turbo-420.jpg").start(output);
        session.stop();
        assertTrue(output.awaitEnd().isEmpty());
        long frames = session.stats().frames(); // the program may have been quicker than the request to stop
        assertNothingHeld();
        assertEquals(frames, session.stats().frames());
    }

    @Test
    void stills_aProgramOfOnePicture_isRunForEach() throws Exception {
        for (Format format : List.of(Format.AUTO, Format.MJPG, Format.GREY)) {
            CommandOutput stills = new CommandOutput();
            stills.closesPictures = true;
            CommandSource source = format == Format.GREY
                    ? source(format, "head", "-c", Integer.toString(WIDTH * HEIGHT), "/dev/zero")
                    : source(format, "head", "-c", "-2", FOLDER + "jpeg/turbo-420.jpg"); // not even an EOI
            Source.Session session = source.start(stills);
            assertTrue(stills.frames.tryAcquire(2, 40, TimeUnit.SECONDS));
            session.stop();
            assertTrue(stills.awaitEnd().isEmpty());
            assertTrue(session.stats().frames() >= 2);
            assertEquals(format == Format.GREY ? WIDTH : 162, session.stats().width());
            assertNothingHeld();
        }
    }

    @Test
    void patience_isMeasuredAgainstTheRate() {
        CommandSource slow = new CommandSource(
                config(Format.MJPG, new FrameRate(1, 15), SourceConfig.Command.ofShell("camera")), arenas);
        assertEquals(Duration.ofSeconds(30), slow.startTimeout());
        assertEquals(Duration.ofSeconds(45), slow.silence());
        CommandSource ordinary = new CommandSource(
                config(Format.MJPG, new FrameRate(25, 1), SourceConfig.Command.ofShell("camera")), arenas);
        assertEquals(Duration.ofSeconds(10), ordinary.startTimeout());
        assertEquals(Duration.ofSeconds(10), ordinary.silence());
    }

    @Test
    void rateOfTheStream_isTheNegotiatedOne() throws Exception {
        // the file says 25, which nobody asked of the program
        for (Map.Entry<String, Double> rate : Map.of(
                        "x264-high422", 15.0, "x264-high444", 10.0, "x264-high10", 50.0, "x264-interlaced", 25.0)
                .entrySet()) {
            CommandOutput each = new CommandOutput();
            Source.Session session = source(Format.H264, "cat", FOLDER + "h264/" + rate.getKey() + ".h264")
                    .start(each);
            message(each);
            assertEquals(rate.getValue(), session.stats().framesPerSecond(), 0.01, rate.getKey());
        }
        CommandOutput each = new CommandOutput();
        Source.Session session = new CommandSource(
                        config(
                                Format.AUTO,
                                new FrameRate(30, 1),
                                SourceConfig.Command.of(List.of("cat", FOLDER + "cases/gop250.h264"))),
                        arenas,
                        LONG,
                        LONG)
                .start(each);
        message(each);
        assertEquals(15, session.stats().framesPerSecond(), 0.01); // a half of the default of 30
    }

    @Test
    void raw_grey_isFullRange_andYcbcrLimited() throws Exception {
        for (Format format : List.of(Format.GREY, Format.YUYV)) {
            CommandOutput each = new CommandOutput();
            source(format, "head", "-c", "5000", "/dev/zero").start(each);
            message(each);
            RawPicture picture = each.pictures.get(0);
            assertEquals(format == Format.GREY, picture.fullRange());
            each.pictures.forEach(RawPicture::close);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\r\\n\\n",
                "\\000\\000\\000\\000\\000",
                "--frame\\r\\nContent-Type: image/jpeg\\r\\nContent-Length: 7\\r\\n\\r\\n",
                "\\r\\n--ffmpeg\\r\\nContent-type: image/jpeg\\r\\n\\r\\n",
                "HTTP/1.0 200 OK\\r\\nContent-Type: multipart/x-mixed-replace;boundary=x\\r\\n\\r\\n--x\\r\\n\\r\\n",
            })
    void auto_jpegBehindOtherBytes_isFound(String lead) throws Exception {
        String file = FOLDER + "jpeg/turbo-420.jpg";
        source(Format.AUTO, "sh", "-c", "printf -- '" + lead + "'; cat " + file + " " + file)
                .start(output);
        assertEquals("sh has ended with exit code 0.", message(output));
        assertEquals(2, output.jpeg.frames().size());
    }

    @Test
    void auto_headInPieces_isWaitedFor() throws Exception {
        String script =
                "printf -- '--b'; sleep 0.1; printf 'ound\\r\\nContent-Ty'; sleep 0.1; printf 'pe: image/jpeg\\r\\n\\r\\n'; cat ";
        String file = FOLDER + "jpeg/turbo-420.jpg";
        source(Format.AUTO, "sh", "-c", script + file + " " + file).start(output);
        message(output);
        assertEquals(2, output.jpeg.frames().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\000\\000\\000",
                "HTTP/1.1 200 OK\\r\\nContent-Type: video/h264\\r\\n\\r\\n",
                "HTTP/1.0 200 OK\\nServer: x\\n\\n\\000",
            })
    void auto_h264BehindOtherBytes_isFound(String lead) throws Exception {
        source(Format.AUTO, "sh", "-c", "printf '" + lead + "'; cat " + FOLDER + "h264/x264-baseline.h264")
                .start(output);
        message(output);
        assertEquals(12, output.h264.frames().size());
    }

    @Test
    void description_hidesTheArguments() {
        assertEquals(
                "ffmpeg",
                source(Format.AUTO, "/usr/bin/ffmpeg", "-i", "rtsp://me:secret@cam")
                        .description());
        SourceConfig.Command shell = SourceConfig.Command.ofShell("  LANG=C rpicam-vid -o - | cat");
        assertEquals("rpicam-vid", shell.program());
    }
}
