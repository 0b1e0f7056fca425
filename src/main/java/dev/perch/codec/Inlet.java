package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.RawPicture;
import dev.perch.memory.Arena;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a derivation's worker its next frame: a picture in the driver's buffer, which the frame copies for encoders that take their time, or a
 * copy out of the ring; the memory is leased. The worker takes and closes; any thread gives, wakes and stops.
 */
abstract class Inlet implements AutoCloseable {
    private static final int STEP_BYTES = 64 << 10;

    private final String holder;
    private final String setting;
    private final ArenaPool arenas;
    private @Nullable Arena arena; // the worker's

    private boolean woken; // guarded by this
    private boolean stopped; // guarded by this

    private Inlet(String camera, String what, ArenaPool arenas) {
        this.holder = camera + " " + what;
        this.setting = "cameras." + camera + ".size";
        this.arenas = arenas;
    }

    /**
     * Returns the inlet for a source's raw pictures, which takes the newest one; others are handed back.
     *
     * @param newest shared by the inlets of all workers
     * @param pace of the pictures that are taken; others are handed back
     */
    static Inlet ofPictures(String camera, String what, ArenaPool arenas, NewestPicture newest, Pace pace) {
        return new Pictures(camera, what, arenas, newest, pace);
    }

    /**
     * Returns the inlet for a source's encoded frames.
     *
     * @param pace of the frames that are taken, where each can be decoded alone
     */
    static Inlet ofFrames(String camera, String what, ArenaPool arenas, FrameReader reader, Pace pace) {
        return new Frames(camera, what, arenas, reader, pace);
    }

    /**
     * Returns the next frame, after waiting for it; the frame before is not valid any more, and its picture was handed back.
     *
     * @param patienceMillis how long to wait for a frame at most; 0 for as long as it takes. Pictures are waited for as long as it takes
     * @return null when none has come in time, or the inlet is stopped
     */
    abstract @Nullable InputFrame take(long patienceMillis) throws CaptureException;

    /**
     * Goes back to the newest key frame.
     *
     * @return how many frames there are from it on; 0 when there is none
     */
    int rewind() {
        return 0;
    }

    /** The last key frame, where it was kept although the frames after it are lost; null when there is none. */
    @Nullable
    InputFrame takeKept() throws CaptureException {
        return null;
    }

    /** Takes over a picture; never waits. */
    abstract void give(RawPicture picture);

    /** The worker was busy otherwise than with a frame: what came meanwhile follows in order, where it is kept. */
    void catchUp() {
        // of pictures only the newest is kept
    }

    abstract long superseded();

    /** Ends the worker's waiting, now and later. */
    final void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        handBack();
    }

    /** Gives back what was given and not taken. */
    abstract void handBack();

    synchronized boolean stopped() {
        return stopped;
    }

    /** Wakes the inlet, because there may be something to take. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    final synchronized boolean awaitWake() {
        while (!woken && !stopped) {
            try {
                wait();
            } catch (InterruptedException asked) {
                stopped = true;
            }
        }
        woken = false;
        return !stopped;
    }

    /** Waits for a wake-up, but not for long. */
    final synchronized void awaitWake(long millis) {
        long endNanos = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; left > 0 && !woken && !stopped; left = (endNanos - System.nanoTime()) / 1_000_000) {
            try {
                wait(left);
            } catch (InterruptedException asked) {
                stopped = true;
            }
        }
        woken = false;
    }

    /** Memory for a frame of {@code sizeBytes}, position 0, the limit there. */
    final ByteBuffer room(int sizeBytes) throws CaptureException {
        Arena present = arena;
        if (present == null || present.sizeBytes() < sizeBytes) {
            free();
            long wanted = (sizeBytes + sizeBytes / 4L + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
            try {
                present = arenas.take(holder, (int) Math.min(Integer.MAX_VALUE, wanted), setting);
            } catch (BudgetExceededException full) {
                throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
            }
            arena = present;
        }
        return present.memory().clear().limit(sizeBytes);
    }

    /** The worker has ended: gives everything back. */
    @Override
    public void close() {
        free();
    }

    private void free() {
        if (arena != null) {
            arena.close();
            arena = null;
        }
    }

    private static final class Pictures extends Inlet {
        private final NewestPicture newest;
        private final Pace pace; // of the thread that gives pictures
        private final InputFrame.Room room = this::room;

        Pictures(String camera, String what, ArenaPool arenas, NewestPicture newest, Pace pace) {
            super(camera, what, arenas);
            this.newest = newest;
            this.pace = pace;
        }

        @Override
        void give(RawPicture picture) {
            if (pace.takes(picture.time().decodeNanos())) {
                newest.give(picture);
            } else {
                picture.close();
            }
        }

        @Override
        @Nullable
        InputFrame take(long patienceMillis) {
            synchronized (newest) {
                RawPicture picture = newest.take();
                return picture == null ? null : new InputFrame(picture, newest.taken(), room);
            }
        }

        @Override
        long superseded() {
            return newest.superseded();
        }

        @Override
        void handBack() {
            newest.stop();
        }
    }

    private static final class Frames extends Inlet {
        private final FrameReader reader;
        private final Pace pace;

        Frames(String camera, String what, ArenaPool arenas, FrameReader reader, Pace pace) {
            super(camera, what, arenas);
            this.reader = reader;
            this.pace = pace;
        }

        @Override
        void catchUp() {
            reader.catchUp();
        }

        @Override
        void give(RawPicture picture) {
            picture.close(); // the source gives two kinds of frames: these are not what was asked for
        }

        @Override
        @Nullable
        InputFrame take(long patienceMillis) throws CaptureException {
            InputFrame frame = next();
            if (patienceMillis > 0 && frame == null) {
                awaitWake(patienceMillis);
                return next();
            }
            while (frame == null && awaitWake()) {
                frame = next();
            }
            return frame;
        }

        private @Nullable InputFrame next() throws CaptureException {
            while (!stopped() && reader.next()) {
                boolean due = !reader.config().encoding().everyFrameStarts()
                        || pace.takes(reader.time().decodeNanos());
                InputFrame frame = due ? copy() : null;
                if (frame != null) {
                    return frame;
                }
            }
            return null;
        }

        private @Nullable InputFrame copy() throws CaptureException {
            ByteBuffer copy = room(reader.sizeBytes());
            return reader.copyTo(copy) ? new InputFrame(reader, copy.flip()) : null;
        }

        @Override
        int rewind() {
            return reader.rewind();
        }

        @Override
        @Nullable
        InputFrame takeKept() throws CaptureException {
            return reader.takeKept() ? copy() : null;
        }

        @Override
        long superseded() {
            return reader.skipped();
        }

        @Override
        void handBack() {
            // frames stay in the ring
        }

        @Override
        public void close() {
            reader.close();
            super.close();
        }
    }
}
