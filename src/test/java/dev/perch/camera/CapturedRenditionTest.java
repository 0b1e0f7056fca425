package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.config.SourceConfig;
import dev.perch.config.Turn;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import dev.perch.testing.Await;
import dev.perch.testing.TestCameras;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rendition that the camera's source gives itself, as a device of two streams does: nothing is encoded for it. */
@Timeout(60)
class CapturedRenditionTest {
    private static final TrackId SMALL = new TrackId("small", Encoding.H264);

    /** Gives the demo's H.264 as the rendition. */
    private record Smaller(DemoSource demo) implements Source {
        @Override
        public String description() {
            return "two streams";
        }

        @Override
        public Set<PixelFormat> delivers() {
            return demo.delivers();
        }

        @Override
        public Session start(SourceOutput output) {
            output.track(SMALL); // known before the first picture
            return demo.start(new SourceOutput() {
                @Override
                public FrameSink track(TrackId track) {
                    return output.track(track.encoding() == Encoding.H264 ? SMALL : track);
                }

                @Override
                public boolean wanted(TrackId track) {
                    return output.wanted(track);
                }

                @Override
                public void raw(RawPicture picture) {
                    output.raw(picture);
                }

                @Override
                public void ended(Optional<CaptureException> reason) {
                    output.ended(reason);
                }
            });
        }
    }

    @Test
    void renditionThatTheSourceGives_isNotEncoded() throws Exception {
        RenditionConfig small = new RenditionConfig("small", Quality.of(0.5));
        CameraConfig config = CameraConfig.defaults("front", new SourceConfig.Demo())
                .with(new PicturesConfig(Turn.NONE, List.of(small)));
        ArenaPool pool = TestCameras.pool(16 << 20);
        try (Camera camera = Camera.start(config, new Smaller(new DemoSource("front", pool)), pool);
                Watch watch = camera.watch(SMALL, null)) {
            Await.until(
                    20,
                    () -> camera.feed(SMALL).stats().frames() > 30,
                    () -> "no frames: " + watch.camera().state());
            assertEquals(
                    0,
                    camera.derivations().figures().stream()
                            .filter(each -> each.track().equals(SMALL))
                            .mapToLong(DerivedFigures::starts)
                            .sum());
        }
    }
}
