package dev.perch.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A GET on its own connection, which follows redirections and answers a request for a password. One thread sends and reads; any thread may close it,
 * which ends a wait.
 *
 * <p>It uses a plain socket and its streams. For one stream of a Perch by JDK 17 on x86, java.net.http loads 1,506 classes, takes 25 MB and starts
 * four threads; HttpURLConnection loads 225 classes and 1.7 MB, and does not limit heads; this loads 185 classes and 0.9 MB.
 */
public final class HttpRequest implements AutoCloseable {
    private static final int MOST_REDIRECTIONS = 5;
    private static final int MOST_LINE_BYTES = 8 << 10;
    private static final int MOST_LINES = 100;
    private static final int MOST_HEAD_BYTES = 32 << 10;
    private static final int MOST_INTERIM = 8;
    private static final int NONCE_BYTES = 8;

    /** A head may come in pieces, each of which may take its time: it may take this many patiences in all. */
    private static final int HEAD_PATIENCES = 2;

    private final Map<String, String> headers;
    private final Duration connectPatience;
    private final Duration patience;
    private HttpAddress address;
    private @Nullable Socket socket; // guarded by this, like the next
    private boolean closed;

    /**
     * Creates a request.
     *
     * @param headers sent to every host of a redirection, so nothing secret
     * @param connectPatience the longest wait for a connection
     * @param patience the longest wait for any byte of the answer
     */
    public HttpRequest(HttpAddress address, Map<String, String> headers, Duration connectPatience, Duration patience) {
        this.address = address;
        this.headers = Map.copyOf(headers);
        this.connectPatience = connectPatience;
        this.patience = patience;
    }

    /** Returns the address of the last request, after all redirections. */
    public HttpAddress address() {
        return address;
    }

    /**
     * Sends the request and reads the head of the final answer.
     *
     * @throws IOException if no answer comes, or the request was closed
     */
    public HttpAnswer send() throws IOException {
        Optional<String> authorization = Optional.empty();
        int redirections = 0;
        while (true) {
            HttpAnswer answer = exchange(authorization);
            Optional<String> location = answer.redirects() ? answer.header("location") : Optional.empty();
            if (location.isPresent()) {
                if (++redirections > MOST_REDIRECTIONS) {
                    throw new HttpFormatException("redirects without end.");
                }
                address = address.redirected(location.get())
                        .orElseThrow(
                                () -> new HttpFormatException("redirects to something that is no address of http."));
                authorization = Optional.empty();
            } else if (answer.status() == 401 && authorization.isEmpty()) {
                List<Challenge> asked =
                        Challenge.parse(answer.header("www-authenticate").orElse(""));
                authorization = Challenge.answer(asked, address, "GET", nonce());
                if (authorization.isEmpty()) {
                    return answer;
                }
            } else {
                return answer;
            }
        }
    }

    private static String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(bytes);
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format("%02x", b & 0xff));
        }
        return hex.toString();
    }

    private HttpAnswer exchange(Optional<String> authorization) throws IOException {
        Socket connection = connect();
        StringBuilder head = new StringBuilder("GET ").append(address.target()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(address.authority()).append("\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        authorization.ifPresent(
                value -> head.append("Authorization: ").append(value).append("\r\n"));
        head.append("\r\n");
        connection.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        return answer(new HttpInput(connection.getInputStream(), HEAD_PATIENCES * patience.toNanos()));
    }

    private Socket connect() throws IOException {
        Socket plain = new Socket();
        take(plain);
        InetSocketAddress where = new InetSocketAddress(address.host(), address.port());
        if (where.isUnresolved()) {
            throw new UnknownHostException("no host of that name is known");
        }
        plain.connect(where, (int) connectPatience.toMillis());
        plain.setSoTimeout((int) patience.toMillis());
        plain.setTcpNoDelay(true);
        return address.secure() ? secured(plain) : plain;
    }

    /** Closes the previous connection, and stores {@code next} to be closed. */
    private synchronized void take(Socket next) throws IOException {
        Socket before = socket;
        if (before != null) {
            before.close();
        }
        socket = next;
        if (closed) {
            next.close();
            throw new ConnectException("the request was closed");
        }
    }

    /** Adds TLS by the JDK: its trusted certificates, and the host's name in the certificate (RFC 9110 §4.3.4). */
    private SSLSocket secured(Socket plain) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket tls = (SSLSocket) factory.createSocket(plain, address.host(), address.port(), /* autoClose= */ true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (address.host().matches("[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*")) {
            parameters.setServerNames(List.of(new SNIHostName(address.host())));
        }
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private static HttpAnswer answer(HttpInput in) throws IOException {
        int status;
        int heads = 0;
        Map<String, String> headers;
        do {
            if (++heads > MOST_INTERIM) {
                throw new HttpFormatException("sends interim answers without end.");
            }
            String[] words = in.line(MOST_LINE_BYTES).split(" ", 3);
            boolean http = words.length >= 2
                    && words[0].matches("HTTP/1\\.[01]|ICY") // as some cameras say
                    && words[1].matches("[1-5][0-9]{2}");
            if (!http) {
                throw new HttpFormatException("does not speak HTTP.");
            }
            status = Integer.parseInt(words[1]);
            headers = headers(in);
        } while (status < 200); // interim answers (RFC 9110 §15.2)
        in.unhurried();
        return new HttpAnswer(status, headers, body(status, headers, in));
    }

    private static Map<String, String> headers(HttpInput in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        int bytes = 0;
        int lines = 0;
        for (String line = in.line(MOST_LINE_BYTES); !line.isEmpty(); line = in.line(MOST_LINE_BYTES)) {
            bytes += line.length();
            if (++lines > MOST_LINES || bytes > MOST_HEAD_BYTES) {
                throw new HttpFormatException("sends a head of more than " + MOST_HEAD_BYTES + " bytes.");
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                headers.merge(name, line.substring(colon + 1).strip(), (before, value) -> before + ", " + value);
            }
        }
        return headers;
    }

    private static HttpBody body(int status, Map<String, String> headers, HttpInput in) throws HttpFormatException {
        if (status == 204 || status == 304) {
            return HttpBody.ofLength(in, 0);
        }
        String coding = headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT);
        if (coding.equals("chunked")) {
            return HttpBody.chunked(in);
        }
        if (!coding.isEmpty() && !coding.equals("identity")) {
            throw new HttpFormatException("sends a transfer coding that was not asked for.");
        }
        String length = headers.getOrDefault("content-length", "");
        return length.matches("[0-9]{1,18}") ? HttpBody.ofLength(in, Long.parseLong(length)) : HttpBody.toTheEnd(in);
    }

    /** Sets the longest wait for further bytes, from the next read on. */
    public synchronized void patience(Duration next) throws IOException {
        Socket present = socket;
        if (present != null) {
            present.setSoTimeout((int) next.toMillis());
        }
    }

    /** Ends the request and its answer. Any thread; idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        Socket present = socket;
        if (present != null) {
            try {
                present.close();
            } catch (IOException gone) {
                System.getLogger(HttpRequest.class.getName())
                        .log(System.Logger.Level.DEBUG, "a connection did not close in order", gone);
            }
        }
    }
}
