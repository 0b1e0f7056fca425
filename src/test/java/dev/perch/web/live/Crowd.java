package dev.perch.web.live;

import dev.perch.media.Bytes;
import dev.perch.testing.DemoFrames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Many viewers of stream.mjpg in one thread: each frame of each is compared with the demo's, byte for byte. */
final class Crowd implements AutoCloseable {
    private static final DemoFrames DEMO = DemoFrames.all();
    private static final String LENGTH = "Content-Length: ";

    private final Selector selector = Selector.open();
    private final List<SocketChannel> stalled = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private int open;

    Crowd() throws IOException {}

    /** One that reads, until the server ends the answer. */
    void join(int port, String target) throws IOException {
        SocketChannel channel = ask(port, target, SocketChannel.open());
        Member member = new Member();
        members.add(member);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, member);
        open++;
    }

    /** One that never reads. */
    void joinStalled(int port, String target) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        stalled.add(ask(port, target, channel));
    }

    private static SocketChannel ask(int port, String target, SocketChannel channel) throws IOException {
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    /** Reads for all until everyone's answer has ended, or {@code endNanos} is there. */
    void read(long endNanos) throws IOException {
        while (open > 0 && System.nanoTime() < endNanos) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                Member member = (Member) key.attachment();
                SocketChannel channel = (SocketChannel) key.channel();
                if (member.readsToItsEnd(channel)) {
                    key.cancel();
                    channel.close();
                    open--;
                }
            }
            selector.selectedKeys().clear();
        }
    }

    /** How many answers have not ended yet. */
    int open() {
        return open;
    }

    /** How many frames each has had. */
    List<Integer> frames() {
        return members.stream().map(member -> member.frames).toList();
    }

    /** How often one missed a frame, for being slow. */
    int missed() {
        return members.stream().mapToInt(member -> member.missed).sum();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        for (SocketChannel channel : stalled) {
            channel.close();
        }
    }

    private static final class Member {
        private ByteBuffer unread = ByteBuffer.allocate(32 << 10);
        private boolean begun;
        private int frames;
        private int missed;
        private int last = -1;

        boolean readsToItsEnd(SocketChannel channel) throws IOException {
            int taken = channel.read(unread);
            unread.flip();
            while (frame()) {
                frames++;
            }
            if (taken < 0 && unread.hasRemaining()) {
                throw new AssertionError("the answer ended within a part: " + unread + " after " + frames);
            }
            unread.compact();
            if (!unread.hasRemaining()) {
                unread = ByteBuffer.allocate(2 * unread.capacity()).put(unread.flip());
            }
            return taken < 0;
        }

        /** Takes one whole part, or the answer's head and one. */
        private boolean frame() {
            int start = unread.position();
            int head = headEnd(start);
            if (!begun && head > 0) {
                String text = text(start, head);
                if (!text.startsWith("HTTP/1.1 200")) {
                    throw new AssertionError(text);
                }
                begun = true;
                unread.position(head);
                return frame();
            }
            if (head < 0) {
                return false;
            }
            String text = text(start, head);
            int length = text.indexOf(LENGTH) + LENGTH.length();
            int sizeBytes = Integer.parseInt(text.substring(length, text.indexOf('\r', length)));
            if (unread.limit() < head + sizeBytes + 2) {
                return false;
            }
            int number = DEMO.number(Bytes.copyOf(Arrays.copyOfRange(unread.array(), head, head + sizeBytes)));
            missed += last < 0 || DEMO.distance(last, number) == 5 ? 0 : 1;
            last = number;
            unread.position(head + sizeBytes + 2);
            return true;
        }

        /** Behind the next empty line; -1 when it is not there yet. */
        private int headEnd(int start) {
            for (int i = start; i + 4 <= unread.limit(); i++) {
                if (unread.getInt(i) == 0x0D0A0D0A) {
                    return i + 4;
                }
            }
            return -1;
        }

        private String text(int start, int end) {
            return new String(unread.array(), start, end - start, StandardCharsets.ISO_8859_1);
        }
    }
}
