package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.access.Access;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.ingest.RtmpPort;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A camera and an RTMP port where anybody may play it and publish to it. */
@SuppressWarnings("try") // the close may be interrupted
public final class RtmpHost implements AutoCloseable {
    private static final int HEAP_BYTES = 16 << 20;

    private final ArenaPool pool;
    private final MemoryBudget heap = new MemoryBudget(HEAP_BYTES, "heap");
    private final Audience audience = new Audience();
    private final Access access = new Access("", anyPort -> Optional.empty());
    private final Camera camera;
    private final RtmpPort port;

    /**
     * Opens the port on a number that the system chooses.
     *
     * @param camera closed with this
     * @param pool of the camera's memory, which must be all given back at the close
     * @throws IOException if the port cannot be opened; the camera stays open
     */
    public RtmpHost(Camera camera, ArenaPool pool) throws IOException {
        this.camera = camera;
        this.pool = pool;
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        Admission admission = new Admission(pool.budget(), heap);
        port = RtmpPort.open(
                "127.0.0.1",
                /* number= */ 0,
                /* tls= */ null,
                new RtmpPort.Served(
                        cameras, access, audience, (address, played) -> admission.bySocket(/* ownBytes= */ 0), heap));
    }

    public int port() {
        return port.number();
    }

    /** Returns the address by which the camera is played or published. */
    public String url() {
        return "rtmp://127.0.0.1:" + port.number() + "/live/" + camera.id();
    }

    public Camera camera() {
        return camera;
    }

    public Access access() {
        return access;
    }

    /** Returns the number of players. */
    public int players() {
        return audience.size();
    }

    /** Waits until nobody plays. */
    public void awaitNoPlayers() {
        Await.until(20, () -> audience.size() == 0, () -> "players=" + audience.size());
    }

    /** Closes the port and the camera. Fails if either has kept memory. */
    @Override
    public void close() throws InterruptedException {
        port.close();
        audience.close();
        camera.close();
        Await.allGivenBack(pool);
        assertEquals(0, heap.leasedBytes());
    }
}
