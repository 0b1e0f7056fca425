package dev.perch.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A proxy between a browser and a server, at a port of its own. When it is closed, connections break and new ones are refused, as with a server that has gone. */
public final class Gate implements AutoCloseable {
    private volatile int target; // changed by the test, read by the threads that pass on
    private final boolean upgrades;
    private final int port;
    private final Set<Socket> passing = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener; // replaced by the test, read by the thread that accepts

    /** @param upgrades whether WebSockets pass; if not, the gate answers as a proxy without WebSockets does */
    public Gate(int target, boolean upgrades) throws IOException {
        this.target = target;
        this.upgrades = upgrades;
        this.listener = listen(0);
        this.port = listener.getLocalPort();
        start(this::accept);
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        return socket;
    }

    public int port() {
        return port;
    }

    /** Puts another server behind the gate. */
    public void to(int another) {
        target = another;
    }

    /** Closes the gate. */
    public void shut() throws IOException {
        listener.close();
        for (Socket socket : passing) {
            reset(socket);
        }
        passing.clear();
    }

    /** Resets a connection, as a machine does that has forgotten it. */
    private static void reset(Socket socket) {
        try (socket) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException closed) {
            return; // by the browser, just before
        }
    }

    /** Opens the gate again. */
    public void open() throws IOException {
        listener = listen(port);
        start(this::accept);
    }

    private void accept() {
        ServerSocket present = listener;
        while (!present.isClosed()) {
            try {
                Socket client = present.accept();
                passing.add(client);
                start(() -> begin(client));
            } catch (IOException closed) {
                if (!present.isClosed()) {
                    throw new UncheckedIOException(closed);
                }
            }
        }
    }

    private void begin(Socket client) {
        try {
            byte[] head = new byte[1 << 14];
            int read = client.getInputStream().read(head);
            if (read < 0) {
                client.close();
                return;
            }
            String text = new String(head, 0, read, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            if (!upgrades && text.contains("\r\nupgrade: websocket")) {
                client.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                client.close();
                return;
            }
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.getOutputStream().write(head, 0, read);
            start(() -> pass(server, client));
            pass(client, server);
        } catch (IOException gone) {
            passing.remove(client);
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException closed) {
            passing.remove(from); // one side has gone, and the other is closed with it
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "gate");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        shut();
    }
}
