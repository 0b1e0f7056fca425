package dev.perch.ingest;

import dev.perch.media.Clock;
import dev.perch.rtmp.RtmpException;
import dev.perch.rtmp.RtmpServer;
import dev.perch.source.PublishedSource;
import dev.perch.source.PublishedTags;
import dev.perch.source.Publisher;
import dev.perch.source.SessionStats;
import dev.perch.source.SourceOutput;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A publisher by RTMP. Used by the port's thread, except where the source calls. */
final class RtmpPublisher implements Publisher {
    private static final System.Logger LOG = System.getLogger(RtmpPublisher.class.getName());

    /** How long a publisher may send nothing, or no picture at its beginning. */
    private static final long SILENCE_NANOS = 15_000_000_000L;

    private final String camera;
    private final PublishedSource source;
    private final RtmpServer session;
    private final Clock clock;
    private final Consumer<Runnable> later;
    private final Consumer<String> stopped;
    private PublishedSource.@Nullable Publication publication;
    private long beganNanos;
    private boolean over;
    private String soundTold = "";
    private volatile @Nullable PublishedTags tags; // read by any thread for the counts

    /**
     * Creates a publisher that has not begun.
     *
     * @param later runs a task soon on the port's thread
     * @param stopped called on that thread with the reason to end the connection
     */
    RtmpPublisher(
            String camera,
            PublishedSource source,
            RtmpServer session,
            Clock clock,
            Consumer<Runnable> later,
            Consumer<String> stopped) {
        this.camera = camera;
        this.source = source;
        this.session = session;
        this.clock = clock;
        this.later = later;
        this.stopped = stopped;
        this.beganNanos = clock.nanoTime();
    }

    /** Asks the camera to accept it. Returns false if another one publishes. */
    boolean admit() {
        publication = source.admit(this).orElse(null);
        return publication != null;
    }

    @Override
    public void begin(SourceOutput output) {
        later.accept(() -> accept(output));
    }

    private void accept(SourceOutput output) {
        if (over) {
            return;
        }
        PublishedTags taken = new PublishedTags(source, output, clock);
        tags = taken;
        beganNanos = clock.nanoTime();
        try {
            session.acceptPublish(taken.sink());
            LOG.log(Level.INFO, "camera {0}: somebody publishes by RTMP.", camera);
        } catch (RtmpException | IllegalStateException gone) {
            stopped.accept("The publisher was gone before it could begin.");
        }
    }

    @Override
    public void stop(String why) {
        later.accept(() -> {
            if (!over) {
                stopped.accept(why);
            }
        });
    }

    @Override
    public SessionStats stats() {
        PublishedTags taken = tags;
        return taken == null ? SessionStats.NONE : taken.stats();
    }

    /** Returns why the publication cannot go on, as a sentence; empty if it can. */
    String trouble(long nowNanos, long lastReadNanos) {
        PublishedTags taken = tags;
        if (taken == null) {
            return nowNanos - beganNanos > SILENCE_NANOS ? "The camera takes no pictures." : "";
        }
        if (!taken.refusedPicture().isEmpty()) {
            return taken.refusedPicture();
        }
        if (!taken.refusedSound().equals(soundTold)) {
            soundTold = taken.refusedSound();
            LOG.log(Level.WARNING, "camera {0}: {1} The picture goes on without sound.", camera, soundTold);
        }
        if (nowNanos - lastReadNanos > SILENCE_NANOS) {
            return "The publisher has sent nothing for 15 s.";
        }
        return !taken.pictured() && nowNanos - beganNanos > SILENCE_NANOS
                ? "The publisher has sent no picture for 15 s."
                : "";
    }

    /** Ends the publication. Does nothing the second time. */
    void end(String why) {
        if (over) {
            return;
        }
        over = true;
        PublishedTags taken = tags;
        if (taken != null) {
            taken.abandon();
            LOG.log(Level.INFO, "camera {0}: {1}", camera, why);
        }
        PublishedSource.Publication held = publication;
        if (held != null) {
            held.end(why);
        }
    }
}
