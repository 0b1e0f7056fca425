package dev.perch.process;

import dev.perch.config.Redaction;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Reads a program's stderr on its own thread, which ends with the stream. {@value #PER_SECOND} lines a second are logged, the rest is counted in the
 * log; the last {@value #KEPT} are kept, shortened, for {@link #last}. Secrets are removed from both.
 */
final class ErrorLines {
    static final int KEPT = 10;
    static final int PER_SECOND = 10;

    /** Longer than any line that a person reads; the rest is not kept. */
    static final int MAX_LINE_CHARACTERS = 300;

    /** Longer lines are cut, and their last word is dropped: a cut address could show a password whose end is missing. */
    static final int MAX_LINE_BYTES = 4096;

    private static final System.Logger LOG = System.getLogger(ErrorLines.class.getName());
    private static final long SECOND_NANOS = 1_000_000_000;

    private final String name;
    private final InputStream in;
    private final Redaction redaction;
    private final UnaryOperator<String> reader;
    private final Thread thread;
    private final Deque<String> last = new ArrayDeque<>(); // guarded by itself: written by the thread, read by anybody

    private volatile boolean hushed; // written by anybody, read by the thread

    // used by the thread only
    private final byte[] line = new byte[MAX_LINE_BYTES];
    private int lineBytes;
    private boolean cut;
    private long secondBeganNanos;
    private int loggedInSecond;
    private long unlogged;

    /**
     * Creates a reader, which reads nothing before {@link #start}.
     *
     * @param reader gets each line without its secrets, and returns the part to keep and log; empty for nothing
     */
    ErrorLines(String name, InputStream in, Redaction redaction, UnaryOperator<String> reader) {
        this.reader = reader;
        this.name = name;
        this.redaction = redaction;
        this.in = in;
        this.thread = new Thread(this::run, "perch-" + name + "-stderr");
        thread.setDaemon(true);
    }

    void start() {
        secondBeganNanos = System.nanoTime();
        thread.start();
    }

    /** Stops logging lines. {@link #last} still has them. */
    void hush() {
        hushed = true;
    }

    List<String> last() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    /** Waits until the stream has ended. Returns false if that takes longer. */
    boolean awaitEnd(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        byte[] piece = new byte[4096];
        try (in) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                takeAll(piece, count);
            }
        } catch (IOException closed) {
            LOG.log(Level.DEBUG, "{0}: stderr was closed", name);
        }
        endLine();
        tellUnlogged();
    }

    /** Takes all bytes and survives any exception, at the price of a line: a program whose stderr nobody reads would hang. */
    private void takeAll(byte[] piece, int count) {
        try {
            for (int i = 0; i < count; i++) {
                take(piece[i]);
            }
        } catch (RuntimeException | Error fault) {
            lineBytes = 0;
            LOG.log(Level.ERROR, name + ": a line of stderr is lost", fault);
        }
    }

    /** Takes a byte. Programs that show their progress end a line by a carriage return. */
    private void take(byte value) {
        if (value == '\n' || value == '\r') {
            endLine();
        } else if (lineBytes < line.length) {
            line[lineBytes++] = value;
        } else {
            cut = true;
        }
    }

    private void endLine() {
        String said = plain(new String(line, 0, lineBytes, StandardCharsets.UTF_8));
        String text = cut ? redaction.redactCut(said) : redaction.redact(said);
        lineBytes = 0;
        cut = false;
        text = text.isBlank() ? "" : reader.apply(text);
        if (text.isEmpty()) {
            return;
        }
        synchronized (last) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.addLast(text.length() > MAX_LINE_CHARACTERS ? text.substring(0, MAX_LINE_CHARACTERS) : text);
        }
        if (!hushed) {
            log(text);
        }
    }

    private void log(String text) {
        long nowNanos = System.nanoTime();
        if (nowNanos - secondBeganNanos >= SECOND_NANOS) {
            tellUnlogged();
            secondBeganNanos = nowNanos;
            loggedInSecond = 0;
        }
        if (loggedInSecond < PER_SECOND) {
            loggedInSecond++;
            LOG.log(Level.INFO, "{0}: {1}", name, text);
        } else {
            unlogged++;
        }
    }

    private void tellUnlogged() {
        if (unlogged > 0) {
            LOG.log(Level.INFO, "{0}: and {1} more lines", name, unlogged);
            unlogged = 0;
        }
    }

    /** Returns the line without a terminal's colours (ECMA-48 §5.4) and control characters. */
    private static String plain(String text) {
        return text.replaceAll("\u001b\\[[0-?]*[ -/]*[@-~]", "")
                .replaceAll("[\\p{Cc}\\p{Cf}\u2028\u2029]", " ")
                .strip();
    }
}
