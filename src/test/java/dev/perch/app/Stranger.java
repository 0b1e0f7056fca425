package dev.perch.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One client with many connections that mean no good, without a thread of its own. */
final class Stranger implements AutoCloseable {
    /** Another of this machine's addresses than those who ask beside it have. */
    private static final String ADDRESS = "127.0.0.2";

    private static final int WINDOW_BYTES = 4096;
    private static final int SIP_BYTES = 2048;

    private final int port;
    private final Attack attack;
    private final List<SocketChannel> open = new ArrayList<>();
    private final ByteBuffer sip = ByteBuffer.allocate(SIP_BYTES);

    Stranger(int port, Attack attack) {
        this.port = port;
        this.attack = attack;
    }

    /**
     * @param connections how many
     * @param first what each says at once
     * @param then what each says again and again
     * @param reads whether it reads, a little at a time
     * @param millis how long it goes on
     */
    record Attack(String name, int connections, String first, String then, boolean reads, long millis) {}

    static List<Attack> attacks(URI server) {
        String root = server.getPath();
        String file = get(root + "static/players/dash.mediaplayer.min.js");
        String chunked = "Transfer-Encoding: chunked\r\n\r\n";
        return List.of(
                // first, for the first pages of a Perch take the longest
                new Attack("pages", 24, get(root), "", false, 1500),
                new Attack("partial heads", 1200, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "a", false, 2000),
                new Attack("silent connections", 1200, "", "", false, 1000),
                new Attack(
                        "bodies that drip",
                        24,
                        head("GET", root + "stats", "Content-Length: 100000\r\n\r\n"),
                        "x",
                        false,
                        1000),
                new Attack("chunks that drip", 24, head("POST", root, chunked), "1\r\na\r\n", false, 1000),
                new Attack(
                        "a PUT of controls",
                        24,
                        head("PUT", root + "controls", "Content-Length: 900\r\n\r\n"),
                        "x",
                        false,
                        1000),
                new Attack(
                        "bodies of what Tomcat refuses",
                        24,
                        head("GET", root + "a%2fb", chunked),
                        "1\r\na\r\n",
                        false,
                        1000),
                new Attack(
                        "a stream with a body",
                        6,
                        head("GET", root + "front/stream.mjpg", "Content-Length: 9\r\n\r\n"),
                        "",
                        false,
                        1000),
                new Attack(
                        "Expect",
                        6,
                        head("GET", root + "front/stream.mp4", "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n"),
                        "",
                        false,
                        1000),
                new Attack("slow readers of a file", 24, file.repeat(3), "", true, 1500),
                new Attack(
                        "redirects that nobody reads",
                        24,
                        get(root + "front").repeat(2000),
                        get(root + "front"),
                        false,
                        1000),
                new Attack("viewers without end", 120, get(root + "front/stream.mjpg"), "", true, 2000),
                new Attack(
                        "snapshots without end",
                        120,
                        get(root + "front/snapshot.jpg").repeat(2),
                        "",
                        false,
                        1000));
    }

    private static String get(String path) {
        return head("GET", path, "\r\n");
    }

    private static String head(String method, String path, String rest) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + rest;
    }

    /** Opens all connections, as fast as they are taken. */
    void begin() throws IOException {
        for (int i = 0; i < attack.connections; i++) {
            SocketChannel channel = SocketChannel.open().setOption(StandardSocketOptions.SO_RCVBUF, WINDOW_BYTES);
            channel.bind(new InetSocketAddress(ADDRESS, 0));
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            open.add(channel);
        }
        for (SocketChannel channel : open) {
            say(channel, attack.first);
        }
    }

    /** One round: each says a little more, and reads a little. */
    void goOn() {
        for (SocketChannel channel : open) {
            say(channel, attack.then);
            if (attack.reads) {
                read(channel);
            }
        }
    }

    private static void say(SocketChannel channel, String text) {
        try {
            if (channel.isOpen() && channel.finishConnect() && !text.isEmpty()) {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException closedByTheServer) {
            close(channel);
        }
    }

    private void read(SocketChannel channel) {
        try {
            if (channel.isConnected()) {
                channel.read(sip.clear());
            }
        } catch (IOException closedByTheServer) {
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    @Override
    public void close() {
        open.forEach(Stranger::close);
    }
}
