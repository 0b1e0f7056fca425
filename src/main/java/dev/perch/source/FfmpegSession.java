package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.BudgetExceededException;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ExternalProgram.Stdin;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One session of an input that ffmpeg reads. Its thread starts ffmpeg, watches it while another thread reads, and ends it. */
final class FfmpegSession implements Source.Session {
    private static final Logger LOG = System.getLogger(FfmpegSession.class.getName());

    /** The interval of the checks for silence. An end of ffmpeg is noticed at once. */
    private static final long TICK_MILLIS = 500;

    private static final long DRAIN_MILLIS = 1_000;

    /** A file that is begun anew by another run is begun so often at most, however short it is. */
    private static final long LEAST_LAP_NANOS = 1_000_000_000L;

    /** A file is there or is not: nothing but a slow machine, on which ffmpeg takes long to load, keeps its first frame away. */
    private static final Duration LEAST_OF_FILE = Duration.ofSeconds(30);

    /** The most runs of one start: picture and sound may each need another run. */
    private static final int MOST_RUNS = 4;

    private final FfmpegSource source;
    private final SourceOutput output;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final StreamClock clock;
    private @Nullable FlvPipe pipe; // guarded by this, like the field below
    private SessionStats earlier = SessionStats.NONE;

    FfmpegSession(FfmpegSource source, SourceOutput output) {
        this.source = source;
        this.output = output;
        this.clock = new StreamClock(source.clock(), stop);
    }

    /** Runs the session on its own thread. */
    void run() {
        Optional<CaptureException> reason = Optional.empty();
        try {
            reason = SessionBody.run(
                    "Reading " + source.description(),
                    source.description(),
                    source.input().redaction(),
                    source.arenas(),
                    this::runPrograms);
        } finally {
            output.ended(stopped() ? Optional.empty() : reason);
        }
    }

    private Optional<CaptureException> runPrograms()
            throws ProgramException, BudgetExceededException, InterruptedException {
        for (int runs = 0; runs < MOST_RUNS && !stopped(); runs++) {
            clock.restart();
            long startNanos = System.nanoTime();
            FfmpegReport report = new FfmpegReport(source::news, this::changed);
            Optional<CaptureException> reason = runProgram(report);
            if (reason.filter(why -> why.kind() == Kind.ENDED).isPresent()
                    && source.input().looped()) {
                runs = 0; // some files ffmpeg cannot go back to the start of: playlists of HLS, and bare H.264
                awaitNextLap(startNanos);
            } else if (reason.isPresent() || stopped()) {
                return reason;
            }
        }
        return stopped()
                ? Optional.empty()
                : Optional.of(new CaptureException(
                        Kind.UNSUPPORTED, source.description() + " cannot be made H.264 by ffmpeg."));
    }

