package dev.perch.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Somebody who asks for small things and notes how long each takes, on connections of its own. */
final class Bystander {
    /** As long as a person waits; a server whose threads are all held takes longer, or for ever. */
    private static final int PATIENCE_MILLIS = 5_000;

    private static final List<String> WANTED = List.of("healthz", "back/snapshot.jpg?max-age=60000", "stats");

    private final URI server;
    private final int patienceMillis;
    private final @Nullable SSLContext tls;
    private final List<Long> millis = new ArrayList<>();
    private int unanswered;
    private String trouble = "";
    private int turn;

    Bystander(URI server) {
        this(server, PATIENCE_MILLIS, null);
    }

    /** Somebody who waits for so long, and asks by TLS where {@code tls} is not null. */
    Bystander(URI server, int patienceMillis, @Nullable SSLContext tls) {
        this.server = server;
        this.patienceMillis = patienceMillis;
        this.tls = tls;
    }

    /** Asks for the next thing. @return the status; 0 when no answer comes */
    int ask() {
        String wanted = WANTED.get(turn++ % WANTED.size());
        long start = System.nanoTime();
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) server.resolve(wanted).toURL().openConnection();
            if (tls != null && connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(tls.getSocketFactory());
            }
            connection.setConnectTimeout(patienceMillis);
            connection.setReadTimeout(patienceMillis);
            connection.setRequestProperty("Connection", "close");
            int status = connection.getResponseCode();
            if (status == 200) {
                connection.getInputStream().readAllBytes();
            }
            if (status != 200) {
                unanswered++;
                trouble = wanted + " " + status;
            }
            return status;
        } catch (IOException none) {
            unanswered++;
            trouble = wanted + " " + none;
            return 0;
        } finally {
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    int answers() {
        return millis.size();
    }

    long slowestMillis() {
        return Collections.max(millis);
    }

    int unanswered() {
        return unanswered;
    }

    /** Whether nine of ten answers took no longer: one alone may have waited for the processor. */
    boolean mostWithin(long mostMillis) {
        return millis.stream().filter(one -> one <= mostMillis).count() * 10 >= millis.size() * 9L;
    }

    @Override
    public String toString() {
        return millis.size() + " answers, the slowest after " + slowestMillis() + " ms, none: " + unanswered + " "
                + trouble;
    }
}
