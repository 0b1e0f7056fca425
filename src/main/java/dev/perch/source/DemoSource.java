package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.media.PixelFormat;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The demo camera: a bundled loop of pictures, played in real time as H.264 (30 fps, a key frame every second) and as JPEG (6 fps), with its own
 * sound as AAC-LC. A session begins with the loop's first frame and leases the memory of one frame.
 */
public final class DemoSource implements Source {
    private final String camera;
    private final ArenaPool arenas;
    private final boolean sounds;
    private final DemoClock clock;
    private final DemoLoop.Header header;
    private final AtomicInteger lastNumber = new AtomicInteger(-1); // written by the session's thread, read by any

    /**
     * Creates the source of a silent demo camera.
     *
     * @param camera the id, for the names of the thread and the lease
     * @param arenas gives the sessions' memory
     */
    public DemoSource(String camera, ArenaPool arenas) {
        this(camera, arenas, /* sounds= */ false, DemoClock.SYSTEM);
    }

    /** Creates the source of a demo camera with sound, as the configuration says. */
    public static DemoSource of(CameraConfig camera, ArenaPool arenas) {
        boolean sounds = camera.sound().kind() == SoundConfig.Kind.SOURCE;
        return new DemoSource(camera.id(), arenas, sounds, DemoClock.SYSTEM);
    }

    DemoSource(String camera, ArenaPool arenas, boolean sounds, DemoClock clock) {
        this.sounds = sounds;
        this.camera = camera;
        this.arenas = arenas;
        this.clock = clock;
        try {
            this.header = DemoLoop.header();
        } catch (IOException damaged) {
            throw new IllegalStateException("The demo cannot be read: " + damaged.getMessage(), damaged);
        }
    }

    @Override
    public String description() {
        return "demo";
    }

    @Override
    public Set<PixelFormat> delivers() {
        return EnumSet.of(PixelFormat.H264, PixelFormat.JPEG);
    }

    @Override
    public SoundProspect sound() {
        return sounds ? SoundProspect.CERTAIN : SoundProspect.NONE;
    }

    boolean sounds() {
        return sounds;
    }

    @Override
    public Session start(SourceOutput output) {
        DemoSession session = new DemoSession(this, output);
        Thread thread = new Thread(session::run, "perch-" + camera + "-demo");
        thread.setDaemon(true);
        thread.start();
        return session;
    }

    /** Returns the loop's current position, or that at the end of the last session. Any thread. */
    public DemoPosition position() {
        return new DemoPosition(lastNumber.get(), header.frames());
    }

    void played(int number) {
        lastNumber.set(number);
    }

    DemoLoop.Header header() {
        return header;
    }

    DemoClock clock() {
        return clock;
    }

    Arena leaseMemory() throws BudgetExceededException {
        return arenas.take(
                camera + " demo", header.largestRecordBytes(), arenas.budget().limitedBy());
    }
}
