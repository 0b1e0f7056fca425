package dev.perch.ingest;

import dev.perch.rtmp.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * The path of an RTMP address: {@code live/front}, {@code front}, {@code live/front/KEY}; a key may also be in {@code ?key=}.
 *
 * @param live whether the application was named
 * @param camera empty if the path names none
 * @param key empty if none is given
 * @param link the token of a signed link, in {@code ?link=}; empty for none
 */
record StreamPath(boolean live, String camera, String key, String link) {
    private static final String APP = "live";

    static StreamPath of(StreamRequest request) {
        List<String> parts = new ArrayList<>();
        StringTokenizer path = new StringTokenizer(request.path(), "/");
        while (path.hasMoreTokens()) {
            parts.add(path.nextToken());
        }
        boolean live = parts.size() > 1 && parts.get(0).equals(APP);
        if (live) {
            parts.remove(0);
        }
        Optional<String> asked = request.parameter("key");
        String last = parts.size() > 1 ? parts.get(1) : "";
        return new StreamPath(
                live,
                parts.isEmpty() ? "" : parts.get(0),
                asked.orElse(last),
                request.parameter("link").orElse(""));
    }

    /** Leaves out the key, so that no log shows it. */
    @Override
    public String toString() {
        return camera;
    }
}
