package dev.perch.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/** When the server sent which frame, as a viewer of {@code stream.h264} on the same machine sees it; what browsers show is held against it. */
public final class Ruler implements AutoCloseable {
    /** The shorter of the loops takes 10 s. */
    private static final long MOST_MILLIS = 7_000;

    private final Answer answer;
    private final ToIntFunction<List<ByteBuffer>> number;
    private final Map<Integer, Long> millis = new ConcurrentHashMap<>(); // by number, the last time
    private final AtomicInteger newest = new AtomicInteger(-1);

    private Ruler(Answer answer, ToIntFunction<List<ByteBuffer>> number) {
        this.answer = answer;
        this.number = number;
    }

    /** Of the demo camera at {@code target}. */
    public static Ruler lay(int port, String target) throws IOException {
        return lay(port, target, DemoFrames.all()::number);
    }

    /**
     * Reads the stream by its own numbers.
     *
     * @param number what number an access unit shows
     */
    public static Ruler lay(int port, String target, ToIntFunction<List<ByteBuffer>> number) throws IOException {
        Ruler ruler = new Ruler(Answer.get(port, target), number);
        Thread reader = new Thread(ruler::read, "ruler");
        reader.setDaemon(true);
        reader.start();
        Await.until(10, () -> ruler.newest.get() >= 0, () -> "no frame of " + target);
        return ruler;
    }

    private void read() {
        NalUnits.LiveStream stream = new NalUnits.LiveStream(answer.body());
        try {
            while (!answer.socket().isClosed()) {
                int shown = number.applyAsInt(stream.next());
                millis.put(shown, System.currentTimeMillis());
                newest.set(shown);
            }
        } catch (IOException closed) {
            newest.set(-1);
        }
    }

    /** The number of the newest frame. */
    public int newest() {
        return newest.get();
    }

    /** Returns how many milliseconds late each picture was seen; those that the ruler has not seen are left out. */
    public List<Long> delays(List<Painted.Sight> sights) {
        List<Long> delays = new ArrayList<>();
        for (Painted.Sight sight : sights) {
            Long sent = millis.get(sight.number());
            // what the browser showed before the ruler had read it has the number's time of the loop before
            if (sent != null && Math.abs(sight.millis() - sent) < MOST_MILLIS) {
                delays.add(Math.max(0, sight.millis() - sent));
            }
        }
        return delays;
    }

    @Override
    public void close() throws IOException {
        answer.close();
    }
}
