package dev.perch.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Viewers who come and go, in one thread: what they are sent is read, counted and forgotten. */
final class Passers implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final Deque<SocketChannel> present = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocate(64 << 10);
    private long bytes;

    Passers() throws IOException {}

    void come(int port, String target) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        present.add(channel);
    }

    /** The one who has been there longest goes, without a word. */
    void leave() throws IOException {
        SocketChannel first = present.poll();
        if (first != null) {
            first.close();
        }
    }

    void read() throws IOException {
        selector.selectNow();
        for (SelectionKey key : selector.selectedKeys()) {
            SocketChannel channel = (SocketChannel) key.channel();
            if (!key.isValid()) {
                continue;
            }
            int taken = channel.read(scratch.clear());
            bytes += Math.max(0, taken);
            if (taken < 0) {
                present.remove(channel);
                channel.close();
            }
        }
        selector.selectedKeys().clear();
    }

    int present() {
        return present.size();
    }

    /** What all of them have been sent so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        while (!present.isEmpty()) {
            leave();
        }
        selector.close();
    }
}
