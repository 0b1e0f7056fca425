package dev.perch.push;

import dev.perch.config.PushConfig;
import dev.perch.memory.GrowingLease;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Another Perch, or any server that accepts a live stream of Flash video in the body of a request (RFC 9112 §7.1). */
final class HttpTarget extends FlvTarget implements ServerConnection.Reader {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MOST_ANSWER_BYTES = 4096;
    private static final int GO_ON = 100;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final long ANSWER_NANOS = 10_000_000_000L;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final Pattern DETAIL = Pattern.compile("\"detail\":\"((?:[^\"\\\\]|\\\\.){1,300})\"");

    private final PushConfig config;
    private final Object news = new Object();
    private final StringBuilder answer = new StringBuilder(); // guarded by news, like all below
    private boolean mayGoOn;
    private String failure = "";
    private boolean cut;
    private volatile @Nullable ServerConnection connection; // written by the push's thread

    /**
     * Creates the target.
     *
     * @param lease of its memory
     */
    HttpTarget(PushConfig config, GrowingLease lease) {
        super(lease);
        this.config = config;
    }

    @Override
    public void open() throws PushException {
        URI uri = config.uri();
        boolean tls = config.scheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        ServerConnection opened = ServerConnection.open(uri.getHost(), port, tls);
        connection = opened;
        byte[] head = head(uri).getBytes(StandardCharsets.ISO_8859_1);
        opened.write(head, 0, head.length);
        opened.read("perch-push-" + config.name(), this);
        awaitGoOn();
    }

    /** Returns the request's head. User and password of the address are sent as Basic; a key alone, without a user, as a bearer token. */
    private static String head(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
        String credentials = user.isEmpty()
                ? ""
                : user.startsWith(":") || user.indexOf(':') < 0
                        ? "Authorization: Bearer " + user.replaceFirst("^:", "") + "\r\n"
                        : "Authorization: Basic "
                                + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)) + "\r\n";
        return "POST " + path + query + " HTTP/1.1\r\nHost: " + uri.getHost() + port + "\r\n" + credentials
                + "User-Agent: Perch\r\nContent-Type: video/x-flv\r\nTransfer-Encoding: chunked\r\n"
                + "Expect: 100-continue\r\nConnection: close\r\n\r\n";
    }

    private void awaitGoOn() throws PushException {
        long end = System.nanoTime() + ANSWER_NANOS;
        synchronized (news) {
            try {
                while (!mayGoOn && failure.isEmpty() && !cut) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        return; // a server without Expect waits for the body (RFC 9110 §10.1.1)
                    }
                    TimeUnit.NANOSECONDS.timedWait(news, left);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new PushException("It was stopped.", stopped);
            }
            if (!mayGoOn) {
                throw new PushException(cut ? "It was stopped." : failure);
            }
        }
    }

    @Override
    public void bytes(byte[] piece, int count) {
        synchronized (news) {
            if (answer.length() < MOST_ANSWER_BYTES) {
                answer.append(new String(piece, 0, count, StandardCharsets.UTF_8));
            }
            int end = answer.indexOf(END_OF_HEAD);
            Matcher status = STATUS.matcher(answer);
            if (end >= 0 && status.lookingAt() && Integer.parseInt(status.group(1)) == GO_ON) {
                mayGoOn = true;
                answer.delete(0, end + END_OF_HEAD.length()); // the final answer may follow directly
                news.notifyAll();
            }
        }
    }

    @Override
    public void ended(String why) {
        synchronized (news) {
            Matcher status = STATUS.matcher(answer);
            Matcher detail = DETAIL.matcher(answer);
            String told = status.lookingAt()
                    ? "The server answers " + status.group(1) + (detail.find() ? ": " + detail.group(1) : "") + "."
                    : why;
            if (failure.isEmpty()) {
                failure = config.redaction().redact(told.replaceFirst("\\.\\.$", "."));
            }
            news.notifyAll();
        }
    }

    @Override
    void write(byte[] bytes, int count) throws PushException {
        synchronized (news) {
            if (!failure.isEmpty()) {
                throw new PushException(failure);
            }
        }
        ServerConnection socket = connection;
        if (socket == null) {
            throw new PushException("It is not connected.");
        }
        byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        socket.write(size, 0, size.length);
        socket.write(bytes, 0, count);
        socket.write(END_OF_LINE, 0, END_OF_LINE.length);
    }

    private static final byte[] END_OF_LINE = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    @Override
    public long sentBytes() {
        ServerConnection socket = connection;
        return socket == null ? 0 : socket.sentBytes();
    }

    @Override
    public void finish() {
        ServerConnection socket = connection;
        if (socket != null) {
            try {
                socket.write(LAST_CHUNK, 0, LAST_CHUNK.length);
            } catch (PushException gone) {
                ended(String.valueOf(gone.getMessage()));
            }
        }
        cut();
    }

    @Override
    public void cut() {
        ServerConnection socket = connection;
        if (socket != null) {
            socket.close();
        }
        synchronized (news) {
            cut = true;
            news.notifyAll();
        }
    }
}
