package dev.perch.rtmp;

import dev.perch.flv.Metadata;
import dev.perch.flv.RecordedTracks;
import dev.perch.flv.TagSink;
import dev.perch.flv.TagType;
import dev.perch.flv.TrackReader;
import dev.perch.media.MalformedBitstreamException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client and a server that talk without sockets, with all that they say. */
final class SessionPair {
    /** What the server decides, and what it heard. */
    static final class Host implements RtmpServer.Listener {
        final RecordedTracks tracks = new RecordedTracks();
        final List<StreamRequest> requests = new ArrayList<>();
        final List<String> heard = new ArrayList<>();
        List<RecordedTracks.Body> toPlay = List.of();
        String refusal = "";
        boolean later;
        private @Nullable RtmpServer server; // set before anything comes

        void serve(RtmpServer next) {
            server = next;
        }

        private RtmpServer server() {
            return Objects.requireNonNull(server);
        }

        @Override
        public void publishWanted(StreamRequest request) throws RtmpException {
            requests.add(request);
            if (!later) {
                answer();
            }
        }

        void answer() throws RtmpException {
            if (refusal.isEmpty()) {
                server().acceptPublish(new TrackReader(tracks));
            } else {
                server().refuse(refusal, "Not here.");
            }
        }

        @Override
        public void playWanted(StreamRequest request) throws RtmpException {
            requests.add(request);
            if (!refusal.isEmpty()) {
                server().refuse(refusal, "Not here.");
                return;
            }
            server().acceptPlay();
            for (RecordedTracks.Body body : toPlay) {
                server().send(body.type(), body.millis(), body.bytes());
            }
            if (!toPlay.isEmpty()) {
                server().end("The camera is away.");
            }
        }

        @Override
        public void paused(boolean paused) {
            heard.add("paused " + paused);
        }

        @Override
        public void wanted(int type, boolean wanted) {
            heard.add("wanted " + type + " " + wanted);
        }

        @Override
        public void bufferLength(int millis) {
            heard.add("buffer " + millis);
        }

        @Override
        public void ended() {
            heard.add("ended");
        }
    }

    /** What the client heard; publishes all bodies as soon as it may. */
    static final class Guest implements RtmpClient.Listener {
        final List<String> heard = new ArrayList<>();
        List<RecordedTracks.Body> toPublish = List.of();
        boolean ends;
        private @Nullable RtmpClient client; // set before anything comes

        void use(RtmpClient next) {
            client = next;
        }

        private RtmpClient client() {
            return Objects.requireNonNull(client);
        }

        @Override
        public void ready() throws RtmpException {
            heard.add("ready");
            if (!toPublish.isEmpty()) {
                client().metadata(new Metadata(Map.of()));
            }
            for (RecordedTracks.Body body : toPublish) {
                if (body.type() != TagType.SCRIPT) {
                    client().send(body.type(), body.millis(), body.bytes());
                }
            }
            if (ends) {
                client().end();
            }
        }

        @Override
        public void refused(String code, String description) {
            heard.add("refused " + code);
        }

        @Override
        public void ended() {
            heard.add("ended");
        }
    }

    static final RtmpClient.Address ADDRESS = new RtmpClient.Address("live", "rtmp://host/live", "front?key=secret");

    final CountedMemory memory = new CountedMemory(32 << 20);
    final Host host = new Host();
    final Guest guest = new Guest();
    final RtmpServer server;
    final RtmpClient client;
    final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
    final ByteArrayOutputStream toClient = new ByteArrayOutputStream();

    private SessionPair(boolean publishes, TagSink played, int chunkBytes) throws RtmpException {
        server = new RtmpServer(host, chunkBytes, 1, memory);
        host.serve(server);
        client = publishes
                ? RtmpClient.publishing(ADDRESS, guest, chunkBytes, 2, memory)
                : RtmpClient.playing(ADDRESS, guest, played, 2, memory);
        guest.use(client);
    }

    static SessionPair publishing(int chunkBytes) throws RtmpException {
        return new SessionPair(true, new TrackReader(new RecordedTracks()), chunkBytes);
    }

    static SessionPair playing(TagSink played, int chunkBytes) throws RtmpException {
        return new SessionPair(false, played, chunkBytes);
    }

    /** Lets them talk until neither has more to say, in pieces of so many bytes. */
    void talk(int pieceBytes) throws RtmpException {
        while (client.output().hasRemaining() || server.output().hasRemaining()) {
            pass(client, server, toServer, pieceBytes);
            pass(server, client, toClient, pieceBytes);
        }
    }

    private static void pass(RtmpSession from, RtmpSession to, ByteArrayOutputStream record, int pieceBytes)
            throws RtmpException {
        ByteBuffer pending = from.output();
        byte[] piece = new byte[Math.min(pieceBytes, pending.remaining())];
        pending.get(piece);
        record.writeBytes(piece);
        to.receive(ByteBuffer.wrap(piece));
    }

    /** Gives a server all that a client said, split in two at {@code at}; returns the server's side. */
    static Host replay(byte[] said, int at) throws RtmpException {
        Host host = new Host();
        try (RtmpServer server = new RtmpServer(host, 4096, 1, new CountedMemory(1 << 20))) {
            host.serve(server);
            server.receive(ByteBuffer.wrap(said, 0, at));
            server.output().position(server.output().limit());
            server.receive(ByteBuffer.wrap(said, at, said.length - at));
        }
        return host;
    }

    /** Returns a sample's bodies, the first {@code count} of them. */
    static List<RecordedTracks.Body> bodies(RecordedTracks sample, int count) throws MalformedBitstreamException {
        List<RecordedTracks.Body> all = sample.bodies();
        return all.subList(0, Math.min(count, all.size()));
    }
}
