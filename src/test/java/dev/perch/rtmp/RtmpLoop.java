package dev.perch.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server for one client after the other, over a socket of the loopback, until the first stream has ended. */
final class RtmpLoop implements AutoCloseable {
    private final ServerSocket listener;
    private final SessionPair.Host host;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream(); // read by the test once it is over
    private volatile @Nullable Throwable failure; // from the loop's thread to the test's

    private RtmpLoop(SessionPair.Host host) throws IOException {
        this.host = host;
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        thread = new Thread(this::serve, "rtmp loop");
    }

    static RtmpLoop start(SessionPair.Host host) throws IOException {
        RtmpLoop loop = new RtmpLoop(host);
        loop.thread.start();
        return loop;
    }

    String url() {
        return "rtmp://127.0.0.1:" + listener.getLocalPort() + "/live/front";
    }

    /** Waits until the client has gone. */
    void await() throws InterruptedException {
        if (!over.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the client does not end");
        }
        Throwable failed = failure;
        if (failed != null) {
            throw new AssertionError(failed);
        }
    }

    /** Returns the packet that the client began with. */
    byte[] clientsPacket() {
        return Arrays.copyOfRange(first.toByteArray(), 1, 1 + Handshake.PACKET_BYTES);
    }

    private void serve() {
        try (Socket socket = listener.accept()) {
            RtmpServer server = new RtmpServer(host, 65536, 1, new CountedMemory(64 << 20));
            host.serve(server);
            byte[] handshake = socket.getInputStream().readNBytes(1 + Handshake.PACKET_BYTES);
            first.writeBytes(handshake);
            server.receive(ByteBuffer.wrap(handshake));
            run(server, socket);
        } catch (IOException | RtmpException | RuntimeException | Error e) {
            failure = e;
        } finally {
            over.countDown();
        }
    }

    /** Runs a session over a socket until either side ends it. */
    static void run(RtmpSession session, Socket socket) throws IOException, RtmpException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] piece = new byte[4096];
        send(session, out);
        try {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                session.receive(ByteBuffer.wrap(piece, 0, count));
                send(session, out);
                if (session.closing()) {
                    socket.shutdownOutput();
                }
            }
        } catch (IOException reset) {
            // as programs leave that have read what they wanted
        }
        session.close();
    }

    static void send(RtmpSession session, OutputStream out) throws IOException {
        ByteBuffer pending = session.output();
        byte[] bytes = new byte[pending.remaining()];
        pending.get(bytes);
        out.write(bytes);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
