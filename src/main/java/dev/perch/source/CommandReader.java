package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramExit;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command's stdout on its own thread and publishes the frames in it. That thread may wait in a read until the program ends, so another thread
 * watches it. Nothing is published after {@link #close}, whatever the thread is doing.
 */
final class CommandReader implements AutoCloseable {
    /** The capacity of a pipe (pipe(7)), and so the most bytes available at once. */
    static final int READ_BYTES = 64 << 10;

    private static final long EXIT_PATIENCE_MILLIS = 1_000;
    private static final System.Logger LOG = System.getLogger(CommandReader.class.getName());

    private final CommandSource source;
    private final SourceOutput output;
    private final KeyFrameWatch keys;
    private final Runnable ended;
    private final List<Lease> leases = new ArrayList<>(); // guarded by this
    private long leasedBytes; // guarded by this
    private boolean closed; // guarded by this
    private PixelFormat format = PixelFormat.MJPG; // used by the reading thread; taken from the first bytes
    private int filled; // bytes of unknown format; used by the reading thread
    private @Nullable Thread thread; // used by the session's thread

    // the reading thread writes, the session's thread and pages read
    private volatile @Nullable ByteStream stream;
    private volatile @Nullable CaptureException fault;
    private volatile long lastReadNanos = System.nanoTime();
    private volatile boolean printed;
    private volatile boolean over;

    /**
     * Leases the memory for reading.
     *
     * @param keys learns of the key frames of H.264
     * @param ended called on the reading thread when it has published its last frame
     * @throws BudgetExceededException if there is no room
     */
    CommandReader(CommandSource source, SourceOutput output, KeyFrameWatch keys, Runnable ended)
            throws BudgetExceededException {
        this.source = source;
        this.output = output;
        this.keys = keys;
        this.ended = ended;
        lease(READ_BYTES);
        try {
            this.stream = source.configuredStream(output, keys).orElse(null);
        } catch (BudgetExceededException full) {
            leases.forEach(Lease::close);
            throw full;
        }
    }

    /** Starts reading the output of {@code program} until the program ends. */
    void start(ExternalProgram program) {
        Thread reading =
                new Thread(() -> run(program), "perch-" + source.camera().id() + "-stdout");
        reading.setDaemon(true);
        thread = reading;
        reading.start();
    }

    boolean over() {
        return over;
    }

    Optional<CaptureException> fault() {
        return Optional.ofNullable(fault);
    }

    /** Returns when the last byte was read; before the first, when the reading began. */
    long lastReadNanos() {
        return lastReadNanos;
    }

    /** Returns whether any byte has been read. */
    boolean printed() {
        return printed;
    }

    SessionStats stats() {
        ByteStream current = stream;
        return current == null ? SessionStats.NONE : current.stats();
    }

    /** Returns whether the program has printed one picture and nothing else. Called when everything was read. */
    boolean tookOnePicture() {
        SessionStats counted = stats();
        return fault == null
                && counted.frames() == 1
                && counted.sequenceGaps() + counted.errorFrames() == 0
                && !counted.format().equals(PixelFormat.H264.fourCharacterCode());
    }

    /** Waits until all output is read and published. */
    void awaitEnd(long millis) throws InterruptedException {
        Thread reading = thread;
        if (reading != null) {
            reading.join(millis);
        }
    }

    private String name() {
        return "the reading of " + source.description();
    }

    private void run(ExternalProgram program) {
        try {
            read(program);
        } catch (IOException closedMeanwhile) {
            LOG.log(Level.DEBUG, name() + " was closed", closedMeanwhile);
        } catch (CaptureException trouble) {
            fault = trouble;
        } catch (BudgetExceededException full) {
            fault = new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        } catch (RuntimeException | Error bug) {
            source.arenas().budget().faults().tell(name(), bug);
            LOG.log(
                    Level.ERROR,
                    name() + " failed; this is a bug in Perch. "
                            + source.redaction().trace(bug));
            fault = new CaptureException(
                    Kind.FAULT,
                    "The reading of " + source.description() + " ended by a defect of Perch: "
                            + source.redaction().redact(bug.toString()));
        } finally {
            over = true;
            ended.run();
        }
    }

    private void read(ExternalProgram program) throws IOException, CaptureException, BudgetExceededException {
        InputStream in = program.stdout();
        ByteBuffer piece = ByteBuffer.allocate(READ_BYTES);
        int count = 1;
        while (count > 0) {
            // a method of its own: a loop with so few turns would be interpreted for half an hour
            count = readSome(in, piece);
        }
        if (count == 0) {
            return;
        }
        if (filled >= FirstBytes.NEEDED && told(piece.clear().limit(filled), /* last= */ true)) {
            publish(piece);
        }
        // the output of a killed program may be cut anywhere
        if (program.awaitExit(EXIT_PATIENCE_MILLIS).filter(ProgramExit::success).isPresent()) {
            publishLast();
        }
    }

    /** Reads once and publishes the bytes if their format is known. Returns the result of the read; 0 after the close. */
    private int readSome(InputStream in, ByteBuffer piece)
            throws IOException, CaptureException, BudgetExceededException {
        int count = in.read(piece.array(), piece.arrayOffset() + filled, READ_BYTES - filled);
        if (count < 0) {
            return count;
        }
        lastReadNanos = System.nanoTime();
        printed = true;
        filled += count;
        if (stream != null || told(piece.clear().limit(filled), filled == READ_BYTES)) {
            if (!publish(piece.clear().limit(filled))) {
                return 0;
            }
            filled = 0;
        }
        return count;
    }

    private boolean told(ByteBuffer first, boolean last) throws CaptureException {
        Optional<PixelFormat> found = FirstBytes.format(first, last, source.description(), source.redaction());
        format = found.orElse(format);
        return found.isPresent();
    }

    private synchronized boolean publish(ByteBuffer piece) throws BudgetExceededException {
        if (closed) {
            return false;
        }
        ByteStream current = stream;
        if (current == null) {
            current = source.foundStream(format, output, keys);
            stream = current;
        }
        current.bytes(piece, new FrameTime(lastReadNanos, Clock.SYSTEM.wallClockMicros()));
        lease(READ_BYTES + current.heldBytes() - leasedBytes);
        return true;
    }

    private synchronized void publishLast() {
        ByteStream current = stream;
        if (!closed && current != null) {
            current.end();
        }
    }

    private void lease(long moreBytes) throws BudgetExceededException {
        if (moreBytes > 0) {
            String camera = source.camera().id();
            leases.add(source.arenas().budget().lease(camera + " command", moreBytes, "cameras." + camera + ".size"));
            leasedBytes += moreBytes;
        }
    }

    /** Stops publishing, and frees all memory. */
    @Override
    public synchronized void close() {
        closed = true;
        ByteStream current = stream;
        if (current != null) {
            current.close();
        }
        leases.forEach(Lease::close);
        leases.clear();
    }
}
