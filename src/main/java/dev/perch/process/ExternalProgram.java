package dev.perch.process;

import dev.perch.config.Redaction;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A running program in its own session ({@code setsid} of util-linux). Its stderr goes to the log. {@link #close} ends it with all its descendants:
 * no process, thread or descriptor is left.
 *
 * <p>Its stdout is read by one thread; all else is safe from any thread.
 */
public final class ExternalProgram implements AutoCloseable {
    /** The program's stdin. */
    public enum Stdin {
        /** Empty. */
        NONE,
        /** A pipe: {@link ExternalProgram#stdin}. */
        PIPE
    }

    /**
     * How long SIGTERM may take: a camera program releases its device within this, and the whole end stays below the 3 s that a camera waits for its
     * source.
     */
    private static final long TERM_NANOS = 2_000_000_000;

    /**
     * How long the end of stdin may take: a program that reads stdin ends by itself then (ffmpeg within 35 ms), while an ffmpeg that waits for input
     * notices SIGTERM only at the next byte and would survive until SIGKILL.
     */
    private static final long END_OF_INPUT_NANOS = 400_000_000;

    private static final long HURRY_NANOS = 300_000_000;

    /**
     * The least wait after SIGKILL, which needs no cooperation, except from a process stuck in a driver. A busy small machine takes a while to
     * release a large process.
     */
    private static final long LEAST_KILL_NANOS = 500_000_000;

    /** The time for the whole end; SIGKILL gets what is left. */
    private static final long END_NANOS = 2_700_000_000L;

    private static final long LAST_WORDS_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(ExternalProgram.class.getName());

    private final String name;
    private final Process process;
    private final Descendants descendants;
    private final ErrorLines errors;
    private final Optional<InputPipe> stdin;
    private volatile long termNanos = TERM_NANOS; // written by any thread, read by the closing one

    private ExternalProgram(String name, Process process, Descendants descendants, Stdin stdin, ErrorLines errors) {
        this.name = name;
        this.process = process;
        this.descendants = descendants;
        this.errors = errors;
        this.stdin = stdin == Stdin.PIPE ? Optional.of(new InputPipe(process.getOutputStream())) : Optional.empty();
    }

    /**
     * Starts {@code command}, whose first word is looked up in PATH. A program that does not exist is reported by {@link #exit}, with status 127.
     *
     * @param name for the log and the threads' names
     * @param command the program and its arguments, passed on as they are
     * @throws ProgramException if no process can be made
     */
    public static ExternalProgram start(String name, List<String> command, Stdin stdin) throws ProgramException {
        return start(name, command, stdin, Redaction.ofCommand(command), UnaryOperator.identity());
    }

    /**
     * Starts a program whose stderr the caller reads too.
     *
     * @param redaction removes the secrets from the output; it may know more secrets than the command holds
     * @param reader gets each line of stderr on a separate thread, and returns the part to keep and log; empty for nothing
     * @throws ProgramException if no process can be made
     */
    public static ExternalProgram start(
            String name, List<String> command, Stdin stdin, Redaction redaction, UnaryOperator<String> reader)
            throws ProgramException {
        Descendants descendants = new Descendants();
        List<String> words = new ArrayList<>(List.of("setsid", "--"));
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put(descendants.variable(), descendants.mark());
        if (stdin == Stdin.NONE) {
            builder.redirectInput(new File("/dev/null"));
        }
        try {
            Process process = builder.start();
            descendants.leader(process.pid()); // setsid runs in place of the process: it leads no group yet
            ErrorLines errors = new ErrorLines(name, process.getErrorStream(), redaction, reader);
            ExternalProgram program = new ExternalProgram(name, process, descendants, stdin, errors);
            program.errors.start();
            return program;
        } catch (IOException refused) {
            throw new ProgramException(
                    redaction.redact(
                            "The program " + command.get(0) + " cannot be started: " + refused.getMessage() + "."),
                    refused);
        }
    }

    /** Returns the program's output, which ends with its first process. A read waits; {@link #close} ends it. */
    public InputStream stdout() {
        return process.getInputStream();
    }

    /** Returns the program's input. Bytes written with {@link Stdin#NONE} go nowhere. */
    public OutputStream stdin() {
        return stdin.isPresent() ? stdin.get() : process.getOutputStream();
    }

    /** Returns how the first process ended; empty while it runs. */
    public Optional<ProgramExit> exit() {
        return process.isAlive() ? Optional.empty() : Optional.of(new ProgramExit(process.exitValue()));
    }

    /** Waits for the first process's end and returns it; empty if it takes longer. */
    public Optional<ProgramExit> awaitExit(long millis) {
        try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        return exit();
    }

    /** Returns the last lines of stderr, oldest first, at most ten; complete after {@link #close}. */
    public List<String> lastLines() {
        return errors.last();
    }

    /** Stops logging stderr. Called before a wanted end, about which programs complain. */
    public void hush() {
        errors.hush();
    }

    /** Shortens the time after SIGTERM: the program has nothing to lose, and may be waiting where it does not notice a signal. */
    public void hurry() {
        termNanos = HURRY_NANOS;
    }

    /**
     * Ends the program and its descendants: by the end of stdin if that is a pipe, then by SIGTERM, then by SIGKILL. Waits at most 3 s. A second call
     * checks again.
     */
    @Override
    public void close() {
        long beganNanos = System.nanoTime();
        if (stdin.isPresent() && stdin.get().endNow()) {
            awaitExit(TimeUnit.NANOSECONDS.toMillis(END_OF_INPUT_NANOS));
        }
        boolean ended = end(termNanos, /* force= */ false);
        long leftNanos = END_NANOS - (System.nanoTime() - beganNanos);
        if (!ended && !end(Math.max(LEAST_KILL_NANOS, leftNanos), /* force= */ true)) {
            LOG.log(Level.WARNING, "{0}: some of its processes do not end: {1}", name, descendants.alive());
        }
        awaitExit(LAST_WORDS_MILLIS); // for the JVM's own bookkeeping
        errors.awaitEnd(LAST_WORDS_MILLIS);
        close(process.getInputStream());
        close(stdin());
        close(process.getErrorStream());
    }

    /**
     * Signals each process once, and each that appears in the meantime. Returns whether all are gone in time: that is when two looks in a row find
     * none, as one in the middle of execve(2) shows no environment for a moment.
     */
    private boolean end(long patienceNanos, boolean force) {
        long deadlineNanos = System.nanoTime() + patienceNanos;
        long pauseNanos = 1_000_000;
        Set<ProcessHandle> signalled = new HashSet<>();
        for (int looksWithout = 0; ; ) {
            List<ProcessHandle> alive = descendants.alive();
            looksWithout = alive.isEmpty() ? looksWithout + 1 : 0;
            if (looksWithout == 2) {
                return true;
            }
            if (!alive.isEmpty() && System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            for (ProcessHandle one : alive) {
                if (signalled.add(one)) {
                    signal(one, force);
                }
            }
            LockSupport.parkNanos(pauseNanos); // after an interrupt this is a busy wait, bounded by the deadline
            pauseNanos = Math.min(pauseNanos * 2, 50_000_000);
        }
    }

    private static void signal(ProcessHandle one, boolean force) {
        boolean sent = force ? one.destroyForcibly() : one.destroy();
        if (!sent && one.isAlive()) {
            LOG.log(Level.DEBUG, "process {0} takes no signal", one.pid());
        }
    }

    private void close(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception unflushed) {
            LOG.log(Level.DEBUG, name + ": a pipe was closed with bytes in it", unflushed);
        }
    }
}
