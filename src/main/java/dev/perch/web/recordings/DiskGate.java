package dev.perch.web.recordings;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Limits the request threads that wait for the disks of recordings: a disk that does not answer, as a network's may, leaves threads for everything
 * else. Safe from any thread.
 */
final class DiskGate {
    /** The most of the eight request threads at the disk of one camera. */
    static final int EACH = 4;

    private static final int ALL = 6; // The most at all disks.
    private static final long PATIENCE_MILLIS = 3_000;

    private final long patienceMillis;
    private final Map<String, Integer> inside = new HashMap<>(); // threads by camera; guarded by this, like all below
    private final Set<String> hung = new HashSet<>(); // cameras for which a thread waited in vain since one came back
    private int all;

    /** Thrown if the threads that read a camera's disk do not return. */
    static final class HungException extends IOException {
        private static final long serialVersionUID = 1;

        private HungException(String camera) {
            super("The disk of camera " + camera + "'s recordings does not answer.");
        }
    }

    DiskGate() {
        this(PATIENCE_MILLIS);
    }

    DiskGate(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /**
     * Admits this thread until {@link #leave}; waits briefly for others to leave.
     *
     * @throws HungException if none leaves
     */
    synchronized void enter(String camera) throws HungException {
        long endNanos = System.nanoTime() + patienceMillis * 1_000_000;
        while (all >= ALL || inside.getOrDefault(camera, 0) >= EACH) {
            long leftMillis = hung.contains(camera) ? 0 : (endNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                hung.add(camera);
                throw new HungException(camera);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new HungException(camera);
            }
        }
        inside.merge(camera, 1, Integer::sum);
        all++;
    }

    /** Ends this thread's stay. */
    synchronized void leave(String camera) {
        inside.merge(camera, -1, Integer::sum);
        inside.remove(camera, 0);
        hung.remove(camera);
        all--;
        notifyAll();
    }

    /** Returns a body each of whose reads is admitted. */
    InputStream reading(String camera, InputStream body) {
        return new Body(camera, body);
    }

    private final class Body extends InputStream {
        private final String camera;
        private final InputStream body;

        Body(String camera, InputStream body) {
            this.camera = camera;
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            enter(camera);
            try {
                return body.read(bytes, from, count);
            } finally {
                leave(camera);
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
