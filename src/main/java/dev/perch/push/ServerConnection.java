package dev.perch.push;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A connection to a server, by TCP or TLS, which is read by its own thread. */
final class ServerConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerConnection.class.getName());
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_BYTES = 4096;

    /** Receives the server's bytes, on the reading thread. */
    interface Reader {
        void bytes(byte[] piece, int count) throws PushException;

        /** Called once, last, when the server sends nothing more. */
        void ended(String why);
    }

    private final Socket plain; // under TLS, whose close waits for a blocked write
    private final Socket socket;
    private final OutputStream out;
    private final AtomicLong sent = new AtomicLong();

    private ServerConnection(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    /**
     * Connects.
     *
     * @throws PushException if the server cannot be reached
     */
    static ServerConnection open(String host, int port, boolean tls) throws PushException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(CONNECT_MILLIS); // for the TLS handshake
            Socket socket = tls ? secured(plain, host, port) : plain;
            socket.setSoTimeout(0);
            return new ServerConnection(plain, socket);
        } catch (UnknownHostException unknown) {
            quietly(plain);
            throw new PushException("The host " + host + " is not known.", unknown);
        } catch (IOException unreachable) {
            quietly(plain);
            throw new PushException(
                    host + " cannot be reached at port " + port + ": " + unreachable.getMessage() + ".", unreachable);
        }
    }

    /** Adds TLS. The host's name is checked against the certificate, and sent to servers with several names (RFC 6066 §3). */
    private static Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) factory.createSocket(plain, host, port, /* autoClose= */ true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (host.chars().anyMatch(Character::isLetter) && host.indexOf(':') < 0) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Starts the reading thread. */
    void read(String threadName, Reader reader) {
        Thread thread = new Thread(() -> run(reader), threadName);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Reader reader) {
        String why = "The server has closed the connection.";
        byte[] piece = new byte[READ_BYTES];
        try {
            InputStream in = socket.getInputStream();
            int count = in.read(piece);
            while (count >= 0) {
                reader.bytes(piece, count);
                count = in.read(piece);
            }
        } catch (IOException cut) {
            why = "The connection was cut: " + cut.getMessage() + ".";
        } catch (PushException refused) {
            why = String.valueOf(refused.getMessage());
        } finally {
            reader.ended(why);
        }
    }

    void write(byte[] bytes, int from, int count) throws PushException {
        try {
            out.write(bytes, from, count);
            sent.addAndGet(count);
        } catch (IOException cut) {
            throw new PushException("The connection was cut: " + cut.getMessage() + ".", cut);
        }
    }

    long sentBytes() {
        return sent.get();
    }

    @Override
    public void close() {
        quietly(plain);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "a connection did not close in order", gone);
        }
    }
}
