package dev.perch.web.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a browser and a server, and lets connections fall silent without closing them, as a network does that has gone. */
final class StallingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    StallingProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections so far. */
    int connections() {
        return connections.get();
    }

    /** From now on nothing passes on the connections that there are; new ones work. */
    void stall() {
        generation.incrementAndGet();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.incrementAndGet();
                int born = generation.get();
                start(() -> pass(client, server, born));
                start(() -> pass(server, client, born));
            } catch (IOException closed) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(closed);
                }
            }
        }
    }

    private void pass(Socket from, Socket to, int born) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (generation.get() == born) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException closed) {
            // one side has gone, and the other is closed with it
            connections.get();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        stall();
    }
}
