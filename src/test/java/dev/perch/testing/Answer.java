package dev.perch.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP answer read from the socket without a client library: its head, then its body byte by byte. */
public final class Answer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000; // for a machine that is busy with something else

    private final Socket socket;
    private final InputStream in;
    private final String statusLine;
    private final Map<String, String> headers = new TreeMap<>();

    private Answer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.statusLine = line(in);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
    }

    /** Connects and sends a request; the answer is read by {@link #of}. */
    public static Socket ask(int port, String method, String target, String version, String... headers)
            throws IOException {
        return send(new Socket(InetAddress.getLoopbackAddress(), port), method, target, version, headers);
    }

    /** Sends a request on a connection. */
    public static Socket send(Socket socket, String method, String target, String version, String... headers)
            throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        StringBuilder request = new StringBuilder();
        request.append(method)
                .append(' ')
                .append(target)
                .append(" HTTP/")
                .append(version)
                .append("\r\n");
        if (version.equals("1.1")) {
            request.append("Host: localhost\r\n");
        }
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        request.append("\r\n");
        socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads the head of the answer that comes on {@code socket}. */
    public static Answer of(Socket socket) throws IOException {
        return new Answer(socket);
    }

    public static Answer get(int port, String target, String... headers) throws IOException {
        return new Answer(ask(port, "GET", target, "1.1", headers));
    }

    public static Answer request(int port, String method, String target) throws IOException {
        return new Answer(ask(port, method, target, "1.1"));
    }

    /** Returns a line up to CR LF, without these. */
    public static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the connection ended in the line: " + line);
            }
            line.append((char) read);
        }
        if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line ends without CR: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    public String statusLine() {
        return statusLine;
    }

    public int status() {
        return Integer.parseInt(statusLine.split(" ", 3)[1]);
    }

    /** Returns the value of a header; empty if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    public Map<String, String> headers() {
        return headers;
    }

    public InputStream body() {
        return in;
    }

    /** Returns a body of known length as text. */
    public String text() throws IOException {
        return new String(in.readNBytes(Integer.parseInt(header("Content-Length"))), StandardCharsets.UTF_8);
    }

    public Socket socket() {
        return socket;
    }

    /** Closes the connection by a reset instead of an orderly end. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
