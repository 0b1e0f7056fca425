package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Four cameras of three kinds at once in perch.war: what befalls one is nothing to the others. */
class ManyCamerasGuestCase {
    private static final List<String> OTHERS = List.of("avc", "motion", "demo");

    @Test
    void oneThatFails_leavesTheOthersAlone() throws Exception {
        String vivid = Guest.vivid();
        try (Guest.Feeder h264 = Guest.feed(Clips.h264(), "/dev/video20");
                Guest.Feeder mjpg = Guest.feed(Clips.mjpg(), "/dev/video21");
                Perch perch = Perch.start(
                        "  raw: { device: " + vivid + ", size: 320x180, fps: 10, linger: 0s, encoder: off }\n"
                                + "  avc: { device: /dev/video20, size: 320x240, fps: 10, linger: 0s, jpeg-encoder: off }\n"
                                + "  motion: { device: /dev/video21, size: 320x240, fps: 10, linger: 0s, encoder: off }\n"
                                + "  demo: { demo: true, linger: 0s }\n")) {
            assertTrue(h264.process().isAlive() && mjpg.process().isAlive());
            List<Guest.Feeder> viewers = new ArrayList<>();
            try {
                for (String path :
                        List.of("raw/stream.mjpg", "avc/stream.mp4", "motion/stream.mjpg", "demo/stream.mp4")) {
                    viewers.add(perch.watch("/" + path, perch.file(path.replace('/', '.'))));
                }
                for (String camera : List.of("raw", "avc", "motion", "demo")) {
                    awaitState(perch, camera, "live", " at first");
                }
                failing(perch, vivid);
                assertTrue(viewers.stream().allMatch(viewer -> viewer.process().isAlive()), "all viewers have stayed");
            } finally {
                viewers.forEach(Guest.Feeder::close);
            }
            Guest.await("the devices to be closed", () -> perch.held() == 0);
        }
    }

    /** Twice, by a fault of the driver and by unplugging. */
    private static void failing(Perch perch, String vivid) throws Exception {
        hit("a fatal error", perch, lost -> {
            Guest.control(vivid, "inject_fatal_streaming_error=1");
            lost.look();
        });
        hit("unplugging", perch, lost -> Unplugged.vivid(vivid, lost));
    }

    /** A way to have the camera fail, which looks that it has before the camera can come back. */
    private interface Fault {
        void strike(Unplugged.Meanwhile lost) throws Exception;
    }

    private static void hit(String name, Perch perch, Fault fault) throws Exception {
        List<Long> before = counts(perch, camera -> camera.getObject("session").getLong("frames"));
        List<Long> agesBefore = counts(perch, camera -> camera.getLong("stateAgeMillis"));
        fault.strike(() -> {
            Guest.await(
                    "raw to be lost by " + name,
                    20,
                    () -> !camera(perch, "raw").getString("state").equals("live"));
            for (String other : OTHERS) {
                assertEquals("live", camera(perch, other).getString("state"), name);
            }
        });
        awaitState(perch, "raw", "live", " after " + name);
        List<Long> after = counts(perch, camera -> camera.getObject("session").getLong("frames"));
        List<Long> agesAfter = counts(perch, camera -> camera.getLong("stateAgeMillis"));
        for (int i = 0; i < OTHERS.size(); i++) {
            assertTrue(after.get(i) > before.get(i), name + ": " + before + " frames before, " + after + " after");
            assertTrue(
                    agesAfter.get(i) > agesBefore.get(i),
                    name + ": live for " + agesBefore + ", then for " + agesAfter);
        }
    }

    private static List<Long> counts(Perch perch, ToLongFunction<JsonObject> count) {
        return OTHERS.stream()
                .map(other -> count.applyAsLong(camera(perch, other)))
                .toList();
    }

    private static void awaitState(Perch perch, String id, String word, String when) {
        Guest.await(
                id + " to be " + word + when,
                () -> camera(perch, id).getString("state").equals(word));
    }

    private static JsonObject camera(Perch perch, String id) {
        try {
            return JsonParser.object().from(perch.get("/stats").body()).getArray("cameras").stream()
                    .map(JsonObject.class::cast)
                    .filter(camera -> camera.getString("id").equals(id))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | JsonParserException cut) {
            throw new AssertionError(cut);
        }
    }
}
