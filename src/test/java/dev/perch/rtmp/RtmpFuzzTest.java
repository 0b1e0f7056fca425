package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.flv.RecordedTracks;
import dev.perch.flv.SampleTracks;
import dev.perch.flv.TagSink;
import dev.perch.flv.TrackReader;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.testing.Fuzz;
import dev.perch.testing.ReusedSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What hostile or broken peers may send behind the handshake: a sentence or nothing, never another exception, and no memory is kept. */
@Execution(ExecutionMode.CONCURRENT)
class RtmpFuzzTest {
    private static final int HANDSHAKE_BYTES = 1 + 2 * Handshake.PACKET_BYTES;
    private static final int MEMORY_BYTES = 256 << 10;

    static final byte[][] WORDS = Stream.of(
                    "02000000000004010000000000ffff",
                    "0200000000000401000000007fffffff",
                    "020000000000040200000000" + "00000004",
                    "03000000ffffff1400000000",
                    "0300000000ffff1400000000",
                    "04ffffff0000100901000000ffffffff",
                    "c4",
                    "c3",
                    "84ffffff",
                    "0700000000040016" + "01000000",
                    "0000ff",
                    "010000ff",
                    "02000763" + "6f6e6e656374",
                    "0200077075626c697368",
                    "020004706c6179",
                    "02000c63726561746553747265616d",
                    "02000c64656c65746553747265616d",
                    "003ff0000000000000",
                    "0affffffff",
                    "0cffffffff",
                    "000009",
                    "1701000000",
                    "af01")
            .map(HexFormat.of()::parseHex)
            .toArray(byte[][]::new);

    @Test
    void server() throws Exception {
        new Fuzz("rtmp-server", List.of(said(true), said(false)), WORDS, (input, random) -> {
                    CountedMemory memory = new CountedMemory(MEMORY_BYTES);
                    Deciding listener = new Deciding(random);
                    RtmpServer server = new RtmpServer(listener, 4096, 1, memory);
                    listener.serve(server);
                    try {
                        server.receive(ByteBuffer.wrap(new byte[] {3}));
                        server.receive(ByteBuffer.wrap(new byte[2 * Handshake.PACKET_BYTES]));
                        give(server, input, random);
                    } catch (RtmpException left) {
                        assertTrue(String.valueOf(left.getMessage()).endsWith("."), left::getMessage);
                    }
                    server.close();
                    assertEquals(0, memory.drawnBytes());
                })
                .run();
    }

    @Test
    void client() throws Exception {
        new Fuzz("rtmp-client", List.of(answered(true), answered(false)), WORDS, (input, random) -> {
                    CountedMemory memory = new CountedMemory(MEMORY_BYTES);
                    SessionPair.Guest listener = new SessionPair.Guest();
                    boolean plays = random.nextBoolean();
                    RtmpClient client = plays
                            ? RtmpClient.playing(SessionPair.ADDRESS, listener, sink(), 1, memory)
                            : RtmpClient.publishing(SessionPair.ADDRESS, listener, 4096, 1, memory);
                    listener.use(client);
                    try {
                        client.receive(ByteBuffer.wrap(new byte[] {3}));
                        client.receive(ByteBuffer.wrap(new byte[2 * Handshake.PACKET_BYTES]));
                        give(client, input, random);
                    } catch (RtmpException left) {
                        assertTrue(String.valueOf(left.getMessage()).endsWith("."), left::getMessage);
                    }
                    client.close();
                    assertEquals(0, memory.drawnBytes());
                })
                .run();
    }

    private static void give(RtmpSession session, byte[] input, Random random) throws RtmpException {
        for (int at = 0; at < input.length; ) {
            int count = Math.min(1 + random.nextInt(900), input.length - at);
            ByteBuffer piece = ByteBuffer.wrap(input, at, count);
            session.receive(piece);
            assertEquals(0, piece.remaining());
            at += count;
            if (random.nextBoolean()) {
                session.output().position(session.output().limit());
            }
        }
    }

    /** What a client says behind the handshake. */
    static byte[] said(boolean publishes) throws Exception {
        byte[] all = conversation(publishes).toServer.toByteArray();
        return Arrays.copyOfRange(all, HANDSHAKE_BYTES, all.length);
    }

    private static byte[] answered(boolean publishes) throws Exception {
        byte[] all = conversation(publishes).toClient.toByteArray();
        return Arrays.copyOfRange(all, HANDSHAKE_BYTES, all.length);
    }

    private static SessionPair conversation(boolean publishes) throws Exception {
        List<RecordedTracks.Body> bodies = SessionPair.bodies(SampleTracks.of("x264-baseline"), 20);
        SessionPair pair = publishes ? SessionPair.publishing(256) : SessionPair.playing(sink(), 256);
        pair.guest.toPublish = publishes ? bodies : List.of();
        pair.guest.ends = publishes;
        pair.host.toPlay = publishes ? List.of() : bodies;
        pair.talk(1 << 20);
        return pair;
    }

    private static TagSink sink() {
        return new TrackReader(new TrackReader.Output() {
            @Override
            public FrameSink video(StreamConfig.H264 first) {
                return new ReusedSink((frame, key) -> {});
            }

            @Override
            public FrameSink sound(StreamConfig.Aac first) {
                return new ReusedSink((frame, key) -> {});
            }

            @Override
            public FrameTime time(long millis) {
                return new FrameTime(millis, millis);
            }

            @Override
            public void refused(Medium medium, String why) {}
        });
    }

    /** Decides by chance: at once, later or never. */
    private static final class Deciding implements RtmpServer.Listener {
        private final Random random;
        private @Nullable RtmpServer server; // set before anything comes

        Deciding(Random random) {
            this.random = random;
        }

        void serve(RtmpServer next) {
            server = next;
        }

        private RtmpServer server() {
            return Objects.requireNonNull(server);
        }

        @Override
        public void publishWanted(StreamRequest request) throws RtmpException {
            request.path();
            request.parameter("key");
            switch (random.nextInt(4)) {
                case 0 -> server().refuse("NetStream.Publish.Denied", "No.");
                case 1 -> {}
                default -> server().acceptPublish(sink());
            }
        }

        @Override
        public void playWanted(StreamRequest request) throws RtmpException {
            switch (random.nextInt(4)) {
                case 0 -> server().refuse("NetStream.Play.StreamNotFound", "No.");
                case 1 -> {}
                default -> server().acceptPlay();
            }
        }

        @Override
        public void ended() {
            assertTrue(server().idle());
        }
    }
}
