package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import dev.perch.testing.Await;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What one stranger with a laptop can do to a Perch with a Pi Zero's flags, while others ask for things. */
@Isolated("it measures how long others wait")
class StrangersIT {
    static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx37m",
            "-Xmn2m",
            "-XX:MaxDirectMemorySize=112m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xss256k",
            "-XX:TieredStopAtLevel=1");

    static final String TWO_CAMERAS = """
            memory: { budget: 24MiB }
            cameras: { front: { demo: true }, back: { demo: true } }
            """;

    @TempDir
    Path work;

    @Test
    @Tag("long")
    void embedded_othersAreServed() throws Exception {
        Path config = Files.writeString(work.resolve("perch.yml"), TWO_CAMERAS);
        try (RunningPerch perch = RunningPerch.start(
                Map.of("JDK_JAVA_OPTIONS", String.join(" ", FLAGS)),
                "--config",
                config.toString(),
                "--address",
                "127.0.0.1",
                "--port",
                "0")) {
            attack(perch.address());
            assertFalse(perch.log().contains("java.lang.OutOfMemoryError"), perch::log);
        }
    }

    @Test
    @Tag("tomcat")
    void stockTomcat_withTheSampleConnector_othersAreServed() throws Exception {
        String connector =
                Files.readString(Path.of("conf/tomcat-connector.xml")).replaceFirst("(?s)<!--.*?-->", "");
        try (StockTomcat tomcat = StockTomcat.start(work, connector, TWO_CAMERAS, String.join(" ", FLAGS))) {
            tomcat.deploy(RunningPerch.war(), "cams");
            attack(tomcat.address("cams"));
            assertFalse(tomcat.log().contains("java.lang.OutOfMemoryError"), tomcat::log);
        }
    }

    /** Each attack goes on for a while; the worst answer that somebody else got in that time is printed, and what is asked afterwards. */
    private static void attack(URI server) throws Exception {
        Bystander warm = new Bystander(server);
        Await.until(
                20,
                () -> IntStream.range(0, 3).allMatch(time -> warm.ask() == 200),
                () -> "it does not start: " + warm);
        Map<String, Bystander> seen = new TreeMap<>();
        for (Stranger.Attack attack : Stranger.attacks(server)) {
            try (Stranger stranger = new Stranger(server.getPort(), attack)) {
                Bystander bystander = new Bystander(server);
                stranger.begin();
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(attack.millis());
                while (System.nanoTime() < end) {
                    stranger.goOn();
                    bystander.ask();
                }
                seen.put(attack.name(), bystander);
            }
        }
        Bystander after = new Bystander(server);
        Await.until(15, () -> after.ask() == 200, () -> "nobody is served after the attacks");
        seen.forEach((name, bystander) ->
                System.getLogger(StrangersIT.class.getName()).log(System.Logger.Level.INFO, name + ": " + bystander));
        seen.forEach((name, bystander) -> {
            assertEquals(0, bystander.unanswered(), () -> name + ": " + bystander);
            assertTrue(bystander.mostWithin(1_000), () -> name + ": " + bystander);
        });
    }
}
