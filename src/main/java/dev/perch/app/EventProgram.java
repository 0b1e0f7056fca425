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

/** Runs the program of {@code on-event}, once for each event, one after the other, on a thread that exists once there is one. */
final class EventProgram implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventProgram.class.getName());
    private static final int MOST_WAITING = 32;

    /** A mail server that does not answer must not keep the next event. */
    private static final long PATIENCE_MILLIS = 30_000;

    private final List<String> words;
    private final BlockingQueue<List<String>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private @Nullable Thread thread; // guarded by this
    private volatile boolean closed;
    private volatile @Nullable ExternalProgram running; // set by the thread, ended by close

    /** @param words the program and its arguments */
    EventProgram(List<String> words) {
        this.words = words;
    }

    /** Runs the program for {@code event}, when those before are done. Does not wait. */
    void run(Event event) {
        run(variables(event));
    }

    /** Returns what the program's environment says of {@code event}. */
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

    /** Runs the program with more variables in its environment, when those before are done. Does not wait. */
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
        // nobody reads its stdout: one that prints more than a pipe holds would wait for ever
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

    /** Ends the program that runs; for the events that wait none is run. */
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
