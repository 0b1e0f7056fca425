package dev.perch.record;

import dev.perch.mp4.RecordingHead;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Runs the configured program for each closed file, one after the other, on a thread that exists once there is a program to run. */
final class ClosedHooks {
    private static final System.Logger LOG = System.getLogger(ClosedHooks.class.getName());

    /** The most files that wait for the program; later ones are not reported. */
    private static final int MOST_WAITING = 1000;

    /** The number of failures, each at another start, after which a file is not reported any more. */
    private static final int MOST_FAILURES = 5;

    /** A program that a signal ended has a status above this, as shells count. */
    private static final int SIGNALS = 128;

    /**
     * A closed file.
     *
     * @param startMicros the capture time of the first frame, in microseconds since 1970
     */
    record Closed(String camera, List<String> words, Path file, long startMicros, long durationMillis) {
        /** Returns the program with its environment. */
        List<String> command() {
            Instant start = Instant.ofEpochSecond(
                    Math.floorDiv(startMicros, 1_000_000L), Math.floorMod(startMicros, 1_000_000L) * 1000);
            List<String> command = new ArrayList<>(List.of(
                    "env",
                    "PERCH_CAMERA=" + camera,
                    "PERCH_FILE=" + file,
                    "PERCH_START=" + start,
                    "PERCH_END=" + start.plusMillis(durationMillis),
                    "PERCH_DURATION_MILLIS=" + durationMillis));
            command.addAll(words);
            return command;
        }
    }

    private static final Closed END = new Closed("", List.of(), Path.of(""), 0, 0);

    private final Disk disk;
    private final BlockingQueue<Closed> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private @Nullable Thread thread; // guarded by this
    private volatile boolean ending; // set when no more files come
    private volatile boolean closed;
    private volatile @Nullable ExternalProgram running; // set by the thread, ended by close

    /**
     * Creates the hooks.
     *
     * @param disk holds the files, each of which has a mark until its program has run
     */
    ClosedHooks(Disk disk) {
        this.disk = disk;
    }

    /** Runs the program for a file, after those of earlier files. */
    synchronized void add(Closed file) {
        if (closed || file.words().isEmpty()) {
            return;
        }
        if (!waiting.offer(file)) {
            LOG.log(
                    Level.WARNING,
                    "on-closed: " + MOST_WAITING + " files wait; " + file.file() + " is told of at the next start");
        }
        if (thread == null) {
            Thread begun = new Thread(this::run, "perch-recordings-closed");
            begun.setDaemon(true);
            begun.start();
            thread = begun;
        }
    }

    private void run() {
        try {
            while (!closed) {
                Closed file = waiting.take();
                if (!file.words().isEmpty()) {
                    run(file);
                }
                if (ending && waiting.isEmpty()) {
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Closed file) {
        try (ExternalProgram program =
                ExternalProgram.start("on-closed of " + file.camera(), file.command(), ExternalProgram.Stdin.NONE)) {
            running = program;
            program.stdout().transferTo(OutputStream.nullOutputStream());
            Optional<ProgramExit> exit = program.awaitExit(Long.MAX_VALUE);
            if (exit.filter(how -> how.status() != 0).isPresent() && !closed) {
                LOG.log(
                        Level.WARNING,
                        "on-closed: " + file.words().get(0) + " ended with "
                                + exit.get().status() + " for " + file.file() + " "
                                + String.join(" ", program.lastLines()));
            }
            if (!closed && exit.isPresent()) {
                settle(file.file(), exit.get().status());
            }
        } catch (ProgramException | IOException failed) {
            LOG.log(Level.WARNING, "on-closed: " + failed.getMessage());
        } finally {
            running = null;
        }
    }

    /**
     * Marks the file as done, or counts the failure; a file that the program has moved away needs no mark. A program ended by a signal, or while the
     * service stops, has not failed: at the end of a service all its programs are told to end.
     */
    private void settle(Path file, int status) throws IOException {
        if (status != 0 && (ending || status > SIGNALS)) {
            return;
        }
        try (FileChannel channel = disk.open(file)) {
            ByteBuffer mark = ByteBuffer.allocate(1);
            channel.read(mark, RecordingHead.OWED_OFFSET);
            mark = status == 0 ? RecordingHead.mark(false) : RecordingHead.failed(mark.get(0), MOST_FAILURES);
            while (mark.hasRemaining()) {
                channel.write(mark, RecordingHead.OWED_OFFSET);
            }
        } catch (NoSuchFileException carriedOff) {
            LOG.log(Level.DEBUG, "on-closed: {0} is gone", file);
        }
    }

    /**
     * Waits for all programs, and after {@code millis} ends the one that still runs. That file and the waiting ones have their turn at the next
     * start.
     */
    void close(long millis) {
        Thread present;
        synchronized (this) {
            ending = true;
            present = thread;
            waiting.offer(END); // a full queue needs no waking
        }
        if (present != null) {
            try {
                present.join(Math.max(1, millis));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
        synchronized (this) {
            closed = true;
        }
        ExternalProgram program = running;
        if (program != null) {
            LOG.log(Level.WARNING, "on-closed: a program was ended with this one; it is run again at the next start");
            program.close();
        }
    }
}
