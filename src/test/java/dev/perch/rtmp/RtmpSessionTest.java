package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.flv.Amf;
import dev.perch.flv.AmfWriter;
import dev.perch.flv.FlvWriter;
import dev.perch.flv.RecordedTracks;
import dev.perch.flv.SampleTracks;
import dev.perch.flv.TagType;
import dev.perch.flv.TrackReader;
import dev.perch.media.Bytes;
import dev.perch.media.RecordingSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtmpSessionTest {
    private final RecordedTracks sample = SampleTracks.of("x264-baseline");

    @ParameterizedTest
    @CsvSource({"128, 1", "4096, 1000", "1000000, 1000000", "1, 77"})
    void publishedTracks_arrive(int chunkBytes, int pieceBytes) throws Exception {
        SessionPair pair = SessionPair.publishing(chunkBytes);
        pair.guest.toPublish = sample.bodies();
        pair.talk(pieceBytes);
        assertEquals(sample.video.frames(), pair.host.tracks.video.frames());
        assertEquals(sample.sound.frames(), pair.host.tracks.sound.frames());
        assertEquals(List.of("ready"), pair.guest.heard);
        StreamRequest request = pair.host.requests.get(0);
        assertEquals("live/front", request.path());
        assertEquals(Optional.of("secret"), request.parameter("key"));
        assertFalse(request.toString().contains("secret"));
        pair.client.end();
        pair.talk(1000);
        assertEquals(List.of("ended"), pair.host.heard);
        assertTrue(pair.server.idle() && pair.client.closing());
        pair.server.close();
        pair.client.close();
        assertEquals(0, pair.memory.drawnBytes());
    }

    @ParameterizedTest
    @CsvSource({"128, 1", "4096, 1000", "1000000, 1000000"})
    void playedTracks_arrive(int chunkBytes, int pieceBytes) throws Exception {
        RecordedTracks played = new RecordedTracks();
        SessionPair pair = SessionPair.playing(new TrackReader(played), chunkBytes);
        pair.host.toPlay = sample.bodies();
        pair.talk(pieceBytes);
        assertEquals(sample.video.frames(), played.video.frames());
        assertEquals(sample.sound.frames(), played.sound.frames());
        assertEquals("Perch", played.metadata.get(0).text("encoder"));
        assertEquals(List.of("buffer 3000"), pair.host.heard);
        assertEquals(List.of("ready", "ended"), pair.guest.heard);
        assertTrue(pair.server.closing() && pair.client.closing());
    }

    /** Frames that all players are sent alike, between messages of one's own, without any copy of a frame; across 0xFFFFFF ms. */
    @Test
    void sharedMessages_standBesideOnesOwn() throws Exception {
        RecordedTracks played = new RecordedTracks();
        SessionPair pair = SessionPair.playing(new TrackReader(played), 500);
        pair.talk(1000);
        long begin = 0xffffffL - 100;
        boolean shared = false;
        for (RecordedTracks.Body body : sample.bodies()) {
            long millis = body.millis() + begin;
            if (body.key() || !shared) {
                pair.server.send(body.type(), millis, body.bytes());
            } else {
                byte[] chunks = shared(body.type(), millis, pair.server.mediaStream(), body.bytes(), 500);
                pair.talk(1000); // what is pending goes first
                pair.client.receive(ByteBuffer.wrap(chunks));
            }
            shared = !shared;
        }
        pair.talk(1000);
        assertEquals(sample.video.frames().size(), played.video.frames().size());
        for (int i = 0; i < sample.video.frames().size(); i++) {
            RecordingSink.Frame wanted = sample.video.frames().get(i);
            assertEquals(wanted.bytes(), played.video.frames().get(i).bytes());
            assertEquals(
                    wanted.time().decodeNanos() + begin * 1_000_000,
                    played.video.frames().get(i).time().decodeNanos());
        }
    }

    private static byte[] shared(int type, long millis, int messageStream, Bytes body, int chunkBytes) {
        ByteBuffer out = ByteBuffer.allocate(2 * body.size() + 100);
        RtmpSession.sharedHead(out, type, millis, messageStream, body.size());
        for (int at = 0; at < body.size(); at += chunkBytes) {
            if (at > 0) {
                RtmpSession.sharedContinuation(out, type, millis);
            }
            body.slice(at, Math.min(body.size(), at + chunkBytes)).copyTo(out);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Wherever the network cuts what a client says, the server hears the same. */
    @Test
    void everyBoundary_isOneToSplitAt() throws Exception {
        SessionPair pair = SessionPair.publishing(128);
        pair.guest.toPublish = SessionPair.bodies(sample, 8);
        pair.guest.ends = true;
        pair.talk(1 << 20);
        byte[] said = pair.toServer.toByteArray();
        assertTrue(said.length > 2 * Handshake.PACKET_BYTES + 1000, "bytes=" + said.length);
        for (int at = 0; at <= said.length; at++) {
            SessionPair.Host host = SessionPair.replay(said, at);
            assertEquals(pair.host.tracks.video.frames(), host.tracks.video.frames(), "at " + at);
            assertEquals(pair.host.tracks.sound.frames(), host.tracks.sound.frames(), "at " + at);
            assertEquals(List.of("ended"), host.heard, "at " + at);
        }
    }

    /** Nothing of a publisher is taken, and no Publish.Start is sent, before the verdict. */
    @Test
    void verdict_comesBeforeAnything() throws Exception {
        SessionPair pair = SessionPair.publishing(4096);
        pair.host.later = true;
        pair.talk(1000);
        assertEquals(List.of(), pair.guest.heard);
        assertFalse(text(pair).contains("onStatus"));
        assertFalse(pair.client.ready());
        pair.host.answer();
        pair.talk(1000);
        assertEquals(List.of("ready"), pair.guest.heard);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NetStream.Publish.BadName", "NetStream.Publish.Denied"})
    void refusedPublisher_hearsWhy_andAfterwardsNothingCounts(String code) throws Exception {
        SessionPair pair = SessionPair.publishing(4096);
        pair.host.refusal = code;
        pair.talk(1000);
        assertEquals(List.of("refused " + code), pair.guest.heard);
        assertTrue(pair.server.closing());
        pair.server.receive(ByteBuffer.wrap(new byte[5000]));
        assertFalse(pair.server.output().hasRemaining());
    }

    @Test
    void refusedPlayer_hearsWhy() throws Exception {
        SessionPair pair = SessionPair.playing(new TrackReader(new RecordedTracks()), 4096);
        pair.host.refusal = "NetStream.Play.StreamNotFound";
        pair.talk(1000);
        assertEquals(List.of("refused NetStream.Play.StreamNotFound"), pair.guest.heard);
    }

    @Test
    void playersCommands_areHeardAndAnswered() throws Exception {
        SessionPair pair = SessionPair.playing(new TrackReader(new RecordedTracks()), 4096);
        pair.talk(1000);
        pair.host.heard.clear();
        pair.client.invoke(5, 1, text("pause"), number(0), none(), new Amf.Bool(true), number(10));
        pair.client.invoke(5, 1, text("receiveAudio"), number(0), none(), new Amf.Bool(false));
        pair.client.invoke(5, 1, text("seek"), number(0), none(), number(10));
        pair.client.invoke(3, 0, text("getStreamLength"), number(9), none(), text("front"));
        pair.client.invoke(3, 0, text("nobody knows this"), number(10), none());
        pair.client.userControl(6, 0x1234);
        pair.toClient.reset();
        pair.talk(1000);
        assertEquals(List.of("paused true", "wanted 8 false"), pair.host.heard);
        String answers = text(pair);
        for (String wanted : List.of("NetStream.Pause.Notify", "NetStream.Seek.Failed", "_result", "\0\7\0\0\22\64")) {
            assertTrue(answers.contains(wanted), wanted);
        }
        pair.client.end();
        pair.talk(1000);
        assertTrue(pair.host.heard.contains("ended"));
    }

    @Test
    void fcCommands_areAnsweredAsHardwareEncodersWait() throws Exception {
        SessionPair pair = SessionPair.publishing(4096);
        pair.guest.ends = true;
        pair.talk(1000);
        String answers = text(pair);
        assertTrue(answers.contains("onFCPublish") && answers.contains("onFCUnpublish"));
        assertTrue(answers.contains("NetStream.Unpublish.Success"));
        assertEquals(List.of("ended"), pair.host.heard, "once");
    }

    /** Tags of an aggregate message are an hour away from the message's own time, and keep their distances (§7.1.6). */
    @Test
    void aggregateMessages_areTakenApart() throws Exception {
        SessionPair pair = SessionPair.publishing(128);
        pair.talk(1000);
        ByteBuffer tags = ByteBuffer.allocate(200_000);
        int count = 0;
        for (RecordedTracks.Body body : SessionPair.bodies(sample, 12)) {
            if (body.type() != TagType.SCRIPT) {
                FlvWriter.tag(tags, body.type(), body.millis() + 3_600_000, body.bytes());
                count += body.millis() > 0 ? 1 : 0;
            }
        }
        assertTrue(count > 4);
        pair.client.send(MessageType.AGGREGATE, 500, Bytes.view(tags.flip()));
        pair.talk(77);
        List<RecordingSink.Frame> frames = pair.host.tracks.video.frames();
        assertEquals(500_000_000L, frames.get(0).time().decodeNanos());
        for (int i = 0; i < frames.size(); i++) {
            assertEquals(sample.video.frames().get(i).bytes(), frames.get(i).bytes());
            assertEquals(
                    sample.video.frames().get(i).time().decodeNanos() + 500_000_000L,
                    frames.get(i).time().decodeNanos());
        }
    }

    /** 2^24 and 2^32 ms are nothing special on the way. */
    @ParameterizedTest
    @ValueSource(longs = {0xfffff0L, 0xfffffff0L})
    void timestamps_goOnAcrossTheirEnds(long begin) throws Exception {
        SessionPair pair = SessionPair.publishing(128);
        pair.guest.toPublish = sample.bodies().stream()
                .map(body -> new RecordedTracks.Body(body.type(), body.millis() + begin, body.bytes(), body.key()))
                .toList();
        pair.talk(999);
        for (int i = 0; i < sample.video.frames().size(); i++) {
            assertEquals(
                    sample.video.frames().get(i).time().decodeNanos() + begin * 1_000_000,
                    pair.host.tracks.video.frames().get(i).time().decodeNanos());
        }
    }

    /** A window of 2.5 MB is acknowledged before it is full; what is acknowledged wraps as the protocol has it. */
    @Test
    void receivedBytes_areAcknowledged() throws Exception {
        SessionPair pair = SessionPair.publishing(65536);
        pair.talk(1000);
        for (int i = 0; i < 30; i++) {
            pair.client.send(TagType.AUDIO, i, Bytes.view(ByteBuffer.allocate(100_000)));
            pair.talk(10_000);
        }
        RecordedMessages heard = new RecordedMessages();
        ChunkReader reader = new ChunkReader(heard);
        reader.chunkBytes(65536);
        int behindHandshake = 1 + 2 * Handshake.PACKET_BYTES;
        reader.bytes(
                ByteBuffer.wrap(pair.toClient.toByteArray(), behindHandshake, pair.toClient.size() - behindHandshake));
        List<Integer> acknowledged = heard.messages.stream()
                .filter(each -> each.type() == MessageType.ACKNOWLEDGEMENT)
                .map(each -> each.body().buffer().getInt())
                .toList();
        assertEquals(2, acknowledged.size());
        assertTrue(acknowledged.get(0) >= 1_250_000 && acknowledged.get(0) < 1_270_000, acknowledged::toString);
        assertTrue(acknowledged.get(1) >= 2_500_000 && acknowledged.get(1) < 2_530_000, acknowledged::toString);
    }

    @Test
    void memory_isAskedForFirst_andOversizedMessagesAreRefused() throws Exception {
        SessionPair pair = SessionPair.publishing(65536);
        pair.talk(1000);
        pair.client.send(MessageType.COMMAND, 0, Bytes.view(ByteBuffer.allocate(70_000)));
        RtmpException tooLong = assertThrows(RtmpException.class, () -> pair.talk(1000));
        assertTrue(String.valueOf(tooLong.getMessage()).contains("70000 bytes"), tooLong::getMessage);
        assertTrue(pair.server.drawnBytes() < 20_000, "drawn=" + pair.server.drawnBytes());

        CountedMemory small = new CountedMemory(8000);
        RtmpServer server = new RtmpServer(new SessionPair.Host(), 4096, 1, small);
        byte[] said = pair.toServer.toByteArray();
        ByteBuffer long5000 = ByteBuffer.allocate(6000);
        new ChunkWriter().head(long5000, 3, MessageType.COMMAND, 0, 0, 5000);
        server.receive(ByteBuffer.wrap(said, 0, 1 + 2 * Handshake.PACKET_BYTES));
        RtmpException full = assertThrows(RtmpException.class, () -> server.receive(long5000.flip()));
        assertTrue(String.valueOf(full.getMessage()).startsWith("No memory is left for 5000 bytes"), full::getMessage);
        server.close();
        assertEquals(0, small.drawnBytes());
    }

    /** 5,000 of them are 35 MB at most. */
    @Test
    void idleConnection_holdsLittle() throws Exception {
        CountedMemory memory = new CountedMemory(1 << 20);
        RtmpServer server = new RtmpServer(new SessionPair.Host(), 4096, 1, memory);
        assertTrue(memory.drawnBytes() < 2000);
        server.receive(ByteBuffer.wrap(new byte[] {3}));
        server.receive(ByteBuffer.wrap(new byte[2 * Handshake.PACKET_BYTES]));
        assertTrue(memory.drawnBytes() <= 4096, "drawn=" + memory.drawnBytes());
    }

    @Test
    void peerThatAsksAndNeverReads_isLeft() throws Exception {
        SessionPair pair = SessionPair.publishing(4096);
        pair.talk(1000);
        ByteBuffer pings = ByteBuffer.allocate(18 * 60_000);
        for (int i = 0; i < 60_000; i++) {
            new ChunkWriter()
                    .message(
                            pings,
                            2,
                            4,
                            0,
                            0,
                            ByteBuffer.allocate(6).putShort((short) 6).putInt(i).flip());
        }
        RtmpException left = assertThrows(RtmpException.class, () -> pair.server.receive(pings.flip()));
        assertEquals("The peer asks for more than it reads.", left.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"6, which is not taken", "71, does not speak RTMP", "0, does not speak RTMP"})
    void otherProtocols_areToldAtOnce(int first, String sentence) throws Exception {
        RtmpServer server = new RtmpServer(new SessionPair.Host(), 4096, 1, new CountedMemory(1 << 20));
        RtmpException refused =
                assertThrows(RtmpException.class, () -> server.receive(ByteBuffer.wrap(new byte[] {(byte) first})));
        assertTrue(String.valueOf(refused.getMessage()).contains(sentence), refused::getMessage);
    }

    @Test
    void commandsInWrongOrder_endTheSession() throws Exception {
        ByteBuffer publish = ByteBuffer.allocate(500);
        Bytes body = AmfWriter.write(text("publish"), number(1), none(), text("x"), text("live"));
        new ChunkWriter().message(publish, 3, MessageType.COMMAND, 0, 1, body.buffer());
        RtmpServer server = new RtmpServer(new SessionPair.Host(), 4096, 1, new CountedMemory(1 << 20));
        server.receive(ByteBuffer.wrap(new byte[] {3}));
        server.receive(ByteBuffer.wrap(new byte[2 * Handshake.PACKET_BYTES]));
        assertThrows(RtmpException.class, () -> server.receive(publish.flip()));

        SessionPair pair = SessionPair.publishing(4096);
        pair.talk(1000);
        pair.toClient.reset();
        pair.client.invoke(5, 1, text("publish"), number(0), none(), text("again"), text("live"));
        pair.client.invoke(5, 7, text("publish"), number(0), none(), text("never created"), text("live"));
        pair.talk(1000);
        assertEquals(1, pair.host.requests.size());
        assertTrue(text(pair).contains("NetStream.Failed"));
    }

    private static String text(SessionPair pair) {
        return pair.toClient.toString(StandardCharsets.ISO_8859_1);
    }

    private static Amf text(String value) {
        return new Amf.Text(value);
    }

    private static Amf number(double value) {
        return new Amf.Numeric(value);
    }

    private static Amf none() {
        return new Amf.Null();
    }
}
