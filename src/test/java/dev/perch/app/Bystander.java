package dev.perch.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Somebody who asks for small things and notes how long each takes, on connections of its own. */
final class Bystander {
    /** As long as a person waits; a server whose threads are all held takes longer, or for ever. */
    private static final int PATIENCE_MILLIS = 5_000;

    private static final List<String> WANTED = List.of("healthz", "back/snapshot.jpg?max-age=60000", "stats");

    private final URI server;
    private final List<Long> millis = new ArrayList<>();
    private int unanswered;
    private int turn;

    Bystander(URI server) {
        this.server = server;
    }

    /** Asks for the next thing. @return the status; 0 when no answer comes */
    int ask() {
        String wanted = WANTED.get(turn++ % WANTED.size());
        long start = System.nanoTime();
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) server.resolve(wanted).toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestProperty("Connection", "close");
            int status = connection.getResponseCode();
            if (status == 200) {
                connection.getInputStream().readAllBytes();
            }
            unanswered += status == 200 ? 0 : 1;
            return status;
        } catch (IOException none) {
            unanswered++;
            return 0;
        } finally {
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
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
        return millis.size() + " answers, the slowest after " + Collections.max(millis) + " ms, none: " + unanswered;
    }
}
