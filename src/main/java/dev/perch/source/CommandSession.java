package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.BudgetExceededException;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session of a command. Its thread starts the program, watches it while another thread reads, and ends it. A program that exits successfully
 * after one picture is a camera of still pictures: it is run again for each frame, and the session goes on.
 */
final class CommandSession implements Source.Session {
    /** The interval of the checks for silence. An end of the program is noticed at once. */
    private static final long TICK_MILLIS = 500;

    /** The least time between two starts of a program of one picture, whatever {@code fps} says: each start is a new process. */
    private static final long STILLS_NANOS = 1_000_000_000L;

    private static final long DRAIN_MILLIS = 1_000;
    private static final int SHOWN_LINES = 4;

    private final CommandSource source;
    private final SourceOutput output;
    private final KeyFrameWatch keys;
    private boolean stopRequested; // guarded by this, like the fields below
    private @Nullable CommandReader reader;
    private SessionStats earlier = SessionStats.NONE; // the counts of earlier runs

    CommandSession(CommandSource source, SourceOutput output) {
        this.source = source;
        this.output = output;
        this.keys = source.keys();
        keys.begin(System.nanoTime());
    }

    /** Runs the session on its own thread. */
    void run() {
        Optional<CaptureException> reason = Optional.empty();
        try {
            reason = SessionBody.run(
                    "Running " + source.description(),
                    source.description(),
                    source.redaction(),
                    source.arenas(),
                    () -> stopRequested() ? Optional.empty() : runPrograms());
        } finally {
            output.ended(stopRequested() ? Optional.empty() : reason);
        }
    }

    private Optional<CaptureException> runPrograms()
            throws ProgramException, BudgetExceededException, InterruptedException {
        long intervalNanos =
                Math.max(STILLS_NANOS, source.camera().capture().fps().frameNanos());
        Optional<CaptureException> reason;
        long startNanos;
        do {
            startNanos = System.nanoTime();
            reason = runProgram(startNanos);
        } while (reason.isEmpty() && awaitNext(startNanos + intervalNanos));
        return reason;
    }

    /**
     * Waits until the next run is due.
     *
     * @return false if the session was asked to stop
     */
    private synchronized boolean awaitNext(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        while (!stopRequested && left > 0) {
            wait(left / 1_000_000 + 1);
            left = nanos - System.nanoTime();
        }
        return !stopRequested;
    }

    /**
     * Runs the program once.
     *
     * @return why the session fails; empty if it was asked to stop, or the program made one picture and exited successfully
     */
    private Optional<CaptureException> runProgram(long startNanos)
            throws ProgramException, BudgetExceededException, InterruptedException {
        try (CommandReader reading = new CommandReader(source, output, keys, this::changed);
                ExternalProgram program = ExternalProgram.start(
                        source.camera().id(), source.command().words(), ExternalProgram.Stdin.NONE)) {
            began(reading);
            reading.start(program);
            awaitEnd(program, reading, startNanos);
            if (stopRequested()) {
                end(program, reading);
                return Optional.empty();
            }
            Optional<ProgramExit> exit = reading.over() ? program.awaitExit(DRAIN_MILLIS) : program.exit();
            boolean silent = exit.isEmpty() && !reading.over();
            boolean keyless = silent && keys.overdue(System.nanoTime());
            if (exit.isPresent()) {
                reading.awaitEnd(DRAIN_MILLIS);
            }
            end(program, reading);
            if (exit.filter(ProgramExit::success).isPresent() && reading.tookOnePicture()) {
                ended(reading);
                return Optional.empty();
            }
            return Optional.of(reading.fault()
                    .orElseGet(() -> keyless
                            ? new CaptureException(Kind.FAULT, keys.giveUp(source.description()))
                            : silent ? silence(reading, program) : ended(exit, program)));
        }
    }

    private synchronized void began(CommandReader reading) {
        reader = reading;
    }

    private synchronized void ended(CommandReader reading) {
        earlier = earlier.then(reading.stats())
                .at(1e9 / Math.max(STILLS_NANOS, source.camera().capture().fps().frameNanos()));
        reader = null;
    }

    private static void end(ExternalProgram program, CommandReader reading) throws InterruptedException {
        program.close();
        reading.awaitEnd(DRAIN_MILLIS);
    }

    private synchronized void awaitEnd(ExternalProgram program, CommandReader reading, long startNanos)
            throws InterruptedException {
        while (!stopRequested
                && !reading.over()
                && program.exit().isEmpty()
                && !silent(reading, startNanos)
                && !keys.overdue(System.nanoTime())) {
            wait(TICK_MILLIS);
        }
    }

    /** Returns whether the program has printed nothing for too long, or nothing of its format since the start. */
    private boolean silent(CommandReader reading, long startNanos) {
        boolean begun = reading.stats().frames() > 0;
        long sinceNanos = begun ? reading.lastReadNanos() : startNanos;
        return System.nanoTime() - sinceNanos >= patience(begun).toNanos();
    }

    private Duration patience(boolean begun) {
        return begun ? source.silence() : source.startTimeout();
    }

    private CaptureException silence(CommandReader reading, ExternalProgram program) {
        boolean begun = reading.stats().frames() > 0;
        long seconds = patience(begun).toSeconds();
        boolean other = !begun && reading.printed();
        String what = other
                ? " prints, but no frame was found in it for " + seconds + " seconds; it should print "
                        + reading.stats().format() + "."
                : " has printed nothing for " + seconds + " seconds.";
        return new CaptureException(Kind.FAULT, source.description() + what + lastWords(program));
    }

    private CaptureException ended(Optional<ProgramExit> exit, ExternalProgram program) {
        if (exit.isEmpty()) {
            return new CaptureException(
                    Kind.FAULT, source.description() + " has closed its output." + lastWords(program));
        }
        ProgramExit how = exit.get();
        if (how.notFound()) {
            return new CaptureException(Kind.ABSENT, "A program of the command was not found." + lastWords(program));
        }
        return new CaptureException(
                how.notExecutable() ? Kind.NOT_PERMITTED : Kind.FAULT,
                source.description() + " has ended with " + how.words() + "." + lastWords(program));
    }

    private static String lastWords(ExternalProgram program) {
        List<String> lines = program.lastLines();
        return lines.isEmpty()
                ? ""
                : " It said: \""
                        + String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()))
                        + "\".";
    }

    /** Records that a key frame is wanted. A program cannot be asked for one; if none comes, the program is started anew. */
    @Override
    public void requestKeyFrame() {
        keys.wanted(System.nanoTime());
    }

    /** Does nothing: the program cannot be asked, and there is no reason to start it anew. */
    @Override
    public void suggestKeyFrame() {}

    @Override
    public synchronized void stop() {
        stopRequested = true;
        notifyAll();
    }

    private synchronized boolean stopRequested() {
        return stopRequested;
    }

    private synchronized void changed() {
        notifyAll();
    }

    @Override
    public synchronized SessionStats stats() {
        CommandReader current = reader;
        return current == null ? earlier : earlier.then(current.stats());
    }
}
