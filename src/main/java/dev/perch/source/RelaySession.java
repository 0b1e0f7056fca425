package dev.perch.source;

import dev.perch.config.Redaction;
import dev.perch.http.HttpAnswer;
import dev.perch.http.HttpBody;
import dev.perch.http.HttpRequest;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One session of another server's stream. A single thread requests, reads and publishes; it exists only while somebody watches. */
final class RelaySession implements Source.Session {
    private static final Logger LOG = System.getLogger(RelaySession.class.getName());

    /** As much as a good camera sends at once. */
    private static final int READ_BYTES = 64 << 10;

    /** The heap of the request and of a reader of parts. */
    private static final int BESIDE_BYTES = 16 << 10;

    private final RelaySource source;
    private final SourceOutput output;
    private final Redaction redaction;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final HttpRequest request;
    private volatile @Nullable FarStream stream; // written by the session's thread, read by pages
    private Source.@Nullable Session other; // continues in place of this session; guarded by this

    RelaySession(RelaySource source, SourceOutput output) {
        this.source = source;
        this.output = output;
        this.redaction = Redaction.ofCommand(List.of(source.url().text()));
        this.request = new HttpRequest(
                source.address(),
                Map.of(
                        "User-Agent",
                        "Perch",
                        "Accept",
                        "*/*",
                        "Accept-Encoding",
                        "identity",
                        Source.RELAY_HEADER,
                        source.chain().header()),
                source.connectPatience(),
                source.answerPatience());
    }

    /** Runs the session on its own thread. */
    void run() {
        Optional<CaptureException> reason = Optional.empty();
        boolean over = true;
        try {
            over = read();
        } catch (CaptureException trouble) {
            reason = Optional.of(trouble);
        } catch (IOException broken) {
            reason = Optional.of(new RelayTrouble(source.description()).of(broken, stream != null));
        } catch (BudgetExceededException full) {
            reason = Optional.of(new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full));
        } catch (RuntimeException | Error bug) {
            source.arenas().budget().faults().tell("the session of " + source.description(), bug);
            LOG.log(
                    Level.ERROR,
                    "Reading " + source.description() + " failed; this is a bug in Perch. " + redaction.trace(bug));
            reason = Optional.of(new CaptureException(
                    Kind.FAULT,
                    "Reading " + source.description() + " ended by a defect of Perch: "
                            + redaction.redact(bug.toString())));
        } finally {
            request.close();
            if (over) {
                output.ended(stopped() ? Optional.empty() : reason);
            } else {
                goOnByFfmpeg();
            }
        }
    }

    /**
     * Reads until the session is asked to stop.
     *
     * @return false if ffmpeg must read the stream instead
     */
    private boolean read() throws IOException, CaptureException, BudgetExceededException {
        HttpAnswer answer = request.send();
        if (answer.status() != 200) {
            throw new RelayTrouble(source.description()).of(answer, redaction);
        }
        FarFormat format = FarFormat.ofType(answer.mediaType(), source.description());
        if (compressed(answer)) {
            return false;
        }
        byte[] bytes = new byte[READ_BYTES];
        ByteBuffer piece = ByteBuffer.wrap(bytes);
        int count = 0;
        if (format == FarFormat.UNTOLD) {
            count = first(answer.body(), bytes);
            format = FarFormat.ofBytes(piece.limit(count));
        }
        if (!format.readHere()) {
            return false;
        }
        FarStream frames = stream(format, FarFormat.unparted(piece.clear().limit(count)));
        stream = frames;
        request.patience(source.silence());
        try (GrowingLease held = new GrowingLease(
                source.arenas().budget(),
                source.camera().id() + " relay",
                "cameras." + source.camera().id() + ".size")) {
            held.cover(BESIDE_BYTES + READ_BYTES + frames.heldBytes());
            frames.bytes(piece);
            return frames(answer.body(), frames, piece, held);
        } finally {
            frames.abandon();
        }
    }

    /** Returns whether a server compresses though it was told not to: ffmpeg undoes that. */
    private static boolean compressed(HttpAnswer answer) {
        return answer.header("content-encoding")
                .filter(coding -> !coding.equalsIgnoreCase("identity"))
                .isPresent();
    }

    private static int first(HttpBody body, byte[] bytes) throws IOException {
        int filled = 0;
        for (int count = 0; count >= 0 && filled < FarFormat.NEEDED_BYTES; ) {
            filled += count;
            count = body.read(bytes, filled, FarFormat.NEEDED_BYTES - filled);
        }
        return filled;
    }

    /**
     * Returns the reader for a format.
     *
     * @param unparted whether images follow each other without multipart heads
     */
    private FarStream stream(FarFormat format, boolean unparted) {
        source.learned(format == FarFormat.PARTS ? PixelFormat.MJPG : PixelFormat.H264);
        if (format == FarFormat.PARTS) {
            return new FarPictures(source, output, unparted, () -> !stopped());
        }
        if (format == FarFormat.MOVIE) {
            return new FarMovie(source, output, () -> !stopped());
        }
        source.learned(/* sounds= */ false);
        return new FarAnnexB(source, output);
    }

    private boolean frames(HttpBody body, FarStream frames, ByteBuffer piece, GrowingLease held)
            throws IOException, CaptureException, BudgetExceededException {
        long lastNanos = System.nanoTime();
        long before = 0;
        int count = body.read(piece.array(), piece.arrayOffset(), READ_BYTES);
        while (count >= 0 && !stopped()) {
            frames.bytes(piece.clear().limit(count));
            held.cover(BESIDE_BYTES + READ_BYTES + frames.heldBytes());
            if (frames instanceof FarMovie movie && !movie.refused().isEmpty()) {
                LOG.log(Level.INFO, source.description() + ": " + movie.refused() + " ffmpeg reads it.");
                return false;
            }
            long nowNanos = System.nanoTime();
            if (frames.frames() != before) {
                before = frames.frames();
                lastNanos = nowNanos;
            } else if (nowNanos - lastNanos > source.silence().toNanos()) {
                throw new CaptureException(
                        Kind.FAULT,
                        source.description() + " has sent no picture for "
                                + source.silence().toSeconds() + " seconds.");
            }
            count = body.read(piece.array(), piece.arrayOffset(), READ_BYTES);
        }
        if (!stopped()) {
            throw new CaptureException(Kind.FAULT, source.description() + " has ended the stream.");
        }
        return true;
    }

    private void goOnByFfmpeg() {
        synchronized (this) {
            if (!stopped()) {
                try {
                    other = source.byFfmpeg().start(output);
                } catch (RuntimeException | Error bug) { // for instance no thread left on the machine
                    output.ended(Optional.of(new CaptureException(
                            Kind.FAULT, source.description() + " could not be handed on to ffmpeg: " + bug, bug)));
                    throw bug;
                }
                return;
            }
        }
        output.ended(Optional.empty());
    }

    /** Does nothing: a server sends a key frame to each new viewer, and cannot be asked for another. */
    @Override
    public void requestKeyFrame() {}

    @Override
    public void stop() {
        Source.Session instead;
        synchronized (this) {
            stop.countDown();
            instead = other;
        }
        request.close();
        if (instead != null) {
            instead.stop();
        }
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    @Override
    public SessionStats stats() {
        Source.Session instead;
        synchronized (this) {
            instead = other;
        }
        FarStream current = stream;
        return instead != null ? instead.stats() : current == null ? SessionStats.NONE : current.stats();
    }
}
