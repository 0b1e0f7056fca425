package dev.perch.source;

import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.EmbeddedH264;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import dev.perch.v4l2.CaptureFormat;
import dev.perch.v4l2.CaptureSession;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes the frames of a capture session to the sink for their format. Used on the capture thread, except the stats. */
final class CaptureAdapter implements CaptureSession.Output {
    private static final System.Logger LOG = System.getLogger(CaptureAdapter.class.getName());

    private final SourceOutput output;
    private final long nominalFrameNanos;
    private @Nullable H264Publisher h264;
    private @Nullable AccessUnitSplitter splitter; // set once the device is seen to split access units
    private int continuations;
    private long usable;
    private @Nullable JpegPublisher jpeg;
    private final GatherMemory gathering;
    private final EmbeddedH264 embedded;
    private final EmbeddedH264Watch watch;
    private final KeyFrameWatch keys;
    private @Nullable CaptureException keyless; // set once no key frame comes any more
    private volatile @Nullable Runnable end; // set by the starter of the session

    private volatile @Nullable CaptureFormat format; // set by the capture thread, read by pages

    /**
     * Creates an adapter with a key frame watch of its own.
     *
     * @param gathering memory for H.264 that comes in pieces; closed with the session
     * @param watch learns of each JPEG whether it carries H.264
     */
    CaptureAdapter(SourceOutput output, long nominalFrameNanos, GatherMemory gathering, EmbeddedH264Watch watch) {
        this(output, nominalFrameNanos, gathering, watch, new KeyFrameWatch(nominalFrameNanos, System.nanoTime()));
    }

    /**
     * Creates an adapter for one of a source's sessions.
     *
     * @param keys the source's watch, shared by all its sessions
     */
    CaptureAdapter(
            SourceOutput output,
            long nominalFrameNanos,
            GatherMemory gathering,
            EmbeddedH264Watch watch,
            KeyFrameWatch keys) {
        this.output = output;
        this.nominalFrameNanos = nominalFrameNanos;
        this.gathering = gathering;
        this.embedded = new EmbeddedH264(gathering::atLeast);
        this.watch = watch;
        this.keys = keys;
        keys.begin(System.nanoTime());
    }

    /** Returns the source's view of the session that this adapter serves. */
    Source.Session running(CaptureSession capture) {
        endBy(capture::stop);
        return new Source.Session() {
            @Override
            public void requestKeyFrame() {
                capture.requestKeyFrame();
                keyFrameWanted(System.nanoTime());
            }

            @Override
            public void suggestKeyFrame() {
                capture.requestKeyFrame();
            }

            @Override
            public void stop() {
                capture.stop();
            }

            @Override
            public SessionStats stats() {
                return CaptureAdapter.this.stats(capture.counts());
            }
        };
    }

    void endBy(Runnable stop) {
        watch.endBy(stop);
        end = stop;
    }

    /** Called when somebody waits for a key frame. The device was asked for one if it can be asked. */
    void keyFrameWanted(long nowNanos) {
        keys.wanted(nowNanos);
    }

    @Override
    public void started(CaptureFormat agreed) {
        format = agreed;
        h264 = null;
        jpeg = null;
        splitter = null;
        continuations = 0;
        if (agreed.flipped()) {
            output.turned();
        }
        switch (agreed.pixelFormat()) {
            case H264 ->
                h264 = new H264Publisher(
                        noting(output.track(TrackId.main(Encoding.H264))),
                        agreed.frameNanos() > 0 ? agreed.frameNanos() : nominalFrameNanos);
            case MJPG, JPEG -> jpeg = new JpegPublisher(counting(output.track(TrackId.main(Encoding.JPEG))));
            default -> {} // raw pictures have their own method
        }
    }

    @Override
    public boolean encoded(ByteBuffer frame, FrameTime time) {
        long usableBefore = usable;
        if (jpeg != null) {
            embedded(frame, time);
            jpeg.frame(frame, time);
        } else if (h264 != null) {
            accessUnit(h264, frame, time);
            lookForKeys(time);
        }
        return usable != usableBefore;
    }

    @Override
    public void raw(RawPicture picture) {
        output.raw(picture);
    }

    @Override
    public void damaged() {
        if (jpeg != null) {
            output.track(TrackId.main(Encoding.JPEG)).dropped();
        } else if (h264 != null) {
            output.track(TrackId.main(Encoding.H264)).dropped();
        }
    }

    @Override
    public void ended(Optional<CaptureException> reason) {
        gathering.close();
        output.ended(watch.reason(reason.isPresent() ? reason : Optional.ofNullable(keyless)));
    }

    /** Ends the session, so that the device is opened again, if somebody waits for a key frame and none comes. */
    private void lookForKeys(FrameTime time) {
        Runnable stop = end;
        if (keyless == null && stop != null && keys.overdue(time.decodeNanos())) {
            keyless = new CaptureException(CaptureException.Kind.FAULT, keys.giveUp("The camera"));
            stop.run();
        }
    }

    private FrameSink counting(FrameSink sink) {
        return new ForwardingSink(sink) {
            @Override
            public Optional<ByteBuffer> claim(int sizeBytes) {
                usable++; // the device is not at fault if there is no room for the frame
                return super.claim(sizeBytes);
            }
        };
    }

    private FrameSink noting(FrameSink sink) {
        return new ForwardingSink(counting(sink)) {
            @Override
            public void publish(FrameTime time, boolean key) {
                super.publish(time, key);
                if (key) {
                    keys.came(time.decodeNanos());
                }
            }
        };
    }

    /** Publishes the H.264 that some cameras send within their JPEGs. The JPEG around it is published by itself. */
    private void embedded(ByteBuffer frame, FrameTime time) {
        try {
            Optional<ByteBuffer> accessUnit = embedded.find(frame);
            if (accessUnit.isPresent()) {
                if (h264 == null) {
                    LOG.log(Level.INFO, "The camera sends H.264 within its JPEGs; Perch uses both.");
                    h264 = new H264Publisher(noting(output.track(TrackId.main(Encoding.H264))), nominalFrameNanos);
                }
                h264.accessUnit(accessUnit.get(), time);
            }
            watch.image(accessUnit.isPresent(), time);
        } catch (MalformedBitstreamException cut) {
            if (h264 != null) {
                h264.dropped();
            }
        }
    }

    /**
     * Publishes an access unit. A buffer's end is the access unit's end, unless the device is seen to split access units: then one is whole when the
     * next begins.
     */
    private void accessUnit(H264Publisher publisher, ByteBuffer frame, FrameTime time) {
        // one may be damage; two show how the device works
        if (splitter == null && !AccessUnitSplitter.beginsAccessUnit(frame) && ++continuations == 2) {
            LOG.log(Level.INFO, "The camera sends each H.264 frame in pieces; H.264 is one frame later.");
            splitter = new AccessUnitSplitter(publisher);
        }
        if (splitter != null) {
            splitter.bytes(frame, time);
            if (!gathering.covers(splitter.capacityBytes())) {
                splitter = new AccessUnitSplitter(publisher); // the frame is lost
            }
        } else {
            publisher.accessUnit(frame, time);
        }
    }

    private SessionStats stats(CaptureSession.Counts counts) {
        CaptureFormat agreed = format;
        if (agreed == null) {
            return SessionStats.NONE;
        }
        return new SessionStats(
                counts.frames(),
                counts.sequenceGaps(),
                counts.errorFrames(),
                agreed.width(),
                agreed.height(),
                agreed.frameNanos() == 0 ? 0 : 1e9 / agreed.frameNanos(),
                agreed.pixelFormat().fourCharacterCode());
    }
}
