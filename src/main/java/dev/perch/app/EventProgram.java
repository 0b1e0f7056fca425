package dev.perch.app;

import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import dev.perch.web.status.Event;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Runs the program of {@code on-event}, once per event, one after the other, on a thread that exists once there is an event. */
final class EventProgram implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventProgram.class.getName());
    private static final int MOST_WAITING = 32;

    /** How long the program may run: a mail server that does not answer must not hold up the next event. */
    private static final long PATIENCE_MILLIS = 30_000;

    private final List<String> words;
    private final BlockingQueue<List<String>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private @Nullable Thread thread; // guarded by this
    private volatile boolean closed;
    private volatile @Nullable ExternalProgram running; // set by the thread, ended by close

    /**
     * Creates the runner.
     *
     * @param words the program and its arguments
     */
    EventProgram(List<String> words) {
        this.words = words;
    }

    /** Runs the program for {@code event}, after those of earlier events. Does not wait. */
    void run(Event event) {
        run(variables(event));
    }

    /** Returns the environment variables that describe {@code event}. */
    static List<String> variables(Event event) {
        List<String> variables = new ArrayList<>(List.of(
                "PERCH_EVENT=" + event.what(),
                "PERCH_CAMERA=" + event.camera(),
                "PERCH_REASON=" + event.reason().replace('\0', ' '),
                "PERCH_TIME=" + Instant.ofEpochSecond(Math.floorDiv(event.wallClockMicros(), 1_000_000L))));
        if (!event.push().isEmpty()) {
            variables.add("PERCH_PUSH=" + event.push());
        }
        return variables;
    }

    /** Runs the program with additional environment variables, after those of earlier events. Does not wait. */
    synchronized void run(List<String> variables) {
        if (closed) {
            return;
        }
        if (!waiting.offer(variables)) {
            LOG.log(Level.WARNING, "on-event: {0} events wait; one is passed over", MOST_WAITING);
            return;
        }
        if (thread == null) {
            Thread begun = new Thread(this::work, "perch-on-event");
            begun.setDaemon(true);
            begun.start();
            thread = begun;
        }
    }

    private void work() {
        try {
            while (!closed) {
                start(waiting.take());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(List<String> variables) {
        // nobody reads its stdout: without this, one that prints more than a pipe holds would hang
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >/dev/null", "sh", "env"));
        command.addAll(variables);
        command.addAll(words);
        try (ExternalProgram program = ExternalProgram.start("on-event", command, ExternalProgram.Stdin.NONE)) {
            running = program;
            Optional<ProgramExit> exit = program.awaitExit(PATIENCE_MILLIS);
            if (!closed && exit.filter(how -> how.status() == 0).isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "on-event: {0} {1} for {2} {3}",
                        words.get(0),
                        exit.map(how -> "ended with " + how.status()).orElse("does not end and was ended"),
                        variables.get(0),
                        String.join(" ", program.lastLines()));
            }
        } catch (ProgramException failed) {
            LOG.log(Level.WARNING, "on-event: {0}", failed.getMessage());
        } finally {
            running = null;
        }
    }

    /** Ends the running program, and drops the waiting events. */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            if (thread != null) {
                thread.interrupt();
            }
        }
        ExternalProgram program = running;
        if (program != null) {
            program.close();
        }
    }
}
