package dev.perch.web.recordings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who may see recordings and not listen: what is in a file decides, whatever the camera's sound is set to by now. */
@Execution(ExecutionMode.CONCURRENT) // they wait for what is played in real time
class RecordedSoundTest {
    private static final int PATIENCE_MILLIS = 60_000; // segments begin with a camera, on a machine that may be busy
    private static final String REPLAY = "\"replay\", \"export\"";

    @TempDir
    private Path folder;

    /** @param audio of the camera that is recorded; {@code back} has its sound always, and is not recorded */
    private PerchServer start(String audio) throws Exception {
        Path file = folder.resolve("perch.yml");
        String demo = "    demo: true\n    encoder: off\n    jpeg-encoder: off\n    run: always\n    audio: ";
        Files.writeString(
                file,
                "server: { port: 0, address: 127.0.0.1, operator-key: " + PerchServer.KEY
                        + " }\nrecord: { keep-free: 0% }\ncameras:\n  front:\n" + demo + audio
                        + "\n    record: { path: " + folder + "/%camera/%F-%H-%M-%S.mp4 }\n  back:\n" + demo
                        + "source\n");
        return PerchServer.start(PerchConfig.load(file), Files.createDirectories(folder.resolve("work")));
    }

    private static String link(PerchServer server, String actions) throws IOException, JsonParserException {
        return link(server, "front", actions);
    }

    private static String link(PerchServer server, String camera, String actions)
            throws IOException, JsonParserException {
        String body = "{\"actions\": [" + actions + "]}";
        Socket socket = Answer.ask(
                server.port(),
                "POST",
                "/" + camera + "/links",
                "1.1",
                "X-Perch-Key: " + PerchServer.KEY,
                "Content-Type: application/json",
                "Content-Length: " + body.length());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        try (Answer answer = Answer.of(socket)) {
            return "/" + JsonParser.object().from(answer.text()).getString("path");
        }
    }

    /** Returns the newest recording once it is two seconds long. */
    private static JsonObject recorded(PerchServer server, int count) {
        Await.until(120, () -> newest(server, count).getLong("durationMillis") >= 2_000, () -> "nothing is recorded");
        return newest(server, count);
    }

    private static JsonObject newest(PerchServer server, int count) {
        try {
            JsonArray all = JsonParser.object()
                    .from(text(server, "/front/recordings/list.json"))
                    .getArray("recordings");
            return all.size() < count ? new JsonObject() : all.getObject(count - 1);
        } catch (IOException | JsonParserException broken) {
            throw new AssertionError(broken);
        }
    }

    private static Answer get(PerchServer server, String path) throws IOException {
        Socket socket = Answer.ask(server.port(), "GET", path, "1.1", "Connection: close");
        socket.setSoTimeout(PATIENCE_MILLIS);
        return Answer.of(socket);
    }

    private static String text(PerchServer server, String path) throws IOException {
        try (Answer answer = get(server, path)) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(PerchServer server, String path) throws IOException {
        try (Answer answer = get(server, path)) {
            return answer.status();
        }
    }

    /** Asks for all that there is of a recording's media. */
    private static void assertAnswered(int status, PerchServer server, String link, JsonObject recording)
            throws IOException {
        String file = link + "recordings/" + recording.getString("file");
        long start = recording.getLong("startMillis");
        String span = "?from=" + Instant.ofEpochMilli(start + 100) + "&to=" + Instant.ofEpochMilli(start + 1_900);
        for (String path :
                new String[] {file, file + "/init.mp4", link + "clip.mp4" + span, link + "hls/vod.m3u8" + span}) {
            assertEquals(status, status(server, path), path);
        }
        assertEquals(200, status(server, link + "timelapse.mp4" + span), "key frames alone are never heard");
    }

    @Test
    void recordingsOwnTracks_decideWhoMayHaveThem() throws Exception {
        JsonObject mute;
        try (PerchServer server = start("off")) {
            mute = recorded(server, 1);
            assertAnswered(200, server, link(server, REPLAY), mute);
        }
        JsonObject sounding;
        try (PerchServer server = start("source")) {
            sounding = recorded(server, 2);
            String silent = link(server, REPLAY);
            assertAnswered(403, server, silent, sounding);
            assertAnswered(200, server, link(server, REPLAY + ", \"listen\""), sounding);
            assertAnswered(200, server, silent, mute);
            assertEquals(403, status(server, silent + "clip.mp4?from=-60s"), "a span of both");
            assertEquals(200, status(server, silent + "recordings/list.json"));
        }
        try (PerchServer server = start("off")) {
            assertAnswered(403, server, link(server, REPLAY), sounding);
            assertAnswered(200, server, link(server, REPLAY + ", \"listen\""), sounding);

            damageTheFirst();
            String span = "?from=" + Instant.ofEpochMilli(mute.getLong("startMillis") + 100) + "&to="
                    + Instant.ofEpochMilli(mute.getLong("startMillis") + 1_900);
            assertEquals(404, status(server, link(server, REPLAY) + "clip.mp4" + span), "left out, as of any clip");
        }
    }

    private void damageTheFirst() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("front"))) {
            Path first = files.filter(file -> file.toString().endsWith(".mp4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(first);
            Arrays.fill(bytes, 0, 4_096, (byte) 0xff);
            Files.write(first, bytes);
        }
    }

    @Test
    void clipOfWhatIsInMemory_comesWithoutSound_toWhoMayNotListen() throws Exception {
        try (PerchServer server = start("off")) {
            String heard = link(server, "back", REPLAY + ", \"listen\"");
            assertEquals(200, status(server, "/back/hls/audio.m3u8")); // from now on sound is kept too
            Await.until(120, () -> heard(server, heard) == 1, () -> "no clip with sound: " + heard(server, heard));
            assertEquals(0, heard(server, link(server, "back", REPLAY)));
        }
    }

    /** Returns 1 for a clip with sound, 0 for one without, -1 for none. */
    private static int heard(PerchServer server, String link) {
        try (Answer answer = get(server, link + "clip.mp4?from=-30s")) {
            String clip = new String(answer.body().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (answer.status() != 200) {
                assertEquals(404, answer.status(), clip);
                return -1;
            }
            assertTrue(clip.contains("avc1"));
            return clip.contains("mp4a") ? 1 : 0;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
