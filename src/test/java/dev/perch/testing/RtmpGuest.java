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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An RTMP client within the test's JVM, which plays or publishes and discards what it receives. Used by one thread. */
public final class RtmpGuest implements AutoCloseable {
    /** Grants each request. */
    public static final RtmpMemory UNBOUNDED = new RtmpMemory() {
        @Override
        public boolean draw(int bytes) {
            return true;
        }

        @Override
        public void giveBack(int bytes) {
            // nothing is counted
        }
    };

    private static final int TIMEOUT_MILLIS = 60_000; // a camera begins, on a machine that may be busy
    private static final int HEARD_BYTES = 1 << 20;

    private final Socket socket;
    private final RtmpClient client;
    private final byte[] piece = new byte[8192];
    private final StringBuilder heard = new StringBuilder(); // the last bytes of all that the server said, as text
    private @Nullable String refusal;
    private boolean ready;
    private boolean ended;

    private RtmpGuest(int port, String name, boolean plays) throws IOException, RtmpException {
        RtmpClient.Address address = new RtmpClient.Address("live", "rtmp://127.0.0.1:" + port + "/live", name);
        Answers answers = new Answers();
        client = plays
                ? RtmpClient.playing(address, answers, new Nowhere(), /* seed= */ 1, UNBOUNDED)
                : RtmpClient.publishing(address, answers, /* chunkBytes= */ 4096, /* seed= */ 1, UNBOUNDED);
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

    /** Waits for the answer. Returns whether the server accepts; if not, {@link #refusal} tells why. */
    public boolean letIn() throws IOException, RtmpException {
        while (!ready && refusal == null && step()) {
            // goes on
        }
        return ready;
    }

    /** Returns the text of the refusal; empty if there is none. */
    public String refusal() {
        return refusal == null ? "" : refusal;
    }

    /** Reads until the server closes the connection. Returns the last bytes as text. */
    public String untilTheEnd() throws IOException, RtmpException {
        while (!ended && step()) {
            // goes on
        }
        return heard.toString();
    }

    /** Asks to play and sends {@code more} in the same write. */
    public void askWith(byte... more) throws IOException, RtmpException {
        byte[] bytes = said();
        while (!new String(bytes, StandardCharsets.ISO_8859_1).contains("play\u0000")) {
            socket.getOutputStream().write(bytes);
            if (!hear()) {
                throw new AssertionError("the server has ended it");
            }
            bytes = said();
        }
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, all, bytes.length, more.length);
        socket.getOutputStream().write(all);
    }

    /** Sends bytes of the test after those of the session. */
    public void sendRaw(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private boolean step() throws IOException, RtmpException {
        socket.getOutputStream().write(said());
        return hear();
    }

    /** Returns the pending output of the session. */
    private byte[] said() {
        ByteBuffer pending = client.output();
        byte[] bytes = new byte[pending.remaining()];
        pending.get(bytes);
        return bytes;
    }

    /** Reads the next bytes. Returns false at the end. */
    private boolean hear() throws IOException, RtmpException {
        int count = socket.getInputStream().read(piece);
        if (count < 0) {
            return false;
        }
        heard.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
        if (heard.length() > 2 * HEARD_BYTES) {
            heard.delete(0, heard.length() - HEARD_BYTES);
        }
        client.receive(ByteBuffer.wrap(piece, 0, count));
        return true;
    }

    @Override
    public void close() throws IOException {
        client.close();
        socket.close();
    }

    private final class Answers implements RtmpClient.Listener {
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
}
