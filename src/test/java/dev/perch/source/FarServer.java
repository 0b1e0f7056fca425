package dev.perch.source;

import dev.perch.testing.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of another make, which answers every connection by the same script. */
final class FarServer implements AutoCloseable {
    /** What is written to each connection, which is closed behind it. */
    interface Script {
        void run(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();

    FarServer(Script script) throws IOException {
        Thread thread = new Thread(() -> accept(script), "far-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns a script that writes this text and ends. */
    static Script text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread thread = new Thread(() -> answer(socket, script), "far-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket socket, Script script) {
        try (socket) {
            List<String> lines = new ArrayList<>();
            for (String line = Answer.line(socket.getInputStream());
                    !line.isEmpty();
                    line = Answer.line(socket.getInputStream())) {
                lines.add(line);
            }
            requests.add(lines);
            script.run(socket.getOutputStream());
        } catch (IOException gone) {
            sockets.remove(socket);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns the lines of each request. */
    List<List<String>> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
