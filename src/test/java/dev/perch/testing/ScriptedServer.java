package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.camera.Camera;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A program for each test, with one camera whose frames the test delivers. Fails at the end of the test if memory is still leased. */
public abstract class ScriptedServer {
    @TempDir
    protected Path work;

    protected final ScriptedSource source;
    protected final ArenaPool pool = TestCameras.pool(64 << 20);
    protected final Camera camera;
    protected PerchServer server;

    @SuppressWarnings("NullAway.Init") // the server is set before each test
    protected ScriptedServer(PixelFormat... formats) {
        this.source = new ScriptedSource(formats);
        this.camera = TestCameras.camera(source, pool);
    }

    @BeforeEach
    void start() throws Exception {
        server = PerchServer.start(camera, pool, work, output());
    }

    /** Returns the way by which live answers are written. */
    protected String output() {
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

    protected Socket connect(String target) throws IOException {
        return server.connect(target);
    }
}
