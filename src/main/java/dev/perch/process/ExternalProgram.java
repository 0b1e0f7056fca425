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
 * A running program in a session of its own ({@code setsid} of util-linux). What it writes to stderr goes to the log. {@link #close} ends it
 * with everything that it started: no process, thread or descriptor is left.
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

    /** A camera program lets its device go within this; a program's whole end is below the 3 s that a camera waits for its source. */
    private static final long TERM_NANOS = 2_000_000_000;

    /**
     * A program that reads its stdin ends by itself when that ends (ffmpeg within 35 ms), while SIGTERM is heard only at the next byte: an ffmpeg that waits
     * for input outlives it until SIGKILL.
     */
    private static final long END_OF_INPUT_NANOS = 400_000_000;

    private static final long HURRY_NANOS = 300_000_000;

    /** SIGKILL needs no cooperation, but for a process that is stuck in a driver. A busy small machine takes a while to take a large one apart. */
    private static final long LEAST_KILL_NANOS = 500_000_000;

    /** What is left of this after the gentler ways is granted to SIGKILL. */
    private static final long END_NANOS = 2_700_000_000L;

    private static final long LAST_WORDS_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(ExternalProgram.class.getName());

    private final String name;
    private final Process process;
    private final Descendants descendants;
    private final ErrorLines errors;
    private final Optional<InputPipe> stdin;
    private volatile long termNanos = TERM_NANOS; // any thread writes, whoever closes reads

    private ExternalProgram(String name, Process process, Descendants descendants, Stdin stdin, ErrorLines errors) {
        this.name = name;
        this.process = process;
        this.descendants = descendants;
        this.errors = errors;
        this.stdin = stdin == Stdin.PIPE ? Optional.of(new InputPipe(process.getOutputStream())) : Optional.empty();
    }

    /**
     * Starts {@code command}, whose first word is looked up in PATH; a program that is not there is told by {@link #exit}, with status 127.
     *
     * @param name for the log and the threads' names
     * @param command the program and its arguments, handed over as they are
     * @throws ProgramException when no process can be made
     */
    public static ExternalProgram start(String name, List<String> command, Stdin stdin) throws ProgramException {
        return start(name, command, stdin, Redaction.ofCommand(command), UnaryOperator.identity());
    }

    /**
     * Starts a program whose stderr is read by the caller too.
     *
     * @param redaction takes the secrets out of what it prints: it may know more of them than its command has
     * @param reader reads each line of stderr, on a thread of its own; returns what of it is kept and logged, empty where that is nothing
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
            descendants.leader(process.pid()); // setsid executes in its place: it leads no group yet
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

    /** Returns its output, which ends with its first process. A read waits; {@link #close} ends it. */
    public InputStream stdout() {
        return process.getInputStream();
    }

    /** Returns its input. What is written with {@link Stdin#NONE} goes nowhere. */
    public OutputStream stdin() {
        return stdin.isPresent() ? stdin.get() : process.getOutputStream();
    }

    /** Returns how its first process ended; empty while that runs. */
    public Optional<ProgramExit> exit() {
        return process.isAlive() ? Optional.empty() : Optional.of(new ProgramExit(process.exitValue()));
    }

    /** Waits for the first process's end and returns it; empty if it does not come in time. */
    public Optional<ProgramExit> awaitExit(long millis) {
        try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        return exit();
    }

    /** Returns the last lines that it wrote to stderr, oldest first, at most ten; complete after {@link #close}. */
    public List<String> lastLines() {
        return errors.last();
    }

    /** Keeps its stderr out of the log from now on. Called before an end that is wanted, of which programs complain. */
    public void hush() {
        errors.hush();
    }

    /** Gives it a short time only to end after SIGTERM: it has nothing to lose, and may be waiting where it hears no signal. */
    public void hurry() {
        termNanos = HURRY_NANOS;
    }

    /**
     * Ends it and all that it started: by the end of its stdin, where that is a pipe, then by SIGTERM, then by SIGKILL. Waits for that, at most
     * 3 s. Closing it again looks again.
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
        awaitExit(LAST_WORDS_MILLIS); // of the JVM's own bookkeeping
        errors.awaitEnd(LAST_WORDS_MILLIS);
        close(process.getInputStream());
        close(stdin());
        close(process.getErrorStream());
    }

    /**
     * Signals each of them once, and each that appears meanwhile. Returns whether all are gone in time. They are gone when two looks in a row find none:
     * one that is in the middle of execve(2) shows no environment for a moment.
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
            LockSupport.parkNanos(pauseNanos); // an interrupt makes this a busy wait, bounded by the deadline
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
