package dev.perch.web.ingest;

import dev.perch.camera.Camera;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.memory.Lease;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.PublishedBody;
import dev.perch.source.PublishedSource;
import dev.perch.source.Publisher;
import dev.perch.source.SessionStats;
import dev.perch.source.SourceOutput;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.ingest.PublishAnswers.Outcome;
import dev.perch.web.line.TomcatRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A publisher in the body of a request, which is read without a thread. At the end the container dispatches the request once more, which then finds
 * its {@link Outcome}.
 */
final class BodyPublisher implements Publisher, ReadListener, AsyncListener {
    private static final System.Logger LOG = System.getLogger(BodyPublisher.class.getName());

    private static final String OUTCOME = Outcome.class.getName();
    private static final int READ_BYTES = 16 << 10;

    /** The longest silence of a publisher. */
    private static final int SILENCE_MILLIS = 15_000;

    private final HttpServletRequest request;
    private final Camera camera;
    private final PublishedSource source;
    private final MemoryBudget budget;
    private final Clock clock;
    private final Executor closer;
    private final Lease lease;
    private final byte[] piece = new byte[READ_BYTES];

    private @Nullable AsyncContext async; // guarded by this, like all below
    private PublishedSource.@Nullable Publication publication;
    private boolean over;

    private volatile @Nullable PublishedBody body; // read by any thread for the counts
    private volatile String stopWhy = ""; // set by any thread to make the reading one end

    /**
     * Creates a publisher that has not begun.
     *
     * @param closer ends it if the calling thread may not wait
     * @param lease of the request, closed at the end
     */
    BodyPublisher(
            HttpServletRequest request,
            Camera camera,
            PublishedSource source,
            MemoryBudget budget,
            Clock clock,
            Executor closer,
            Lease lease) {
        this.request = request;
        this.camera = camera;
        this.source = source;
        this.budget = budget;
        this.clock = clock;
        this.closer = closer;
        this.lease = lease;
    }

    /** Returns how a publication in the body of {@code request} ended; null if there was none. */
    static @Nullable Outcome outcome(HttpServletRequest request) {
        return request.getAttribute(OUTCOME) instanceof Outcome known ? known : null;
    }

    /** Begins to publish as soon as the camera takes frames. Returns false if another one publishes. */
    synchronized boolean begin() {
        publication = source.admit(this).orElse(null);
        if (publication == null) {
            over = true;
            lease.close();
            return false;
        }
        try {
            AsyncContext begun = AsyncRequests.start(request);
            async = begun;
            begun.setTimeout(0); // the read notices silence
            begun.addListener(this);
        } finally {
            if (async == null) {
                end(503, "The publisher could not begin.", /* dispatch= */ false);
            }
        }
        return true;
    }

    @Override
    public synchronized void begin(SourceOutput output) {
        AsyncContext begun = async;
        if (over || begun == null) {
            return;
        }
        body = new PublishedBody(source, output, camera.config(), budget, clock, this::goOn);
        begun.start(this::read); // listeners must be set on the container's threads
    }

    /** Continues to read on one of the container's threads, because there is room again. */
    private void goOn() {
        closer.execute(this::readOn);
    }

    private synchronized void readOn() {
        AsyncContext begun = async;
        if (over || begun == null) {
            return;
        }
        try {
            begun.start(this::onDataAvailable);
        } catch (IllegalStateException gone) {
            end(503, "The publisher has gone.", /* dispatch= */ false);
        }
    }

    private synchronized void read() {
        if (over) {
            return;
        }
        try {
            TomcatRequest.readWithin(request, SILENCE_MILLIS);
            TomcatRequest.askForBody(request);
            request.getInputStream().setReadListener(this);
            LOG.log(Level.INFO, "camera {0}: somebody publishes by HTTP.", camera.id());
        } catch (IOException | IllegalStateException gone) {
            end(503, "The publisher was gone before it could begin.", /* dispatch= */ true);
        }
    }

    @Override
    public synchronized void onDataAvailable() {
        PublishedBody taker = body;
        try {
            ServletInputStream in = request.getInputStream();
            while (!over && stopWhy.isEmpty() && taker != null && !taker.full() && in.isReady() && !in.isFinished()) {
                int count = in.read(piece);
                if (count > 0) {
                    taker.bytes(ByteBuffer.wrap(piece, 0, count));
                }
            }
            if (!stopWhy.isEmpty()) {
                end(409, stopWhy, /* dispatch= */ true);
            }
        } catch (CaptureException refused) {
            boolean kind = refused.kind() == CaptureException.Kind.UNSUPPORTED;
            end(kind ? 415 : 503, String.valueOf(refused.getMessage()), /* dispatch= */ true);
        } catch (IOException cut) {
            LOG.log(Level.DEBUG, "a publisher is gone", cut);
            end(503, "The publisher's connection was cut.", /* dispatch= */ false);
        }
    }

    @Override
    public synchronized void onAllDataRead() {
        PublishedBody taker = body;
        try {
            if (taker != null && !over) {
                taker.end();
            }
            end(200, "The publisher has ended.", /* dispatch= */ true);
        } catch (CaptureException refused) {
            end(415, String.valueOf(refused.getMessage()), /* dispatch= */ true);
        }
    }

    /** Ends on another thread: the reading one may hold the lock as long as bytes come. */
    @Override
    public void stop(String why) {
        stopWhy = why;
        closer.execute(() -> end(409, why, /* dispatch= */ true));
    }

    @Override
    public SessionStats stats() {
        PublishedBody taker = body;
        return taker == null ? SessionStats.NONE : taker.stats();
    }

    private synchronized void end(int status, String why, boolean dispatch) {
        if (over) {
            return;
        }
        over = true;
        long frames = stats().frames();
        PublishedBody taker = body;
        if (taker != null) {
            taker.close();
        }
        PublishedSource.Publication held = publication;
        if (held != null) {
            held.end(why);
        }
        lease.close();
        LOG.log(Level.INFO, "camera {0}: {1}", camera.id(), why);
        AsyncContext begun = async;
        if (dispatch && begun != null) {
            request.setAttribute(OUTCOME, new Outcome(camera.id(), status, why, frames));
            try {
                begun.dispatch();
            } catch (IllegalStateException alreadyOver) {
                LOG.log(Level.DEBUG, "the container was faster: it ended the request", alreadyOver);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.log(Level.DEBUG, "a publisher's request failed", failure);
        end(503, "The publisher has gone, or sent nothing for 15 s.", /* dispatch= */ false);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end(503, "The publisher has gone.", /* dispatch= */ false);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end(503, "The publisher has gone.", /* dispatch= */ true);
    }

    @Override
    public void onError(AsyncEvent event) {
        end(503, "The publisher has gone, or sent nothing for 15 s.", /* dispatch= */ false);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // the second dispatch sends the answer in this way
    }
}
