package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import dev.perch.flv.TagType;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.source.SoundProspect;
import dev.perch.testing.Answer;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.ScriptedServer;
import dev.perch.testing.WebSocketClient;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Picture and sound in one response, of a source that gives what the test says. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SoundStreamsTest extends ScriptedServer {
    private static final String CHROMIUM =
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
    private static final String FIREFOX =
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final double FRAME_SECONDS = 1024 / 48e3;
    private static final double PICTURE_SECONDS = 1 / 30.0;

    private final long begin = System.nanoTime();

    SoundStreamsTest() {
        super(PixelFormat.H264);
        source.sounding(SoundProspect.CERTAIN);
    }

    /** Both tracks from one moment to another, in the order of their times. */
    private void deliver(double from, double to) {
        int picture = (int) Math.ceil(from / PICTURE_SECONDS);
        int sound = (int) Math.ceil(from / FRAME_SECONDS);
        while (Math.min(picture * PICTURE_SECONDS, sound * FRAME_SECONDS) < to) {
            if (picture * PICTURE_SECONDS <= sound * FRAME_SECONDS) {
                source.accessUnitAt(picture, at(picture++ * PICTURE_SECONDS));
            } else {
                source.silenceAt(at(sound++ * FRAME_SECONDS + 0.002)); // behind the picture of the same time
            }
        }
        source.settle();
    }

    private long at(double seconds) {
        return begin + Math.round(seconds * 1e9);
    }

    private static List<Mp4Body.Fragment> read(Mp4Body body, int pictures) throws IOException {
        List<Mp4Body.Fragment> fragments = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            fragments.add(body.next().orElseThrow());
        }
        return fragments;
    }

    private static double seconds(Mp4Body.Sound sound) {
        return sound.decodeTicks() / 48e3;
    }

    private static void assertGapless(List<Mp4Body.Sound> sounds) {
        for (int i = 0; i < sounds.size(); i++) {
            assertEquals(1024, sounds.get(i).durationTicks());
            assertEquals(sounds.get(0).decodeTicks() + i * 1024L, sounds.get(i).decodeTicks(), "frame " + i);
        }
    }

    @Test
    void mp4_hasBothTracks_onOneTimeline() throws Exception {
        try (var socket = connect("/stream.mp4")) {
            source.awaitStart(1);
            deliver(0, 1.02);
            try (Answer answer = Answer.of(socket)) {
                assertEquals("video/mp4; codecs=\"avc1.64001F,mp4a.40.2\"", answer.header("Content-Type"));
                Mp4Body body = new Mp4Body(answer.body());
                body.init();
                List<Mp4Body.Fragment> pictures = read(body, 31);
                for (int i = 0; i < 31; i++) {
                    assertEquals(i * PICTURE_SECONDS, pictures.get(i).decodeTicks() / 90e3, 0.005, "picture " + i);
                }
                List<Mp4Body.Sound> sounds = body.sounds();
                assertTrue(sounds.size() >= 46, "sounds=" + sounds.size());
                assertEquals(0, seconds(sounds.get(0)), 0.005);
                assertGapless(sounds);
                for (Mp4Body.Sound sound : sounds) {
                    assertEquals(seconds(sound), sound.pictures() * PICTURE_SECONDS, 0.1, "each comes in its place");
                }
            }
            assertEquals(1, camera.watchers(), "a viewer of two tracks is one viewer");
        }
    }

    @Test
    void mp4_withoutSoundIfTheClientSaysSo_orIfItIsTheBareElementThatIsToBeQuick() throws Exception {
        try (var socket = connect("/stream.mp4?audio=0")) {
            source.awaitStart(1);
            deliver(0, 1.02);
            try (Answer answer = Answer.of(socket)) {
                assertEquals("video/mp4; codecs=\"avc1.64001F\"", answer.header("Content-Type"));
                Mp4Body body = new Mp4Body(answer.body());
                body.init();
                read(body, 30);
                assertEquals(List.of(), body.sounds());
            }
            String both = "video/mp4; codecs=\"avc1.64001F,mp4a.40.2\"";
            String alone = "video/mp4; codecs=\"avc1.64001F\"";
            assertEquals(both, type("/stream.mp4", "User-Agent: Lavf/59"));
            assertEquals(alone, type("/stream.mp4", CHROMIUM));
            assertEquals(alone, type("/stream.mp4", FIREFOX));
            assertEquals(both, type("/stream.mp4?audio=1", CHROMIUM));
            assertEquals(both, type("/stream.mp4?start=plain", CHROMIUM));
            assertEquals(400, server.get("/stream.mp4?audio=loud").statusCode());
        }
    }

    private String type(String path, String agent) throws IOException {
        try (Answer answer = Answer.of(Answer.ask(server.port(), "HEAD", path, "1.1", agent, "Range: bytes=0-"))) {
            return answer.header("Content-Type");
        }
    }

    @Test
    void soundThatIsToldOfAndDoesNotCome_isWaitedForASecond() throws Exception {
        try (var socket = connect("/stream.mp4")) {
            source.awaitStart(1);
            long asked = System.nanoTime();
            source.accessUnitAt(0, at(0));
            source.accessUnitAt(1, at(PICTURE_SECONDS));
            source.settle();
            try (Answer answer = Answer.of(socket)) {
                assertEquals("video/mp4; codecs=\"avc1.64001F\"", answer.header("Content-Type"));
                assertTrue(System.nanoTime() - asked > 900_000_000L, "it might have come");
                Mp4Body body = new Mp4Body(answer.body());
                body.init();
                read(body, 2);
            }
        }
    }

    @Test
    void outage_isCutOutOfBothAlike() throws Exception {
        try (var socket = connect("/stream.mp4")) {
            source.awaitStart(1);
            deliver(0, 1.0);
            try (Answer answer = Answer.of(socket)) {
                Mp4Body body = new Mp4Body(answer.body());
                body.init();
                List<Mp4Body.Fragment> before = read(body, 30);
                source.fail(CaptureException.Kind.FAULT, "It was unplugged.");
                source.awaitStart(2);
                deliver(20, 21);
                List<Mp4Body.Fragment> after = read(body, 30);
                long gap = after.get(0).decodeTicks() - before.get(29).decodeTicks();
                assertEquals(PICTURE_SECONDS, gap / 90e3, 0.005, "one interval stands for the outage");
                assertEquals(2 - PICTURE_SECONDS, after.get(29).decodeTicks() / 90e3, 0.02);
                List<Mp4Body.Sound> sounds = body.sounds();
                Mp4Body.Sound last = sounds.get(sounds.size() - 1);
                assertEquals(last.pictures() * PICTURE_SECONDS, seconds(last), 0.06, "it is with its picture");
                for (int i = 1; i < sounds.size(); i++) {
                    double step = seconds(sounds.get(i)) - seconds(sounds.get(i - 1));
                    assertTrue(step > 0.0213 && step < 0.07, "frame " + i + " after " + step);
                }
            }
        }
    }

    /** A tag: its type, its time, and the first two bytes of its body. */
    private record Tag(int type, long millis, int first, int second) {}

    private static Tag tag(DataInputStream in) throws IOException {
        int typeAndSize = in.readInt();
        int time = in.readInt();
        in.readNBytes(3);
        byte[] body = in.readNBytes(typeAndSize & 0xff_ffff);
        assertEquals(11 + body.length, in.readInt());
        return new Tag(typeAndSize >>> 24, time >>> 8 | (time & 0xff) << 24, body[0] & 0xff, body[1]);
    }

    @Test
    void flv_describesBothTracks_thenHasATagAFrame() throws Exception {
        try (var socket = connect("/stream.flv")) {
            source.awaitStart(1);
            deliver(0, 1.02);
            try (Answer answer = Answer.of(socket)) {
                assertEquals("video/x-flv", answer.header("Content-Type"));
                DataInputStream in = new DataInputStream(answer.body());
                assertEquals(0x464c5601, in.readInt());
                assertEquals(5, in.read(), "both");
                in.readNBytes(8);
                assertEquals(TagType.SCRIPT, tag(in).type());
                assertEquals(new Tag(TagType.VIDEO, 0, 0x17, 0), tag(in));
                assertEquals(new Tag(TagType.AUDIO, 0, 0xaf, 0), tag(in));
                assertEquals(new Tag(TagType.VIDEO, 0, 0x17, 1), tag(in), "a key frame");
                int pictures = 1;
                int sounds = 0;
                while (pictures < 31) {
                    Tag tag = tag(in);
                    boolean sound = tag.type() == TagType.AUDIO;
                    double due = sound ? sounds++ * FRAME_SECONDS : pictures++ * PICTURE_SECONDS;
                    assertEquals(1000 * due, (double) tag.millis(), 5, tag::toString);
                }
                assertTrue(sounds >= 46, "sounds=" + sounds);
            }
        }
        assertFalse(server.get("/stats").body().contains("\"viewers\":2"));
    }

    @Test
    void flv_withoutSound_saysSo() throws Exception {
        try (var socket = connect("/stream.flv?audio=0")) {
            source.awaitStart(1);
            deliver(0, 0.5);
            try (Answer answer = Answer.of(socket)) {
                DataInputStream in = new DataInputStream(answer.body());
                in.readInt();
                assertEquals(1, in.read());
                in.readNBytes(8);
                for (int i = 0; i < 12; i++) {
                    assertTrue(tag(in).type() != TagType.AUDIO);
                }
            }
        }
    }

    @Test
    void webSocket_hasFragmentsOfBoth_afterAnInitSegmentOfBoth_unlessTheClientWantsPicturesAlone() throws Exception {
        try (WebSocketClient both = WebSocketClient.open(server.port(), "/fake/ws?format=mp4");
                WebSocketClient alone = WebSocketClient.open(server.port(), "/fake/ws?format=mp4&audio=0")) {
            source.awaitStart(1);
            deliver(0, 1.02);
            Heard heard = hear(both, 30);
            assertEquals("video/mp4; codecs=\"avc1.64001F,mp4a.40.2\"", heard.mimeType());
            assertEquals(4, heard.kinds().get(0), "the init segment first");
            assertTrue(heard.bytes().contains("mp4a"), "of two tracks");
            long sounds = heard.kinds().stream().filter(kind -> kind == 5).count();
            assertTrue(sounds >= 44, "sounds=" + sounds);
            Heard silent = hear(alone, 30);
            assertEquals("video/mp4; codecs=\"avc1.64001F\"", silent.mimeType());
            assertFalse(silent.kinds().contains(5));
            assertFalse(silent.bytes().contains("mp4a"));
        }
    }

    /** What a client was told: the last media type, the kinds of the messages in order, and the init segment. */
    private record Heard(String mimeType, List<Integer> kinds, String bytes) {}

    private static Heard hear(WebSocketClient client, int pictures) throws Exception {
        List<Integer> kinds = new ArrayList<>();
        String mimeType = "";
        String init = "";
        while (kinds.stream().filter(kind -> kind == 3).count() < pictures) {
            WebSocketClient.Frame frame = client.next();
            if (frame.opcode() == WebSocketClient.TEXT) {
                JsonObject text = frame.json();
                JsonObject camera =
                        text.has("cameras") ? text.getArray("cameras").getObject(0) : text;
                mimeType = camera.getString("mimeType");
            } else if (frame.opcode() == WebSocketClient.BINARY) {
                WebSocketClient.Message message = frame.message();
                kinds.add(message.kind());
                init = message.kind() == 4
                        ? new String(message.payload().toArray(), StandardCharsets.ISO_8859_1)
                        : init;
            }
        }
        return new Heard(mimeType, kinds, init);
    }
}
