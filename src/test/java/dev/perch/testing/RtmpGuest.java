package dev.perch.testing;

import dev.perch.flv.TagSink;
import dev.perch.rtmp.RtmpClient;
import dev.perch.rtmp.RtmpException;
import dev.perch.rtmp.RtmpMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client of RTMP within the test's JVM, which plays or publishes and keeps nothing of what comes. Used by one thread. */
public final class RtmpGuest implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000; // a camera begins, on a machine that may be busy
    private static final int SAID_BYTES = 1 << 20;

    private final Socket socket;
    private final RtmpClient client;
    private final byte[] piece = new byte[8192];
    private final StringBuilder said = new StringBuilder(); // of all that the server said, its last bytes as text
    private @Nullable String refusal;
    private boolean ready;
    private boolean ended;

    private RtmpGuest(int port, String name, boolean plays) throws IOException, RtmpException {
        RtmpClient.Address address = new RtmpClient.Address("live", "rtmp://127.0.0.1:" + port + "/live", name);
        Heard heard = new Heard();
        client = plays
                ? RtmpClient.playing(address, heard, new Nowhere(), /* seed= */ 1, new Unbounded())
                : RtmpClient.publishing(address, heard, /* chunkBytes= */ 4096, /* seed= */ 1, new Unbounded());
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    /**
     * Asks to play.
     *
     * @param name of the camera, with its query
     */
    public static RtmpGuest playing(int port, String name) throws IOException, RtmpException {
        return new RtmpGuest(port, name, /* plays= */ true);
    }

    /**
     * Asks to publish.
     *
     * @param name of the camera, with its query
     */
    public static RtmpGuest publishing(int port, String name) throws IOException, RtmpException {
        return new RtmpGuest(port, name, /* plays= */ false);
    }

    /** Waits for the answer. Returns whether it is let in; else {@link #refusal} says why not. */
    public boolean letIn() throws IOException, RtmpException {
        while (!ready && refusal == null && step()) {
            // goes on
        }
        return ready;
    }

    /** Returns the words of the refusal; empty where there is none. */
    public String refusal() {
        return refusal == null ? "" : refusal;
    }

    /** Takes what comes until the server ends it. Returns the last of what it said, as text. */
    public String untilTheEnd() throws IOException, RtmpException {
        while (!ended && step()) {
            // goes on
        }
        return said.toString();
    }

    /** Sends bytes of the test's own behind what the session has said. */
    public void sendRaw(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private boolean step() throws IOException, RtmpException {
        ByteBuffer pending = client.output();
        byte[] bytes = new byte[pending.remaining()];
        pending.get(bytes);
        socket.getOutputStream().write(bytes);
        int count = socket.getInputStream().read(piece);
        if (count < 0) {
            return false;
        }
        said.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
        if (said.length() > 2 * SAID_BYTES) {
            said.delete(0, said.length() - SAID_BYTES);
        }
        client.receive(ByteBuffer.wrap(piece, 0, count));
        return true;
    }

    @Override
    public void close() throws IOException {
        client.close();
        socket.close();
    }

    private final class Heard implements RtmpClient.Listener {
        @Override
        public void ready() {
            ready = true;
        }

        @Override
        public void refused(String code, String description) {
            refusal = code + " " + description;
        }

        @Override
        public void ended() {
            ended = true;
        }
    }

    private static final class Nowhere implements TagSink {
        @Override
        public void begin(int type, int timestamp, int sizeBytes) {
            // what comes does not matter
        }

        @Override
        public void bytes(int type, ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }

        @Override
        public void end(int type) {
            // likewise
        }
    }

    /** Gives all that is asked for. */
    private static final class Unbounded implements RtmpMemory {
        @Override
        public boolean draw(int bytes) {
            return true;
        }

        @Override
        public void giveBack(int bytes) {
            // nothing is counted
        }
    }
}
