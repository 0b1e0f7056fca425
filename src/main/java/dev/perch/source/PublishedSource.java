package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A camera whose frames come from publishers, one at a time. A session lasts as long as a publication, and is started by it. Safe from any thread.
 */
public final class PublishedSource implements Source, Awaited {
    /** A publisher without pictures for this long loses its place. */
    private static final long PICTURELESS_NANOS = 15_000_000_000L;

    /** By then viewers have been told of the end. */
    private static final long RETIRE_NANOS = 2_000_000_000L;

    private static final String NOBODY = "Nobody publishes to this camera yet.";

    private final String camera;
    private final SourceConfig.Publish config;
    private final boolean wantsSound;
    private Runnable changed = () -> {}; // guarded by this, like all below
    private @Nullable Publication current;
    private String absence = NOBODY;
    private PixelFormat format = PixelFormat.H264; // of the latest publication
    private boolean sounded;
    private long absentNanos; // when the absence of publishers was first seen; 0 while there is one
    private boolean retired;

    /**
     * Creates a source without a publisher.
     *
     * @param camera has a {@link SourceConfig.Publish} as its source
     */
    public PublishedSource(CameraConfig camera) {
        if (!(camera.source() instanceof SourceConfig.Publish given)) {
            throw new IllegalArgumentException("not published: source=" + camera.source());
        }
        this.camera = camera.id();
        this.config = given;
        this.wantsSound = camera.sound().on();
    }

    /** Returns the key that publishers must show; empty if only this machine may publish. */
    public String key() {
        return config.key();
    }

    /** Returns true if a publisher's sound is accepted. */
    public boolean wantsSound() {
        return wantsSound;
    }

    /**
     * Admits a publisher. Its {@link Publisher#begin} is called as soon as the camera takes frames. An earlier publisher is ended if the
     * configuration says so.
     *
     * @return empty if another one publishes already
     */
    public Optional<Publication> admit(Publisher publisher) {
        Publication admitted = new Publication(publisher);
        Publication replaced;
        Runnable told;
        synchronized (this) {
            if (retired || (current != null && !config.replace())) {
                return Optional.empty();
            }
            replaced = current;
            current = admitted;
            told = changed;
        }
        if (replaced != null) {
            replaced.publisher.stop("Another has begun to publish to this camera.");
        }
        told.run();
        return Optional.of(admitted);
    }

    /**
     * Refuses publishers from now on if none has been there for longer than viewers stay. Called every second or so.
     *
     * @return true at the call that does so
     */
    public synchronized boolean retire(long nowNanos) {
        if (current != null || retired) {
            absentNanos = 0;
            return false;
        }
        if (absentNanos == 0) {
            absentNanos = nowNanos | 1;
        }
        retired = nowNanos - absentNanos > config.linger().toNanos() + RETIRE_NANOS;
        return retired;
    }

    @Override
    public String description() {
        return config.toString();
    }

    @Override
    public synchronized Set<PixelFormat> delivers() {
        return EnumSet.of(format);
    }

    @Override
    public Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return Optional.of(delivers());
    }

    @Override
    public synchronized SoundProspect sound() {
        if (!wantsSound) {
            return SoundProspect.NONE;
        }
        return sounded ? SoundProspect.CERTAIN : SoundProspect.POSSIBLE;
    }

    /** Sets the picture format of the latest publication. */
    synchronized void gives(PixelFormat found) {
        format = found;
    }

    /** Records that the latest publication gives sound. */
    synchronized void sounds() {
        sounded = true;
    }

    @Override
    public Optional<Awaited> awaited() {
        return Optional.of(this);
    }

    @Override
    public synchronized boolean present() {
        return current != null;
    }

    @Override
    public synchronized String absence() {
        return absence;
    }

    @Override
    public Duration linger() {
        return config.linger();
    }

    @Override
    public void tend(long nowNanos) {
        Publication present;
        synchronized (this) {
            present = current;
        }
        if (present != null && present.pictureless(nowNanos)) {
            present.publisher.stop("The publisher has sent no picture for 15 s.");
        }
    }

    @Override
    public synchronized void onChange(Runnable called) {
        changed = called;
    }

    @Override
    public Session start(SourceOutput output) {
        Publication present;
        synchronized (this) {
            present = current;
        }
        if (present == null || !present.begin(output)) {
            output.ended(Optional.of(new CaptureException(CaptureException.Kind.ABSENT, absence())));
            return NONE;
        }
        return present;
    }

    private static final Session NONE = new Session() {
        @Override
        public void requestKeyFrame() {
            // a publisher cannot be asked
        }

        @Override
        public void stop() {
            // the publication has ended
        }

        @Override
        public SessionStats stats() {
            return SessionStats.NONE;
        }
    };

    @Override
    public String toString() {
        return "publisher of camera " + camera;
    }

    /** A publisher's hold on the camera, from its admission until it ends. */
    public final class Publication implements Session {
        private final Publisher publisher;
        private @Nullable SourceOutput output; // guarded by this, like the next
        private boolean over;
        private long knownFrames;
        private long knownNanos; // when the counts were first seen; 0 before that

        private Publication(Publisher publisher) {
            this.publisher = publisher;
        }

        /** Returns true if no picture has come for so long that none is expected. */
        private boolean pictureless(long nowNanos) {
            long frames = publisher.stats().frames();
            synchronized (this) {
                if (frames != knownFrames || knownNanos == 0) {
                    knownFrames = frames;
                    knownNanos = nowNanos | 1;
                }
                return nowNanos - knownNanos > PICTURELESS_NANOS;
            }
        }

        private boolean begin(SourceOutput taker) {
            synchronized (this) {
                if (over || output != null) {
                    return false;
                }
                output = taker;
            }
            sounded(false);
            publisher.begin(taker);
            return true;
        }

        /**
         * Ends the publication: no more frames follow. Does nothing the second time.
         *
         * @param why as a sentence for viewers
         */
        public void end(String why) {
            SourceOutput taker;
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                taker = output;
            }
            Runnable told = leave(this, why);
            if (taker != null) {
                taker.ended(Optional.of(new CaptureException(CaptureException.Kind.ABSENT, why)));
            }
            told.run();
        }

        /** Does nothing: a publisher cannot be asked for a key frame. */
        @Override
        public void requestKeyFrame() {
            // a remote encoder decides by itself
        }

        @Override
        public void stop() {
            publisher.stop("The camera takes no pictures any more.");
        }

        @Override
        public SessionStats stats() {
            return publisher.stats();
        }
    }

    private synchronized void sounded(boolean known) {
        sounded = known;
    }

    private synchronized Runnable leave(Publication publication, String why) {
        if (current == publication) {
            current = null;
            absence = why;
        }
        return changed;
    }
}
