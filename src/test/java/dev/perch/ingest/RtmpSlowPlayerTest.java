package dev.perch.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.flv.RecordedTracks;
import dev.perch.flv.TrackReader;
import dev.perch.media.Bytes;
import dev.perch.media.PixelFormat;
import dev.perch.media.RecordingSink;
import dev.perch.memory.ArenaPool;
import dev.perch.rtmp.RtmpClient;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.RtmpGuest;
import dev.perch.testing.RtmpHost;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A player of RTMP that takes less than there is. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RtmpSlowPlayerTest {
    private static final long FRAME_NANOS = Duration.ofMillis(40).toNanos();
    private static final int LARGE_BYTES = 60_000;

    private final ArenaPool pool = TestCameras.pool(16 << 20);
    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264);
    private final Camera camera = TestCameras.camera(source, pool, OptionalLong.of(2 << 20));
    private final RecordedTracks played = new RecordedTracks();
    private RtmpHost host;
    private int given;

    @SuppressWarnings("NullAway.Init") // made before each test
    RtmpSlowPlayerTest() {}

    @BeforeEach
    void start() throws Exception {
        host = new RtmpHost(camera, pool);
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    /** Gives the next picture of the demo, made large by a message that decoders ignore (ITU-T H.264 §D.1.7), and waits until it is in the ring. */
    private void give() {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(new byte[] {0, 0, 0, 1, 6, 5});
        for (int left = LARGE_BYTES; left >= 255; left -= 255) {
            unit.write(255);
        }
        unit.write(LARGE_BYTES % 255);
        byte[] message = new byte[LARGE_BYTES];
        Arrays.fill(message, (byte) 0x55);
        message[0] = (byte) (0x80 | (given & 0x7f));
        message[1] = (byte) (0x80 | (given >> 7));
        unit.writeBytes(message);
        unit.write(0x80);
        for (ByteBuffer nal : DemoFrames.all().accessUnit(given)) {
            unit.writeBytes(new byte[] {0, 0, 0, 1});
            byte[] bytes = new byte[nal.remaining()];
            nal.duplicate().get(bytes);
            unit.writeBytes(bytes);
        }
        source.accessUnitAt(Bytes.copyOf(unit.toByteArray()), given * FRAME_NANOS);
        source.settle();
        given++;
    }

    /** What it missed is left out in one piece: it goes on with a key frame, and the camera has waited for nobody. */
    @Test
    void playerThatReadsNothingForAWhile_goesOnWithAKeyFrame() throws Exception {
        RtmpClient.Address address =
                new RtmpClient.Address("live", "rtmp://127.0.0.1:" + host.port() + "/live", "fake");
        try (Socket socket = new Socket();
                RtmpClient client = RtmpClient.playing(
                        address, new Quiet(), new TrackReader(played), /* seed= */ 1, RtmpGuest.UNBOUNDED)) {
            socket.setReceiveBufferSize(8192);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), host.port()));
            socket.setSoTimeout(100);
            while (camera.watchers() == 0) {
                exchange(client, socket);
            }
            source.awaitStart(1);
            give();
            while (played.video.frames().isEmpty()) {
                exchange(client, socket);
            }
            for (int i = 0; i < 300; i++) {
                give(); // 18 MB, while the player sleeps; the ring holds 2
            }
            assertEquals(1, played.video.frames().size());
            for (int i = 0; i < 100 && gaps() == 0; i++) {
                give();
                while (exchange(client, socket)) {
                    // all that it was too slow for, at last
                }
            }
            assertEquals(1, gaps(), () -> "frames=" + played.video.frames().size());
            assertTrue(
                    number(0) == 0 && played.video.frames().size() < given,
                    () -> "frames=" + played.video.frames().size());
        }
    }

    /** Returns the number of a picture that came, from the message in front of it. */
    private int number(int index) {
        ByteBuffer frame = played.video.frames().get(index).bytes().buffer();
        int message = 0;
        while ((frame.get(message + 4) & 0x1f) != 6) {
            message += 4 + frame.getInt(message);
        }
        int at = message + 4 + 2 + LARGE_BYTES / 255 + 1;
        return (frame.get(at) & 0x7f) | ((frame.get(at + 1) & 0x7f) << 7);
    }

    /** Returns how often something was left out; each time a key frame stands behind it. */
    private int gaps() {
        List<RecordingSink.Frame> frames = played.video.frames();
        int gaps = 0;
        for (int i = 1; i < frames.size(); i++) {
            if (number(i) != number(i - 1) + 1) {
                assertTrue(number(i) > number(i - 1) && frames.get(i).key(), "picture " + number(i) + " behind a gap");
                gaps++;
            }
        }
        return gaps;
    }

    /** Sends what the session has to say, and takes what comes within a tenth of a second. Returns true if something came. */
    private static boolean exchange(RtmpClient client, Socket socket) throws Exception {
        ByteBuffer pending = client.output();
        byte[] said = new byte[pending.remaining()];
        pending.get(said);
        socket.getOutputStream().write(said);
        byte[] piece = new byte[1 << 20];
        try {
            int count = socket.getInputStream().read(piece);
            assertTrue(count > 0, "the server has ended it");
            client.receive(ByteBuffer.wrap(piece, 0, count));
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }

    private static final class Quiet implements RtmpClient.Listener {
        @Override
        public void ready() {
            // pictures tell it
        }

        @Override
        public void refused(String code, String description) {
            throw new AssertionError(code + " " + description);
        }

        @Override
        public void ended() {
            throw new AssertionError("the server has ended it");
        }
    }
}
