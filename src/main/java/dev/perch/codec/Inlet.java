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
 * Gives a derivation's worker its next frame: a picture in the driver's buffer, which is copied for slow encoders, or a copy from the ring; the
 * memory is leased. The worker takes and closes; any thread gives, wakes and stops.
 */
abstract class Inlet implements AutoCloseable {
    private static final int STEP_BYTES = 64 << 10;

    private final String holder;
    private final String setting;
    private final ArenaPool arenas;
    private @Nullable Arena arena; // used by the worker only

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
     * @param pace decides which pictures are taken
     */
    static Inlet ofPictures(String camera, String what, ArenaPool arenas, NewestPicture newest, Pace pace) {
        return new Pictures(camera, what, arenas, newest, pace);
    }

    /**
     * Returns the inlet for a source's encoded frames.
     *
     * @param pace decides which frames are taken, if each can be decoded alone
     */
    static Inlet ofFrames(String camera, String what, ArenaPool arenas, FrameReader reader, Pace pace) {
        return new Frames(camera, what, arenas, reader, pace);
    }

    /**
     * Waits for the next frame and returns it; the previous frame becomes invalid and its picture was handed back.
     *
     * @param patienceMillis the longest wait for a frame; 0 for no limit, which pictures always have
     * @return null if none has come in time, or the inlet is stopped
     */
    abstract @Nullable InputFrame take(long patienceMillis) throws CaptureException;

    /**
     * Moves back to the newest key frame.
     *
     * @return the number of frames from there on; 0 if there is no key frame
     */
    int rewind() {
        return 0;
    }

    /** Returns the number of frames that wait behind the one taken last. */
    long framesAhead() {
        return 0;
    }

    /** Returns the last key frame if it was kept although later frames are lost; null if there is none. */
    @Nullable
    InputFrame takeKept() throws CaptureException {
        return null;
    }

    /** Takes a picture and closes it. Never waits. */
    abstract void give(RawPicture picture);

    /** Makes frames follow in order, if they are still there, because the worker was busy with something else. */
    void catchUp() {
        // only the newest picture is kept
    }

    abstract long superseded();

    /** Ends the worker's waits, now and later. */
    final void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        handBack();
    }

    /** Hands back what was given and not taken. */
    abstract void handBack();

    synchronized boolean stopped() {
        return stopped;
    }

    /** Wakes the worker, because there may be something to take. */
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

    /** Waits for a wake-up, at most {@code millis}. */
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

    /**
     * Returns memory for a frame of {@code sizeBytes}, position 0, limit {@code sizeBytes}.
     *
     * @throws CaptureException if there is no memory
     */
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

    /** Releases everything when the worker has ended. */
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
        private final Pace pace; // used by the thread that gives pictures
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
            picture.close(); // the source gives two kinds of frames: these were not requested
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
        long framesAhead() {
            return reader.framesAhead();
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
