package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.Redaction;
import dev.perch.flv.FlvReader;
import dev.perch.flv.TrackReader;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A published MPEG transport stream, which ffmpeg turns into FLV: the picture is copied, sound other than AAC is encoded. One thread writes to ffmpeg
 * and one reads from it, so that the thread that gives bytes never waits for ffmpeg.
 */
final class PublishedTransport implements PublishedKind {
    private static final System.Logger LOG = System.getLogger(PublishedTransport.class.getName());

    private static final int QUEUE_BYTES = 256 << 10;
    private static final int PIECE_BYTES = 32 << 10; // the most bytes given at once
    private static final int READ_BYTES = 32 << 10;
    private static final long LAST_FRAMES_MILLIS = 2_000;

    private final CameraConfig camera;
    private final Runnable roomy;
    private final PublishedTags tags;
    private final FlvReader flv;
    private final ExternalProgram program;
    private final Thread reading;
    private final byte[] queue = new byte[QUEUE_BYTES]; // guarded by this, like all below
    private int queueAt;
    private int queued;
    private boolean awaited; // whether the giver waits for room
    private boolean ended; // whether the last bytes were given
    private boolean over; // whether ffmpeg gives nothing more
    private boolean closed;

    private PublishedTransport(CameraConfig camera, PublishedTags tags, ExternalProgram program, Runnable roomy) {
        this.camera = camera;
        this.roomy = roomy;
        this.tags = tags;
        this.flv = new FlvReader(tags.sink());
        this.program = program;
        this.reading = thread("flv", this::read);
    }

    /**
     * Starts ffmpeg.
     *
     * @param roomy called on any thread when there is room again
     * @throws CaptureException if the picture's coding is not accepted, or no program can be started
     */
    static PublishedTransport start(
            PublishedSource source, PublishedTags tags, CameraConfig camera, TransportTables tables, Runnable roomy)
            throws CaptureException {
        if (tables.known() && !tables.h264()) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    tables.picture().isEmpty()
                            ? "The MPEG-TS has no picture: H.264 is taken."
                            : "The picture is " + tables.picture() + ": H.264 is taken.");
        }
        List<String> words = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostdin", "-nostats"));
        words.addAll(List.of("-loglevel", "error", "-threads", "1", "-fpsprobesize", "0"));
        words.addAll(List.of("-probesize", "300000", "-analyzeduration", "1000000", "-f", "mpegts", "-i", "pipe:0"));
        words.addAll(new Conversion(/* picture= */ false, /* sound= */ !tables.aac(), !source.wantsSound())
                .words(camera.quality()));
        try {
            ExternalProgram program = ExternalProgram.start(
                    camera.id(),
                    words,
                    ExternalProgram.Stdin.PIPE,
                    Redaction.ofCommand(List.of()),
                    UnaryOperator.identity());
            PublishedTransport begun = new PublishedTransport(camera, tags, program, roomy);
            begun.reading.start();
            begun.thread("ts", begun::write).start();
            return begun;
        } catch (ProgramException refused) {
            throw new CaptureException(Kind.FAULT, String.valueOf(refused.getMessage()), refused);
        }
    }

    private Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, "perch-" + camera.id() + "-" + name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public synchronized void bytes(ByteBuffer piece) throws CaptureException {
        if (over) {
            throw trouble();
        }
        if (piece.remaining() > QUEUE_BYTES - queued) {
            throw new IllegalStateException("more is given than there is room for");
        }
        while (piece.hasRemaining()) {
            int at = (queueAt + queued) % QUEUE_BYTES;
            int count = Math.min(piece.remaining(), QUEUE_BYTES - at);
            piece.get(queue, at, count);
            queued += count;
        }
        notifyAll();
    }

    @Override
    public synchronized boolean full() {
        awaited = !over && QUEUE_BYTES - queued < PIECE_BYTES;
        return awaited;
    }

    private CaptureException trouble() {
        if (program.exit().filter(exit -> exit.notFound()).isPresent()) {
            return new CaptureException(
                    Kind.FAULT, "To take MPEG-TS the program ffmpeg is needed (Debian: apt install ffmpeg).");
        }
        if (!tags.refusedPicture().isEmpty()) {
            return new CaptureException(Kind.UNSUPPORTED, tags.refusedPicture());
        }
        List<String> lines = program.lastLines();
        return new CaptureException(
                Kind.UNSUPPORTED,
                "ffmpeg cannot read the MPEG-TS"
                        + (lines.isEmpty() ? "." : ": \"" + lines.get(lines.size() - 1) + "\"."));
    }

    // ---- the thread that writes

    private void write() {
        byte[] piece = new byte[PIECE_BYTES];
        try (OutputStream in = program.stdin()) {
            int count = take(piece);
            while (count > 0) {
                in.write(piece, 0, count);
                in.flush();
                count = take(piece);
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "ffmpeg takes nothing more", gone);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for bytes and returns their number; 0 at the end. */
    private int take(byte[] piece) throws InterruptedException {
        boolean again;
        int count;
        synchronized (this) {
            while (queued == 0 && !ended && !over && !closed) {
                wait();
            }
            if (closed || over) {
                return 0;
            }
            count = Math.min(Math.min(queued, PIECE_BYTES), QUEUE_BYTES - queueAt);
            System.arraycopy(queue, queueAt, piece, 0, count);
            queueAt = (queueAt + count) % QUEUE_BYTES;
            queued -= count;
            again = awaited && QUEUE_BYTES - queued >= PIECE_BYTES;
            awaited &= !again;
        }
        if (again) {
            roomy.run();
        }
        return count;
    }

    // ---- the thread that reads

    private void read() {
        byte[] bytes = new byte[READ_BYTES];
        try (InputStream out = program.stdout()) {
            int count = out.read(bytes);
            while (count >= 0 && publish(ByteBuffer.wrap(bytes, 0, count))) {
                count = out.read(bytes);
            }
        } catch (IOException closedMeanwhile) {
            LOG.log(Level.DEBUG, "the output of ffmpeg was closed", closedMeanwhile);
        } catch (MalformedBitstreamException notFlv) {
            LOG.log(Level.WARNING, "camera {0}: ffmpeg wrote something that is no FLV: {1}", camera.id(), notFlv);
        } finally {
            boolean waiting;
            synchronized (this) {
                over = true;
                waiting = awaited;
                awaited = false;
                if (!closed) {
                    tags.abandon();
                }
                notifyAll();
            }
            if (waiting) {
                roomy.run();
            }
        }
    }

    private synchronized boolean publish(ByteBuffer piece) throws MalformedBitstreamException {
        if (closed) {
            return false;
        }
        flv.bytes(piece);
        return tags.refusedPicture().isEmpty();
    }

    @Override
    public void end() throws CaptureException {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        try {
            reading.join(LAST_FRAMES_MILLIS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        if (!tags.pictured()) {
            throw trouble();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!closed && !over) {
                tags.abandon();
            }
            closed = true;
            notifyAll();
        }
        program.hush();
        program.hurry();
        program.close();
    }

    @Override
    public int heldBytes() {
        return QUEUE_BYTES + PIECE_BYTES + READ_BYTES + TrackReader.HELD_BYTES;
    }

    @Override
    public SessionStats stats() {
        return tags.stats();
    }
}
