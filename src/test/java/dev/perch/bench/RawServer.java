package dev.perch.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The least that a Java program can do to send an MJPEG stream to many: one thread, one selector, one shared direct buffer a frame, no HTTP but
 * a fixed head. The floor that {@code bin/bench} measures Perch against.
 *
 * <p>Words: port, bytes a frame, frames a second. Ends with its standard input.
 */
public final class RawServer {
    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer[] frames = new ByteBuffer[8];
    private final int frameBytes;
    private final long intervalNanos;
    private long published;

    private RawServer(int port, int frameBytes, int framesPerSecond) throws IOException {
        this.frameBytes = frameBytes;
        this.intervalNanos = 1_000_000_000L / framesPerSecond;
        for (int i = 0; i < frames.length; i++) {
            frames[i] = ByteBuffer.allocateDirect(frameBytes + 256);
        }
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Runs until the standard input ends. */
    public static void main(String[] words) throws IOException {
        RawServer server =
                new RawServer(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // whoever started this holds the other end
                }
            } catch (IOException ended) {
                System.err.println(ended);
            }
            System.exit(0);
        });
        watch.setDaemon(true);
        watch.start();
        server.run();
    }

    private void run() throws IOException {
        long due = System.nanoTime();
        while (true) {
            long waitMillis = Math.max(1, (due - System.nanoTime()) / 1_000_000);
            selector.select(waitMillis);
            for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                SelectionKey key = keys.next();
                keys.remove();
                if (key.isAcceptable()) {
                    accept((ServerSocketChannel) key.channel());
                } else {
                    ((Connection) key.attachment()).ready(key);
                }
            }
            if (System.nanoTime() >= due) {
                publish();
                due += intervalNanos;
            }
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, 131_072);
            Connection connection = new Connection(channel);
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
            connections.add(connection);
        }
    }

    private void publish() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        ByteBuffer frame = frames[(int) (published++ % frames.length)].clear();
        frame.put(String.format(
                        Locale.ROOT,
                        "--b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: %d.%06d\r\n\r\n",
                        frameBytes,
                        micros / 1_000_000,
                        micros % 1_000_000)
                .getBytes(StandardCharsets.US_ASCII));
        int start = frame.position();
        frame.put(start, (byte) 0xFF).put(start + 1, (byte) 0xD8);
        frame.put(start + frameBytes - 2, (byte) 0xFF).put(start + frameBytes - 1, (byte) 0xD9);
        frame.position(start + frameBytes).put((byte) '\r').put((byte) '\n').flip();
        connections.removeIf(connection -> !connection.offer(frame));
    }

    private static final class Connection {
        private final SocketChannel channel;
        private SelectionKey key;
        private boolean begun;
        private ByteBuffer rest = ByteBuffer.wrap(HEAD);

        @SuppressWarnings("NullAway.Init") // the key needs the connection
        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        /** Sends the frame, unless an earlier one is still being sent. */
        boolean offer(ByteBuffer frame) {
            if (!channel.isOpen()) {
                return false;
            }
            if (!begun || rest.hasRemaining()) {
                return true;
            }
            rest = frame.duplicate();
            return send();
        }

        private boolean send() {
            try {
                channel.write(rest);
                key.interestOps(rest.hasRemaining() ? SelectionKey.OP_WRITE : 0);
                return true;
            } catch (IOException gone) {
                return close();
            }
        }

        private boolean close() {
            key.cancel();
            try {
                channel.close();
            } catch (IOException broken) {
                System.err.println(broken);
            }
            return false;
        }

        void ready(SelectionKey ready) throws IOException {
            if (ready.isReadable() && !begun) {
                begun = channel.read(ByteBuffer.allocate(2048)) > 0;
            }
            send();
        }
    }
}
