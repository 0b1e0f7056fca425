package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PushConfig;
import dev.perch.rtmp.RtmpNginx;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RTMP over TLS with programs of others: ffmpeg publishes and plays, stunnel stands before nginx. */
@Tag("players")
class RtmpsPlayersTest {
    @TempDir
    private Path folder = Path.of("");

    private final List<Process> programs = new ArrayList<>();
    private final SSLContext before;

    RtmpsPlayersTest() throws Exception {
        before = SSLContext.getDefault();
    }

    @BeforeEach
    void folders() throws IOException {
        Files.createDirectories(folder.resolve("server"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        SSLContext.setDefault(before);
        for (Process each : programs) {
            each.destroyForcibly().waitFor();
        }
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("program" + programs.size()).toFile())
                .start();
        programs.add(process);
        return process;
    }

    @Test
    void ffmpeg_publishesAndPlays_whileTheCertificateIsReplaced() throws Exception {
        try (RtmpsServer server = RtmpsServer.start(folder.resolve("server"))) {
            Process publisher = run(
                    ("ffmpeg -v error -nostdin -re -f lavfi -i testsrc2=size=320x240:rate=15 -f lavfi -i sine -c:v libx264"
                                    + " -preset ultrafast -tune zerolatency -g 15 -c:a aac -f flv "
                                    + server.url("front?key=k3y"))
                            .split(" ", -1));
            Await.until(60, () -> server.get("stats").contains("\"state\":\"live\""), () -> server.get("stats"));
            Path played = folder.resolve("played.flv");
            Process player = run(("ffmpeg -v error -nostdin -i " + server.url("front") + " -c copy -f flv " + played)
                    .split(" ", -1));
            Await.until(
                    60,
                    () -> played.toFile().length() > 50_000,
                    () -> "played=" + played.toFile().length());
            server.replaceCertificate();
            SSLContext then = RtmpsServer.trusting(server.certificate());
            String wanted = PemPair.fingerprint(server.certificate());
            Await.until(60, () -> server.presented(then).equals(wanted), () -> server.presented(then));
            long length = played.toFile().length();
            Await.until(60, () -> played.toFile().length() > length + 50_000, () -> "the player's stream stands still");
            assertTrue(publisher.isAlive() && player.isAlive());
            player.destroy();
            assertTrue(player.waitFor(30, TimeUnit.SECONDS));
            List<String> seen = Tool.codecs(played);
            assertTrue(seen.contains("h264") && seen.contains("aac"), seen::toString);
        }
    }

    private PerchServer pushing(String... urls) throws Exception {
        List<PushConfig> pushes = new ArrayList<>();
        for (String url : urls) {
            pushes.add(new PushConfig("to" + pushes.size(), url, PushConfig.Audio.AUTO, /* start= */ true));
        }
        return PerchServer.start(
                PerchServer.config(TestCameras.demo("front").pushedTo(pushes)),
                Files.createDirectories(folder.resolve("here")));
    }

    /** The name of the address must be the certificate's; 127.0.0.1 is not. */
    @Test
    void push_reachesAPerch_underTheNameOfItsCertificateAlone() throws Exception {
        try (RtmpsServer server = RtmpsServer.start(folder.resolve("server"))) {
            SSLContext.setDefault(RtmpsServer.trusting(server.certificate()));
            String url = server.url("front?key=k3y");
            try (PerchServer here = pushing(url, url.replace("localhost", "127.0.0.1"))) {
                Await.until(
                        60,
                        () -> here.text("front/pushes").contains("\"state\":\"sending\""),
                        () -> here.text("front/pushes"));
                Await.until(
                        60,
                        () -> here.text("front/pushes").contains("127.0.0.1 cannot be reached"),
                        () -> here.text("front/pushes"));
                Await.until(60, () -> server.get("stats").contains("\"state\":\"live\""), () -> server.get("stats"));
                assertFalse(here.text("front/pushes").contains("k3y"));
            }
        }
    }

    /** stunnel shows the right certificate only to who asks for its name (RFC 6066 §3). */
    @Test
    void push_tellsStunnelTheName_andNginxRecords() throws Exception {
        Path own = Files.createDirectories(folder.resolve("own"));
        Path other = Files.createDirectories(folder.resolve("other"));
        RtmpsServer.selfSigned(own, "localhost");
        RtmpsServer.selfSigned(other, "elsewhere.example");
        SSLContext.setDefault(RtmpsServer.trusting(own.resolve("cert.pem"), other.resolve("cert.pem")));
        int port = RtmpsServer.freePort();
        try (RtmpNginx nginx = RtmpNginx.start(folder)) {
            Path configuration = Files.writeString(
                    folder.resolve("stunnel.conf"), """
                    foreground = yes
                    pid =
                    [other]
                    accept = 127.0.0.1:%d
                    connect = 127.0.0.1:%d
                    cert = %s/cert.pem
                    key = %s/key.pem
                    [own]
                    sni = other:localhost
                    connect = 127.0.0.1:%d
                    cert = %s/cert.pem
                    key = %s/key.pem
                    """.formatted(port, port, other, other, nginx.port(), own, own));
            Process stunnel = run("stunnel4", configuration.toString());
            Await.until(30, () -> stunnel.isAlive() && listens(port), () -> "stunnel does not listen");
            try (PerchServer here = pushing("rtmps://localhost:" + port + "/live/front")) {
                Await.until(
                        60, () -> nginx.record("front").toFile().length() > 50_000, () -> here.text("front/pushes"));
            }
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
