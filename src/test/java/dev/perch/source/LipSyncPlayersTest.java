package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.alsa.SampleFormat;
import dev.perch.camera.Camera;
import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.h264.H264Publisher;
import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Beeps;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedCard;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flashes before a camera and beeps before its sound card, whose crystal is off, in compressed time: in what Perch served they are together, as ffmpeg decodes it, at the start and at
 * the end. {@code -Dperch.lipsync.seconds=3600} makes it an hour.
 */
@Tag("players")
@Timeout(900)
class LipSyncPlayersTest {
    private static final int SECONDS = Integer.getInteger("perch.lipsync.seconds", 20);
    private static final int LOOKED_AT_SECONDS = 8; // of either end
    private static final double APART_SECONDS = 0.040;
    private static final int PICTURES_A_SECOND = 10;
    private static final long PICTURE_NANOS = 1_000_000_000L / PICTURES_A_SECOND;
    private static final int BEHIND_PICTURES = 10; // that the viewer may be: much less than the ring has
    private static final long ENCODER_NANOS =
            185_000_000; // that the sound may be behind; later sound has silence in its place
    private static final long STEP_NANOS = 20_000_000; // of the card's clock
    private static final int SILENCE_BYTES = 16; // what stands where no sound has come has less
    private static final TrackId SOUND = TrackId.main(Encoding.AAC);

    @TempDir
    Path folder;

    private volatile long soundNanos = Long.MIN_VALUE; // of the newest frame; the encoder's thread writes
    private volatile long received; // pictures; the test's thread writes
    private final Flashes flashes = new Flashes();

    /** White at each whole second of the card's clock, else black; told the time by the card. */
    private final class Flashes implements Source {
        private List<Bytes> second = List.of(); // its pictures
        private volatile @Nullable SourceOutput output;
        private @Nullable H264Publisher publisher;
        private long next; // picture

        @Override
        public String description() {
            return "flashes";
        }

        @Override
        public Set<PixelFormat> delivers() {
            return Set.of(PixelFormat.H264);
        }

        /** Publishes what has been captured until a time since the start, and waits for those who take part. */
        void until(long nanos) {
            SourceOutput present = output;
            if (present == null) {
                return;
            }
            if (publisher == null) {
                publisher = new H264Publisher(present.track(TrackId.main(Encoding.H264)), PICTURE_NANOS);
                next = nanos / PICTURE_NANOS / PICTURES_A_SECOND * PICTURES_A_SECOND + PICTURES_A_SECOND;
                received = next;
            }
            while (next * PICTURE_NANOS <= nanos) {
                Bytes unit = second.get((int) (next % PICTURES_A_SECOND));
                long at = ScriptedCard.atNanos(0) + next * PICTURE_NANOS;
                publisher.accessUnit(ByteBuffer.wrap(unit.toArray()), new FrameTime(at, at / 1000));
                next++;
            }
            await(() -> next - received <= BEHIND_PICTURES);
            if (soundNanos == Long.MIN_VALUE) {
                LockSupport.parkNanos(STEP_NANOS); // in real time, until the encoder is up
            } else {
                await(() -> soundNanos >= ScriptedCard.atNanos(0) + nanos - ENCODER_NANOS);
            }
        }

