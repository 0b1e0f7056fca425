package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.ajp.AbstractAjpProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache before a Tomcat by AJP, which hands no connection to another protocol: no WebSocket, in words, and everything else. */
@Isolated("it listens to the log")
class AjpTest {
    private static final Logger ROOT = Logger.getLogger("");

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.INFO.intValue()) {
                log.add(new SimpleFormatter().format(line)); // with the traces of exceptions
            }
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    @ParameterizedTest
    @ValueSource(strings = {"AjpNioProtocol", "AjpNio2Protocol"})
    void aWebSocket_isRefusedInWords_withoutATraceInTheLog(String protocol) throws Exception {
        ask(protocol, apache -> {
            for (String format : new String[] {"mjpg", "h264"}) {
                apache.get("/ws?format=" + format, handshake());
                AjpClient.Reply refused = apache.reply();
                assertEquals(501, refused.status());
                assertTrue(refused.body().contains("gives no connection to another protocol"), refused.body());
                assertFalse(refused.fields().contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
                assertFalse(refused.fields().contains("Upgrade: websocket"), refused.fields()::toString);
            }
            apache.get("/stats");
            assertEquals(200, apache.reply().status());
        });
        assertTrue(log.stream().anyMatch(line -> line.contains("A WebSocket was refused")), log::toString);
    }

    @Test
    void picturesAndStreams_play() throws Exception {
        ask("AjpNioProtocol", apache -> {
            apache.get("/fake/snapshot.jpg");
            assertTrue(apache.reply().body().startsWith("\u00ff\u00d8\u00ff"));
            apache.get("/fake/stream.mjpg?duration=1");
            assertTrue(apache.reply().body().split("--boundarydonotcross", -1).length > 4);
            apache.get("/fake/stream.mp4?duration=1");
            assertTrue(apache.reply().body().split("mdat", -1).length > 5);
        });
    }

    private interface Questions {
        void to(AjpClient apache) throws IOException;
    }

    private void ask(String protocol, Questions questions) throws Exception {
        Connector connector = new Connector("org.apache.coyote.ajp." + protocol);
        ROOT.addHandler(listening);
        try (PerchServer server = PerchServer.of(pool, camera)
                .inTomcat(context -> addAjp(context, connector))
                .start(work)) {
            try (AjpClient apache = new AjpClient(connector.getLocalPort())) {
                questions.to(apache);
            }
            assertEquals(200, server.get("healthz").statusCode());
            Await.until(5, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
        } finally {
            ROOT.removeHandler(listening);
        }
        assertTrue(log.stream().noneMatch(line -> line.contains("\tat ")), log::toString);
        Await.allGivenBack(pool);
    }

    private static String[] handshake() {
        return new String[] {
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Version", "13",
            "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="
        };
    }

    private static void addAjp(Context context, Connector connector) {
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        ((AbstractAjpProtocol<?>) connector.getProtocolHandler()).setSecretRequired(false);
        ((Engine) context.getParent().getParent()).getService().addConnector(connector);
    }
}
