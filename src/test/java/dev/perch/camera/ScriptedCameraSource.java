package dev.perch.camera;

import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceControls;
import dev.perch.source.SourceOutput;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlSetting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A source of JPEG whose sessions the test takes in order of their starts, with controls whose wiring takes its time. */
final class ScriptedCameraSource implements Source {
    final LinkedBlockingQueue<Run> runs = new LinkedBlockingQueue<>();
    private final Runnable whenControlsAreAsked;

    /** @param whenControlsAreAsked what happens while the camera is being wired */
    ScriptedCameraSource(Runnable whenControlsAreAsked) {
        this.whenControlsAreAsked = whenControlsAreAsked;
    }

    /** The next session, once it has been started. */
    Run next() throws InterruptedException {
        Run run = runs.poll(20, TimeUnit.SECONDS);
        if (run == null) {
            throw new AssertionError("the source was not started within 20 s");
        }
        return run;
    }

    @Override
    public String description() {
        return "script";
    }

    @Override
    public Set<PixelFormat> delivers() {
        return Set.of(PixelFormat.MJPG);
    }

    @Override
    public Optional<SourceControls> controls() {
        whenControlsAreAsked.run();
        return Optional.of(new SourceControls() {
            @Override
            public List<Control> read() {
                return List.of();
            }

            @Override
            public void set(List<ControlSetting> settings) {
                throw new IllegalArgumentException("there is none: settings=" + settings);
            }
        });
    }

    @Override
    public Session start(SourceOutput output) {
        Run run = new Run(output);
        runs.add(run);
        return run;
    }

    /** One session: it gives and ends when the test says so. */
    static final class Run implements Session {
        private final SourceOutput output;

        Run(SourceOutput output) {
            this.output = output;
        }

        /** Gives one frame. */
        void frame() {
            frame(64, 48);
        }

        /** Gives one frame that is said to be of that size. */
        void frame(int width, int height) {
            FrameSink jpeg = output.track(TrackId.main(Encoding.JPEG));
            jpeg.configure(new StreamConfig.Jpeg(width, height));
            jpeg.claim(4).orElseThrow().putInt(0xffd8ffd9);
            jpeg.publish(new FrameTime(System.nanoTime(), System.currentTimeMillis() * 1000), /* key= */ true);
        }

        /** Gives one picture that nothing has encoded. */
        void raw(RawPicture picture) {
            output.raw(picture);
        }

        /** The sink of a track, as a session asks for it. */
        FrameSink track(TrackId track) {
            return output.track(track);
        }

        /** Whether a session is told that somebody reads the track. */
        boolean wanted(TrackId track) {
            return output.wanted(track);
        }

        /** Gives one frame that is not taken. */
        void refusedFrame(String why) {
            FrameSink jpeg = output.track(TrackId.main(Encoding.JPEG));
            jpeg.refused(why);
            jpeg.dropped();
        }

        /** Ends; null for an end that was asked for. */
        void end(@Nullable CaptureException reason) {
            output.ended(Optional.ofNullable(reason));
        }

        @Override
        public void requestKeyFrame() {
            // each JPEG is one
        }

        @Override
        public void stop() {
            end(null);
        }

        @Override
        public SessionStats stats() {
            return SessionStats.NONE;
        }
    }
}
