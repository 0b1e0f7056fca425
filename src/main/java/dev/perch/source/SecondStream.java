package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The H.264 of a second node in a session of the first one: captured from when somebody reads it until a while after nobody does. The session is that of the first node, ends
 * with the last of the two, and ends when the second node fails, as its track has to come from elsewhere then. The first node's capture thread begins the
 * second one.
 */
final class SecondStream extends ForwardingOutput {
    /** The time that the second node is kept for a reader that may come back. */
    static final long LINGER_NANOS = 5_000_000_000L;

    private static final System.Logger LOG = System.getLogger(SecondStream.class.getName());

    private final String cameraId;
    private final SourceOutput output;
    private final Tracks tracks;
    private final Starter starter;
    private final Runnable unusable;
    private long neededNanos; // the last time that somebody read it; of the first node's thread alone
    private boolean announced; // as the one above
    private boolean over; // the first node has ended; guarded by this, as all below
    private @Nullable CaptureException reason;
    private Source.@Nullable Session first;
    private volatile Source.@Nullable Session second; // written under the lock

    /**
     * What the nodes give.
     *
     * @param first of the session
     * @param second where the H.264 of the other node goes
     */
    record Tracks(TrackId first, TrackId second) {
        /** The picture itself, as H.264 beside JPEGs. */
        static final Tracks BESIDE_JPEGS = new Tracks(TrackId.main(Encoding.JPEG), TrackId.main(Encoding.H264));
    }

    /** Begins to capture the second node. */
    @FunctionalInterface
    interface Starter {
        /** Returns at once. */
        Source.Session start(SourceOutput output);
    }

    /**
     * Begins nothing yet.
     *
     * @param unusable run when the second node has failed before its first frame
     */
    SecondStream(CameraConfig camera, SourceOutput output, Tracks tracks, Starter starter, Runnable unusable) {
        super(output);
        this.cameraId = camera.id();
        this.output = output;
        this.tracks = tracks;
        this.starter = starter;
        this.unusable = unusable;
        output.track(tracks.second()); // known before the first picture
    }

    /** Returns the session of both. */
    Source.Session with(Source.Session begun) {
        synchronized (this) {
            first = begun;
            if (reason != null) {
                begun.stop(); // the second was faster
            }
        }
        return new Source.Session() {
            @Override
            public void requestKeyFrame() {
                if (tracks.first().encoding() == Encoding.H264) {
                    begun.requestKeyFrame();
                }
                Source.Session present = second;
                if (present != null) {
                    present.requestKeyFrame();
                }
            }

            @Override
            public void suggestKeyFrame() {
                if (tracks.first().encoding() == Encoding.H264) {
                    begun.suggestKeyFrame();
                }
                Source.Session present = second;
                if (present != null) {
                    present.suggestKeyFrame();
                }
            }

            @Override
            public void stop() {
                begun.stop();
            }

            @Override
            public SessionStats stats() {
                return begun.stats();
            }
        };
    }

    @Override
    public FrameSink track(TrackId track) {
        FrameSink sink = super.track(track);
        return track.equals(tracks.first())
                ? new ForwardingSink(sink) {
                    @Override
                    public void publish(FrameTime time, boolean key) {
                        super.publish(time, key);
                        look(time.decodeNanos());
                    }
                }
                : sink;
    }

    /** Begins or ends the second node's capture, as somebody reads it or not. */
    private void look(long nowNanos) {
        boolean wanted = output.wanted(tracks.second());
        neededNanos = wanted ? nowNanos : neededNanos;
        Source.Session present = second;
        if (wanted && present == null) {
            begin();
        } else if (present != null && nowNanos - neededNanos > LINGER_NANOS) {
            present.stop();
        }
    }

    private synchronized void begin() {
        if (reason == null && second == null) {
            if (!announced) {
                announced = true;
                LOG.log(
                        Level.INFO,
                        "{0}: its device gives {1} at a node of its own beside {2}; Perch uses both.",
                        CameraConfig.called(cameraId),
                        tracks.second(),
                        tracks.first());
            }
            second = starter.start(new Second());
        }
    }

    @Override
    public void ended(Optional<CaptureException> why) {
        Source.Session present;
        Optional<CaptureException> told;
        synchronized (this) {
            over = true;
            reason = reason == null ? why.orElse(null) : reason;
            told = Optional.ofNullable(reason);
            present = second;
        }
        if (present == null) {
            output.ended(told);
        } else {
            present.stop();
        }
    }

    /** What comes of the second node, on its capture thread. */
    private final class Second extends ForwardingOutput {
        private boolean given;

        Second() {
            super(output);
        }

        @Override
        public FrameSink track(TrackId track) {
            return new ForwardingSink(super.track(tracks.second())) {
                @Override
                public void publish(FrameTime time, boolean key) {
                    given = true;
                    super.publish(time, key);
                }
            };
        }

        @Override
        public boolean wanted(TrackId track) {
            return super.wanted(tracks.second());
        }

        @Override
        public void paused(TrackId track) {
            super.paused(tracks.second());
        }

        @Override
        public void raw(RawPicture picture) {
            picture.close(); // not asked for
        }

        @Override
        public void ended(Optional<CaptureException> why) {
            output.paused(tracks.second());
            Source.Session stopped = null;
            Optional<CaptureException> told = Optional.empty();
            boolean last;
            synchronized (SecondStream.this) {
                second = null;
                last = over;
                if (!over && why.isPresent()) {
                    reason = why.get();
                    stopped = first;
                } else {
                    told = Optional.ofNullable(reason);
                }
            }
            if (last) {
                output.ended(told);
            } else if (why.isPresent()) {
                failed(why.get(), stopped);
            }
        }

        private void failed(CaptureException trouble, Source.@Nullable Session stopped) {
            if (!given) {
                LOG.log(
                        Level.WARNING,
                        "{0}: the node by which its device gives {1} fails ({2}); it is made of {3} instead.",
                        CameraConfig.called(cameraId),
                        tracks.second(),
                        trouble.getMessage(),
                        tracks.first());
                unusable.run();
            }
            if (stopped != null) {
                stopped.stop();
            }
        }
    }
}
