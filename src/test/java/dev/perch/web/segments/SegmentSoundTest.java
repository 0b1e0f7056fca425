package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.source.SoundProspect;
import dev.perch.testing.Await;
import dev.perch.testing.ScriptedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Sound in HLS and DASH over HTTP: where it stands, who has it made, and what becomes of sound that does not come. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class SegmentSoundTest extends ScriptedServer {
    private static final long FRAME_NANOS = 33_333_333;
    private static final long SOUND_NANOS = 1024L * 1_000_000_000 / 48_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private int number;
    private long soundNanos;

    SegmentSoundTest() {
        super(PixelFormat.H264);
    }

    private CompletableFuture<HttpResponse<String>> ask(String target) {
        URI address = URI.create("http://127.0.0.1:" + server.port() + "/" + target);
        return client.sendAsync(
                HttpRequest.newBuilder(address).build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    /** A frame, and the sound up to then if there is any. */
    private void frame(boolean sound) {
        LockSupport.parkNanos(FRAME_NANOS);
        source.accessUnit(number++ % 900);
        soundNanos = soundNanos == 0 ? System.nanoTime() : soundNanos;
        for (; sound && soundNanos < System.nanoTime(); soundNanos += SOUND_NANOS) {
            source.silenceAt(soundNanos);
        }
    }

    /** The answer to a request, while the camera gives frames. */
    private HttpResponse<String> get(String target, boolean sound) throws Exception {
        CompletableFuture<HttpResponse<String>> answer = ask(target);
        source.awaitStart(1);
        for (int i = 0; i < 300 && !answer.isDone(); i++) {
            frame(sound);
        }
        return answer.get(10, TimeUnit.SECONDS);
    }

    private String text(String target, boolean sound) throws Exception {
        HttpResponse<String> answer = get(target, sound);
        assertEquals(200, answer.statusCode(), answer::body);
        return answer.body();
    }

    /** The playlist once it tells how far the other one is, of which there has to be a part. */
    private String reporting(String target, String other) throws Exception {
        String playlist = text(target, true);
        for (int i = 0; i < 300 && !playlist.contains("RENDITION-REPORT:URI=\"" + other); i++) {
            frame(true);
            playlist = text(target, true);
        }
        return playlist;
    }

    private int listeners() {
        return camera.feed(Encoding.AAC).readers();
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static final String INIT = "#EXT-X-MAP:URI=\"([^\"]*)\"";

    @Test
    void sound_isARenditionOfItsOwn_withAnAdaptationSetOfItsOwn() throws Exception {
        source.sounding(SoundProspect.POSSIBLE);
        String index = text("hls/index.m3u8", true);
        assertTrue(index.contains("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\""), index);
        assertTrue(index.matches("(?s).*CODECS=\"avc1\\.[0-9A-F]{6},mp4a\\.40\\.2\".*,AUDIO=\"sound\".*"), index);
        String pictures = reporting("hls/stream.m3u8", "audio");
        String sound = reporting("hls/audio.m3u8", "stream");
        assertEquals(found(pictures, "#EXT-X-TARGETDURATION:(\\d+)"), found(sound, "#EXT-X-TARGETDURATION:(\\d+)"));
        assertEquals(
                1, found(pictures, "REPORT:URI=\"(audio.m3u8)\",LAST-MSN=\\d+").size(), pictures);
        assertEquals(
                1, found(sound, "REPORT:URI=\"(stream.m3u8)\",LAST-MSN=\\d+").size(), sound);
        assertTrue(text("hls/" + found(sound, INIT).get(0), true).contains("mp4a"));
        assertFalse(text("hls/" + found(pictures, INIT).get(0), true).contains("mp4a"));
        String hint = found(sound, "TYPE=PART,URI=\"([^\"]*)\"").get(0);
        assertTrue(text("hls/" + hint, true).contains("moof"), "a part is waited for");
        long next = Long.parseLong(found(hint, "/(\\d+)\\.").get(0)) + 1;
        String reload = text("hls/audio.m3u8?_HLS_msn=" + next + "&_HLS_part=1", true);
        assertTrue(reload.contains("/" + next + ".1.m4s\""), reload);
        assertEquals(400, get("hls/audio.m3u8?_HLS_msn=" + (next + 900), true).statusCode());
        String manifest = text("dash/manifest.mpd", true);
        assertEquals(List.of("video", "audio"), found(manifest, "contentType=\"([a-z]*)\""));
        String media = found(manifest, "media=\"([^\"]*)\"").get(1).replace("$Number$", String.valueOf(next));
        assertTrue(text("dash/" + media, true).contains("moof"));
    }

    @Test
    void bothInOneFile_haveBothTracksInEachSegment() throws Exception {
        source.sounding(SoundProspect.POSSIBLE);
        String playlist = text("hls/av.m3u8", true);
        assertFalse(playlist.contains("EXT-X-PART") || playlist.contains("SERVER-CONTROL"), playlist);
        String init = text("hls/" + found(playlist, INIT).get(0), true);
        assertTrue(init.contains("avc1") && init.contains("mp4a"), "two tracks");
        String segment = text("hls/" + found(playlist, "(?m)^([^#\\s]+\\.m4s)$").get(0), true);
        assertTrue(
                found(segment, "(tfhd\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x01)").size() >= 10, "pictures");
        assertTrue(
                found(segment, "(tfhd\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x02)").size() >= 10, "sound");
    }

    /** VLC 3 reads the time of a track only behind a gap in the fragments' numbers. */
    @Test
    void bothInOneFile_haveAGapInTheirNumbersBeforeTheFirstSoundOfEachSegment() throws Exception {
        source.sounding(SoundProspect.POSSIBLE);
        Await.until(60, () -> bothInOneFile().size() >= 2, () -> bothInOneFile().toString());
        for (String segment : bothInOneFile().subList(0, 2)) {
            List<Integer> numbers = new ArrayList<>();
            int firstSound = -1;
            String bytes = text("hls/" + segment, true);
            for (MatchResult head : Pattern.compile("(?s)mfhd.{4}(.{4}).{4}traf.{4}tfhd.{7}(.)")
                    .matcher(bytes)
                    .results()
                    .toList()) {
                firstSound = firstSound < 0 && head.group(2).equals("\u0002") ? numbers.size() : firstSound;
                numbers.add(ByteBuffer.wrap(head.group(1).getBytes(StandardCharsets.ISO_8859_1))
                        .getInt());
            }
            assertTrue(firstSound > 0, "sound behind a picture");
            for (int i = 1; i < numbers.size(); i++) {
                assertEquals(i == firstSound ? 2 : 1, numbers.get(i) - numbers.get(i - 1), "before fragment " + i);
            }
        }
    }

    private List<String> bothInOneFile() {
        try {
            return found(text("hls/av.m3u8", true), "(?m)^([^#\\s]+\\.m4s)$");
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void soundThatNobodyAsksFor_isNotRead() throws Exception {
        source.sounding(SoundProspect.POSSIBLE);
        assertFalse(text("hls/index.m3u8?audio=0", true).contains("mp4a"));
        text("hls/stream.m3u8", true);
        assertFalse(text("dash/manifest.mpd?audio=0", true).contains("audio"));
        assertEquals(0, listeners());
        assertEquals(400, get("hls/index.m3u8?audio=loud", true).statusCode());
        assertTrue(text("hls/index.m3u8", true).contains("mp4a.40.2"), "who asks for it has it, though late");
        assertEquals(1, listeners());
        String pictures = text("hls/stream.m3u8", true);
        String sound = text("hls/audio.m3u8", true);
        String sequence = "#EXT-X-MEDIA-SEQUENCE:(\\d+)";
        assertEquals(found(pictures, sequence), found(sound, sequence), "beside all pictures that are listed");
    }

    @Test
    void cameraWithoutSound_isAsItWas() throws Exception {
        assertFalse(text("hls/index.m3u8", false).contains("AUDIO"));
        HttpResponse<String> none = get("hls/audio.m3u8", false);
        assertEquals(404, none.statusCode());
        assertTrue(none.body().contains("gives no sound"), none.body());
        assertFalse(text("dash/manifest.mpd", false).contains("audio"));
        String playlist = text("hls/av.m3u8", false);
        assertFalse(text("hls/" + found(playlist, INIT).get(0), false).contains("mp4a"));
        assertEquals(0, camera.feed(Encoding.AAC).stats().frames());
    }

    /** A card that is there and gives nothing. */
    @Test
    void soundThatDoesNotCome_isNotWaitedForLong() throws Exception {
        source.sounding(SoundProspect.CERTAIN);
        assertFalse(text("hls/index.m3u8", false).contains("AUDIO"));
        assertFalse(text("dash/manifest.mpd", false).contains("audio"));
        assertEquals(404, get("hls/audio.m3u8", false).statusCode());
        soundNanos = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            frame(/* sound= */ true);
        }
        assertTrue(text("hls/index.m3u8", true).contains("AUDIO"), "it has come after all");
    }
}
