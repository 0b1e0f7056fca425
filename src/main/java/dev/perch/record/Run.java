package dev.perch.record;

import dev.perch.feed.Destination;
import dev.perch.memory.Arena;
import dev.perch.mp4.MovieFragment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The samples of one track in a fragment on its way to the disk. Its owner passes it on; used by one thread at a time. */
final class Run implements Destination {
    private static final int FIELDS = 4; // duration, size, key, composition offset

    private final Blocks blocks;
    private final List<Arena> memory = new ArrayList<>();
    private final List<ByteBuffer> views = new ArrayList<>(); // of the memory; each position is behind what was written
    private int[] samples = new int[32 * FIELDS];
    private int count;
    private int sizeBytes;
    private long startTicks;
    private boolean composed;

    Run(Blocks blocks) {
        this.blocks = blocks;
    }

    /** Thrown when there is no memory for a frame. */
    static final class FullException extends IOException {
        FullException() {
            super("no memory between camera and disk");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    void begin(long ticks) {
        startTicks = ticks;
    }

    @Override
    public void write(ByteBuffer source) throws FullException {
        while (source.hasRemaining()) {
            ByteBuffer view = room();
            int some = Math.min(view.remaining(), source.remaining());
            view.put(view.position(), source, source.position(), some);
            view.position(view.position() + some);
            source.position(source.position() + some);
        }
    }

    private ByteBuffer room() throws FullException {
        if (!views.isEmpty() && views.get(views.size() - 1).hasRemaining()) {
            return views.get(views.size() - 1);
        }
        Arena block = blocks.take();
        if (block == null) {
            throw new FullException();
        }
        memory.add(block);
        ByteBuffer view = block.memory().duplicate().clear();
        views.add(view);
        return view;
    }

    /** Drops the bytes of a frame that was written in part only. */
    void forget() {
        int keep = sizeBytes;
        for (ByteBuffer view : views) {
            view.position(Math.min(keep, view.capacity()));
            keep -= view.position();
        }
    }

    /** Adds a sample whose bytes were written. */
    void sample(int durationTicks, int bytes, boolean key, int compositionTicks, boolean reordered) {
        int at = count * FIELDS;
        if (at == samples.length) {
            samples = Arrays.copyOf(samples, 2 * at);
        }
        samples[at] = durationTicks;
        samples[at + 1] = bytes;
        samples[at + 2] = key ? 1 : 0;
        samples[at + 3] = compositionTicks;
        composed |= reordered;
        count++;
        sizeBytes += bytes;
    }

    /** Sets the last sample's duration. */
    void lasting(int durationTicks) {
        samples[(count - 1) * FIELDS] = durationTicks;
    }

    boolean empty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    long startTicks() {
        return startTicks;
    }

    long durationTicks() {
        long ticks = 0;
        for (int at = 0; at < count * FIELDS; at += FIELDS) {
            ticks += samples[at];
        }
        return ticks;
    }

    int firstCompositionTicks() {
        return samples[3];
    }

    int sizeBytes() {
        return sizeBytes;
    }

    /** Adds the run to the head of a fragment. */
    void describe(MovieFragment head, int trackId, long decodeTicks) {
        head.track(trackId, decodeTicks);
        for (int at = 0; at < count * FIELDS; at += FIELDS) {
            head.sample(samples[at], samples[at + 1], samples[at + 2] != 0);
            if (composed) {
                head.composed(samples[at + 3]);
            }
        }
    }

    /** Appends the run's bytes to {@code out}. */
    void payload(List<ByteBuffer> out) {
        int left = sizeBytes;
        for (ByteBuffer view : views) {
            ByteBuffer part = view.duplicate().position(0).limit(Math.min(left, view.capacity()));
            left -= part.remaining();
            if (part.hasRemaining()) {
                out.add(part);
            }
        }
    }

    /** Overwrites the bytes. */
    void erase() {
        memory.forEach(Arena::erase);
    }

    /** Empties the run and gives its memory back. */
    void clear() {
        memory.forEach(blocks::giveBack);
        memory.clear();
        views.clear();
        count = 0;
        sizeBytes = 0;
        composed = false;
    }
}
