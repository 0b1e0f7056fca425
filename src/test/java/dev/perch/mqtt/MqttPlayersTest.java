package dev.perch.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Gate;
import dev.perch.testing.LogLines;
import dev.perch.testing.PerchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker is told of the cameras: Debian's mosquitto, and its own clients. */
@Tag("players")
@SuppressWarnings("try") // the broker's end may be interrupted
@Timeout(300)
class MqttPlayersTest {
    @TempDir
    Path folder;

    private PerchServer perch(int port, String more) throws Exception {
        Path file = Files.writeString(folder.resolve("perch.yml"), """
                server: { address: 127.0.0.1, port: 0, operator-key: %s }
                mqtt: { host: 127.0.0.1, port: %d, user: %s, password: %s, prefix: perch/garden, pictures: 1s }
                cameras: { front: { title: "Front \\"door\\"", demo: true%s } }
                """.formatted(
                        PerchServer.KEY, port, Mosquitto.USER, Mosquitto.PASSWORD, more));
        return PerchServer.start(PerchConfig.load(file), Files.createDirectories(folder.resolve("work")));
    }

    /** What Home Assistant needs is kept by the broker for whoever comes later; pictures are not kept, and none but the card comes of a private camera. */
    @Test
    void cameraIsFound_showsPicturesAndItsCardWhenPrivate() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder);
                PerchServer perch = perch(broker.port(), "");
                Mosquitto.Subscription pictures =
                        broker.subscribe("pictures", "perch/garden/front/picture", "-F", "%r %l %x");
                Mosquitto.Subscription all = broker.subscribe("all", "perch/garden/front/state", "-v")) {
            pictures.await("\n"); // a picture, live
            try (Mosquitto.Subscription later =
                    broker.subscribe("later", "#", "-v", "--retained-only", "-T", "perch/garden/front/picture")) {
                later.await("homeassistant/camera/perch_garden/front/config");
                later.await("homeassistant/binary_sensor/perch_garden/front/config");
                later.await("perch/garden/status online");
                JsonObject camera = payload(later.seen(), "homeassistant/camera/perch_garden/front/config");
                assertEquals("perch/garden/front/picture", camera.getString("topic"));
                assertEquals("perch/garden/status", camera.getString("availability_topic"));
                assertEquals("Front \"door\"", camera.getObject("device").getString("name"));
                JsonObject sensor = payload(later.seen(), "homeassistant/binary_sensor/perch_garden/front/config");
                assertEquals("perch/garden/front/state", sensor.getString("state_topic"));
            }
            String first = pictures.seen().lines().findFirst().orElseThrow();
            assertTrue(first.matches("0 \\d{4,} ffd8.*ffd9"), () -> first.substring(0, 40));
            all.await("\"connected\":\"ON\"");
            assertEquals(200, perch.put("front/privacy", "{\"private\":true}").statusCode());
            all.await("\"state\":\"private\"");
            long shown = pictures.seen().lines().count();
            Await.until(
                    60,
                    () -> pictures.seen().lines().count() > shown + 1
                            && pictures.seen().endsWith("\n"),
                    () -> "no card, " + pictures.seen().lines().count());
            String card = last(pictures);
            Await.until(
                    60,
                    () -> pictures.seen().lines().count() > shown + 2
                            && pictures.seen().endsWith("\n"),
                    () -> "one card");
            assertEquals(card, last(pictures), "the card, again");
        }
    }

    private static String last(Mosquitto.Subscription pictures) {
        return pictures.seen().lines().reduce((before, line) -> line).orElseThrow();
    }

    private static JsonObject payload(String seen, String topic) throws Exception {
        String line = seen.lines()
                .filter(each -> each.startsWith(topic + " "))
                .findFirst()
                .orElseThrow();
        return JsonParser.object().from(line.substring(topic.length() + 1));
    }

    /** A client that is cut off is said to be offline by the broker; it comes again, and says so when it ends in order. The password stands in no log. */
    @Test
    void connectionCut_brokerSaysOfflineAndPerchComesAgain() throws Exception {
        try (LogLines log = LogLines.of(MqttLink.class);
                Mosquitto broker = Mosquitto.start(folder);
                Gate gate = new Gate(broker.port(), /* upgrades= */ true);
                Mosquitto.Subscription status = broker.subscribe("status", "perch/garden/status")) {
            try (PerchServer perch = perch(gate.port(), "")) {
                assertEquals(200, perch.get("healthz").statusCode());
                status.await("online");
                gate.shut();
                status.await("offline");
                gate.open();
                Await.until(90, () -> status.count("online") == 2, status::seen);
            }
            Await.until(30, () -> status.count("offline") == 2, status::seen);
            assertFalse(log.lines().toString().contains(Mosquitto.PASSWORD));
        }
    }

    /** A broker that refuses is asked again, more and more seldom, and Perch goes on. */
    @Test
    void wrongPassword_isToldOnceAndHarmsNothing() throws Exception {
        try (LogLines log = LogLines.of(MqttLink.class);
                Mosquitto broker = Mosquitto.start(folder)) {
            Files.writeString(folder.resolve("wrong.yml"), """
                    server: { address: 127.0.0.1, port: 0 }
                    mqtt: { host: 127.0.0.1, port: %d, user: perch, password: wr0ng }
                    cameras: { front: { demo: true } }
                    """.formatted(broker.port()));
            try (PerchServer perch =
                    PerchServer.start(PerchConfig.load(folder.resolve("wrong.yml")), folder.resolve("w"))) {
                Await.until(
                        60,
                        () -> Mosquitto.text(folder.resolve("mosquitto.log")).split("not authorised", -1).length > 2,
                        () -> Mosquitto.text(folder.resolve("mosquitto.log")));
                assertEquals(200, perch.get("front/snapshot.jpg").statusCode());
            }
            String told = log.lines().toString();
            assertEquals(2, told.split("refuses: ", -1).length, told);
            assertFalse(told.contains("wr0ng"), told);
            assertFalse(Await.runs("perch-mqtt"));
        }
    }
}