        private void await(BooleanSupplier condition) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!condition.getAsBoolean() && output != null && System.nanoTime() < end) {
                LockSupport.parkNanos(200_000);
            }
        }

        @Override
        public Session start(SourceOutput asked) {
            output = asked;
            return new Session() {
                @Override
                public void requestKeyFrame() {
                    // there is one each second
                }

                @Override
                public void stop() {
                    output = null;
                    asked.ended(Optional.empty());
                }

                @Override
                public SessionStats stats() {
                    return SessionStats.NONE;
                }
            };
        }
    }

    /** The output of a session that notes how far the sound has come. */
    private final class Noting implements SourceOutput {
        private final SourceOutput to;

        Noting(SourceOutput to) {
            this.to = to;
        }

        @Override
        public FrameSink track(TrackId track) {
            FrameSink sink = to.track(track);
            return !track.equals(SOUND)
                    ? sink
                    : new ForwardingSink(sink) {
                        private boolean encoded;

                        @Override
                        public Optional<ByteBuffer> claim(int sizeBytes) {
                            encoded = sizeBytes > SILENCE_BYTES;
                            return super.claim(sizeBytes);
                        }

                        @Override
                        public void publish(FrameTime time, boolean key) {
                            super.publish(time, key);
                            soundNanos = encoded ? time.decodeNanos() : soundNanos;
                        }
                    };
        }

        @Override
        public boolean wanted(TrackId track) {
            return to.wanted(track);
        }

        @Override
        public void paused(TrackId track) {
            to.paused(track);
        }

        @Override
        public void raw(RawPicture picture) {
            to.raw(picture);
        }

        @Override
        public void ended(Optional<CaptureException> reason) {
            to.ended(reason);
        }
    }

    /** A source whose sessions tell how far their sound has come. */
    private record Noted(Source of, LipSyncPlayersTest test) implements Source {
        @Override
        public String description() {
            return of.description();
        }

        @Override
        public Set<PixelFormat> delivers() throws CaptureException {
            return of.delivers();
        }

        @Override
        public SoundProspect sound() {
            return of.sound();
        }

        @Override
        public Session start(SourceOutput output) {
            return of.start(test.new Noting(output));
        }
    }

    private static double beep(long nanos) {
        double seconds = nanos / 1e9;
        double quiet = 0.01 * Math.sin(2 * Math.PI * 200 * seconds); // of which an encoder makes more than of nothing
        return quiet + (seconds - Math.floor(seconds) < 0.05 ? 0.7 * Math.sin(2 * Math.PI * 880 * seconds) : 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.001, 0.999})
    void card_thatIsOff_staysWithThePicture(double ratio) throws Exception {
        flashes.second = pictures();
        ScriptedCard card = new ScriptedCard(48_000, 1, SampleFormat.S16, ratio, LipSyncPlayersTest::beep)
                .trembling(1_000_000)
                .paced(flashes::until);
        ArenaPool pool = TestCameras.pool(64 << 20);
        CameraConfig config = TestCameras.device("front", "Front").with(SoundConfig.alsa(Optional.of("hw:7")));
        Source source = new WithSoundCard(config, flashes, card, () -> "hw:7", pool.budget());
        Path file = folder.resolve("served.mp4");
        try (PerchServer server =
                PerchServer.start(Camera.start(config, new Noted(source, this), pool, card), pool, folder)) {
            receive(server.address("front/stream.mp4"), file);
        }
        List<Double> apart = new ArrayList<>(apart(file, 0, LOOKED_AT_SECONDS));
        apart.addAll(apart(file, SECONDS - LOOKED_AT_SECONDS, SECONDS));
        String told =
                String.format(Locale.ROOT, "card %.3f, %d s: beeps behind their flashes %s", ratio, SECONDS, apart);
        System.getLogger(LipSyncPlayersTest.class.getName()).log(System.Logger.Level.INFO, told);
        assertTrue(apart.size() >= 2 * LOOKED_AT_SECONDS - 4, told);
        apart.forEach(each -> assertEquals(0, each, APART_SECONDS, told));
    }

    /** Returns the access units of one second, which begins with a white picture and a key frame. */
    private List<Bytes> pictures() throws Exception {
        Path made = folder.resolve("second.h264");
        String picture = "color=black:s=64x48:r=" + PICTURES_A_SECOND + ":d=1,drawbox=c=white:t=fill:enable='lt(n,1)'";
        Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                picture,
                "-pix_fmt",
                "yuv420p",
                "-c:v",
                "libx264",
                "-g",
                "10",
                "-bf",
                "0",
                "-crf",
                "20",
                "-f",
                "h264",
                made.toString());
        byte[] stream = Files.readAllBytes(made);
        List<Bytes> units = Streams.accessUnits(stream, stream.length);
        assertEquals(PICTURES_A_SECOND, units.size());
        return units;
    }

    /** Reads the stream into a file for as long as it takes, and tells how far it has come. */
    private void receive(String address, Path file) throws IOException {
        try (InputStream in = URI.create(address).toURL().openStream();
                OutputStream out = Files.newOutputStream(file)) {
            Mp4Body body = new Mp4Body(new FilterInputStream(in) {
                @Override
                public int read() throws IOException {
                    int one = super.read();
                    if (one >= 0) {
                        out.write(one);
                    }
                    return one;
                }

                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    int count = super.read(into, from, length);
                    if (count > 0) {
                        out.write(into, from, count);
                    }
                    return count;
                }
            });
            body.init();
            assertTrue(body.next().isPresent(), "a first picture");
            long first = received; // what the camera began with
            for (long i = 1; i < (long) SECONDS * PICTURES_A_SECOND; i++) {
                received = first + i;
                assertTrue(body.next().isPresent(), "a picture each time");
            }
        }
    }

    /** Returns by how many seconds each beep of a part of the file is later than its flash. */
    private static List<Double> apart(Path file, int from, int to) throws Exception {
        String part = "start=" + from + ":end=" + to;
        List<Double> flashes = new ArrayList<>();
        double time = 0;
        for (String line : Tool.lines(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-an",
                "-vf",
                "trim=" + part + ",signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-",
                "-f",
                "null",
                "-")) {
            int at = line.indexOf("pts_time:");
            time = at < 0
                    ? time
                    : Double.parseDouble(
                            line.substring(at + "pts_time:".length()).strip());
            if (line.startsWith("lavfi.signalstats.YAVG=")
                    && Double.parseDouble(line.substring(line.indexOf('=') + 1)) > 128) {
                flashes.add(time);
            }
        }
        List<Double> beeps = Beeps.of(Tool.output(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-vn",
                "-af",
                "atrim=" + part,
                "-ac",
                "1",
                "-ar",
                "48000",
                "-f",
                "s16le",
                "-"));
        List<Double> apart = new ArrayList<>();
        for (double beep : beeps) {
            flashes.stream()
                    .map(flash -> from + beep - flash)
                    .filter(each -> Math.abs(each) < 0.5)
                    .findFirst()
                    .ifPresent(each -> apart.add(Math.round(each * 1000) / 1000.0));
        }
        return apart;
    }
}
