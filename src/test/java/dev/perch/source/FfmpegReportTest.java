package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Orientation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lines as ffmpeg 4.3 to 7.1 write them. */
class FfmpegReportTest {
    private final Set<String> logged = new HashSet<>();
    private final FfmpegReport report = new FfmpegReport(logged::add, () -> {});

    private void says(String... lines) {
        for (String line : lines) {
            assertEquals("", report.apply(line), line);
        }
    }

    @Test
    void rtspCamera_isLive() {
        says(
                "[info] Input #0, rtsp, from 'rtsp://***@10.0.0.2/live':",
                "[info]   Metadata:",
                "[info]     title           : Session streamed by \"Stream #0:0: Video: hevc\"",
                "[info]   Duration: N/A, start: 0.040000, bitrate: N/A",
                "[info]   Stream #0:0: Video: h264 (Main), yuvj420p(pc, bt709, progressive), 1920x1080, 25 fps, 25 tbr, 90k tbn, 50 tbc",
                "[info]   Stream #0:1: Audio: pcm_alaw, 8000 Hz, mono, s16, 64 kb/s");
        assertFalse(report.told());
        says("[info] Stream mapping:");
        assertTrue(report.told());
        assertEquals(Optional.of("h264"), report.video());
        assertEquals(Optional.of("pcm_alaw"), report.audio());
        assertFalse(report.recorded());
    }

    @Test
    void file_isRecorded_andItsCoverIsNoPicture() {
        says(
                "[info] Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/srv/a.mp4':",
                "[info]   Duration: 00:00:10.00, start: 0.000000, bitrate: 96 kb/s",
                "[info]   Stream #0:0[0x1](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp, 70 kb/s (default)",
                "[info]   Stream #0:1[0x0]: Video: png, rgb24(pc), 300x300, 90k tbr, 90k tbn (attached pic)",
                "[info]   Stream #0:2[0x2](und): Video: h264 (High 4:2:2) (avc1 / 0x31637661), yuv422p(tv, bt709), 160x120, 25 fps",
                "[info]   Stream #0:3: Video: mjpeg, yuvj420p, 10x10",
                "[info] Output #0, flv, to 'pipe:1':",
                "[info]   Stream #0:0: Video: flv1, yuv420p");
        assertEquals(Optional.of("h264 yuv422p"), report.video());
        assertEquals(Optional.of("aac"), report.audio());
        assertTrue(report.recorded());
    }

    /** A phone's clip, which is to be turned clockwise; ffmpeg counts the other way around. */
    @Test
    void pictureThatIsTaken_tellsHowItIsHeld() {
        says(
                "[info] Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/srv/a.mp4':",
                "[info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 1920x1080, 30 fps (default)",
                "[info]     Metadata:",
                "[info]       handler_name    : VideoHandle",
                "[info]     Side data:",
                "[info]       displaymatrix: rotation of -90.00 degrees",
                "[info]   Stream #0:1[0x2](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 640x360, 30 fps",
                "[info]     Side data:",
                "[info]       displaymatrix: rotation of -180.00 degrees",
                "[info] Output #0, flv, to 'pipe:1':");
        assertEquals(new Orientation(90, false), report.held());
    }

    @Test
    void pictureWithoutAMatrix_isUpright() {
        says(
                "[info] Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/srv/a.mp4':",
                "[info]   Stream #0:0: Video: mjpeg, yuvj420p, 10x10 (attached pic)",
                "[info]       displaymatrix: rotation of 90.00 degrees",
                "[info]   Stream #0:1: Video: h264 (High), yuv420p, 640x360, 30 fps",
                "[info]       displaymatrix: rotation of -0.00 degrees");
        assertEquals(Orientation.UPRIGHT, report.held());
    }

    @Test
    void hlsAndLavfi_comeQuicklyWithoutALength() {
        says("[info] Input #0, hls, from 'http://cam/a.m3u8':", "[info]   Duration: N/A, start: 1.4, bitrate: N/A");
        assertTrue(report.recorded());
    }

    @Test
    void errors_areLoggedOnce_andThoseOfDecodersAndOfAWantedEndNever() {
        String refused = "[rtsp @ 0x55d0c0] [error] method DESCRIBE failed: 401 Unauthorized";
        assertEquals("method DESCRIBE failed: 401 Unauthorized", report.apply(refused));
        says(refused);
        says("[h264 @ 0x7f00] [error] non-existing PPS 0 referenced");
        says("[rtsp @ 0x55d0c0] [warning] max delay reached. need to consume packet");
        says("[error] av_interleaved_write_frame(): Broken pipe");
        says("[flv @ 0x1] [error] Video codec hevc not compatible with flv");
        assertEquals("setsid: failed to execute ffmpeg", report.apply("setsid: failed to execute ffmpeg"));
        List<String> errors = report.errors();
        assertEquals("method DESCRIBE failed: 401 Unauthorized", errors.get(0));
        assertEquals(6, errors.size());
    }

    @Test
    void manyErrors_keepTheFirstAndTheLast() {
        for (int i = 0; i < 1000; i++) {
            report.apply("[error] number " + i);
        }
        assertEquals("number 0", report.errors().get(0));
        assertEquals("number 999", report.errors().get(9));
        assertEquals(10, report.errors().size());
    }
}