    private void awaitNextLap(long startNanos) throws InterruptedException {
        stop.await(LEAST_LAP_NANOS - (System.nanoTime() - startNanos), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs ffmpeg once.
     *
     * @return why the session fails; empty if it was asked to stop, or ffmpeg must run again to encode what it found
     */
    private Optional<CaptureException> runProgram(FfmpegReport report)
            throws ProgramException, BudgetExceededException, InterruptedException {
        if (!source.writable()) {
            return Optional.of(new FfmpegTrouble(source, report).unwritable());
        }
        if (source.input().pace() != FfmpegInput.Pace.GROWING) {
            return runProgram(report, /* growing= */ null);
        }
        try (GrowingFile growing = source.openGrowing()) {
            return runProgram(report, growing);
        } catch (IOException unreadable) {
            return Optional.of(new FfmpegTrouble(source, report).unreadable(unreadable));
        }
    }

    private Optional<CaptureException> runProgram(FfmpegReport report, @Nullable GrowingFile growing)
            throws ProgramException, BudgetExceededException, InterruptedException {
        FlvPipe.Parts parts = new FlvPipe.Parts(output, report, clock, stop, this::changed);
        long startNanos = System.nanoTime();
        try (FlvPipe reading = new FlvPipe(source, parts);
                ExternalProgram program = start(report, growing)) {
            began(reading);
            reading.start(program);
            awaitEnd(program, reading, report, startNanos);
            boolean silent = program.exit().isEmpty() && !reading.over();
            if (reading.over()) {
                program.awaitExit(DRAIN_MILLIS);
            }
            Optional<ProgramExit> exit = program.exit();
            if (exit.isPresent()) {
                reading.awaitEnd(DRAIN_MILLIS);
            }
            end(program, reading); // ffmpeg's last lines are complete after this
            ended(reading);
            if (reading.stats().frames() > 0) {
                source.forgetNews();
            }
            if (stopped() || source.learn(report, reading.refusedPicture(), reading.refusedSound())) {
                return Optional.empty();
            }
            FfmpegTrouble trouble = new FfmpegTrouble(source, report);
            return Optional.of(reading.fault()
                    .orElseGet(() -> silent
                            ? trouble.silence(patience(reading))
                            : trouble.end(exit, reading.stats().frames() > 0)));
        }
    }

    private static void end(ExternalProgram program, FlvPipe reading) throws InterruptedException {
        program.hush();
        program.hurry();
        program.close();
        reading.awaitEnd(DRAIN_MILLIS);
    }

    private ExternalProgram start(FfmpegReport report, @Nullable GrowingFile growing) throws ProgramException {
        FfmpegInput input = source.input();
        List<String> words = new ArrayList<>(
                List.of(source.program(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info"));
        if (!source.plan().picture()) {
            words.addAll(List.of("-threads", "1")); // the decoder only sees the first pictures: 1 MB less
        }
        words.addAll(input.words());
        words.addAll(source.plan().words(source.camera().quality()));
        ExternalProgram program = ExternalProgram.start(
                source.camera().id(),
                words,
                input.list().isPresent() || growing != null ? Stdin.PIPE : Stdin.NONE,
                input.redaction(),
                report);
        if (growing != null) {
            growing.start(source.camera().id(), program.stdin());
        }
        input.list().ifPresent(list -> give(list, program.stdin()));
        return program;
    }

    private static void give(String list, OutputStream stdin) {
        try (stdin) {
            stdin.write(list.getBytes(StandardCharsets.UTF_8));
        } catch (IOException ended) {
            LOG.log(Level.DEBUG, "ffmpeg has ended before its input was given", ended);
        }
    }

    private synchronized void began(FlvPipe reading) {
        pipe = reading;
    }

    private synchronized void ended(FlvPipe reading) {
        earlier = earlier.then(reading.stats());
        pipe = null;
    }

    private synchronized void awaitEnd(ExternalProgram program, FlvPipe reading, FfmpegReport report, long startNanos)
            throws InterruptedException {
        while (!stopped()
                && !reading.over()
                && program.exit().isEmpty()
                && (!report.told() || source.fits(report))
                && !silent(reading, startNanos)) {
            wait(TICK_MILLIS);
        }
    }

    /** Returns whether nothing has come for too long. */
    private boolean silent(FlvPipe reading, long startNanos) {
        boolean begun = reading.stats().frames() > 0;
        boolean patient = reading.printed() && source.input().pace() == FfmpegInput.Pace.GROWING;
        long sinceNanos = begun ? reading.waitingSinceNanos() : startNanos;
        return !patient
                && sinceNanos != 0
                && System.nanoTime() - sinceNanos >= patience(reading).toNanos();
    }

    private Duration patience(FlvPipe reading) {
        if (reading.stats().frames() > 0) {
            return source.silence();
        }
        boolean file = source.input().local() && source.input().pace() == FfmpegInput.Pace.RECORDED;
        boolean brief = source.startTimeout().compareTo(LEAST_OF_FILE) < 0;
        return file && brief ? LEAST_OF_FILE : source.startTimeout();
    }

    /** Does nothing: ffmpeg's input cannot be asked for a key frame. */
    @Override
    public void requestKeyFrame() {}

    @Override
    public synchronized void stop() {
        stop.countDown();
        notifyAll();
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private synchronized void changed() {
        notifyAll();
    }

    @Override
    public synchronized SessionStats stats() {
        FlvPipe current = pipe;
        return current == null ? earlier : earlier.then(current.stats());
    }
}
