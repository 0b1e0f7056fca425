package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.camera.Camera;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.ScriptedSource;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A program with one camera whose frames the test gives, anew for each test; at its end everything has been given back. */
abstract class ScriptedServer {
    @TempDir
    Path work;

    final ScriptedSource source;
    final ArenaPool pool = LiveServer.pool(64 << 20);
    final Camera camera;
    LiveServer server;

    @SuppressWarnings("NullAway.Init") // the server is set before each test
    ScriptedServer(PixelFormat... formats) {
        this.source = new ScriptedSource(formats);
        this.camera = LiveServer.camera(source, pool);
    }

    @BeforeEach
    void start() throws Exception {
        server = LiveServer.start(camera, pool, work, output());
    }

    /** How live answers are written. */
    String output() {
        return "sockets";
    }

    @AfterEach
    void stop() {
        server.close();
        assertEquals(0, pool.openArenas());
        assertEquals(
                0,
                pool.budget().leasedBytes(),
                () -> pool.budget().leasedByHolder().toString());
        assertEquals(source.starts(), source.ends());
    }

    Socket connect(String target) throws Exception {
        return Answer.ask(server.port(), "GET", target, "1.1");
    }
}
