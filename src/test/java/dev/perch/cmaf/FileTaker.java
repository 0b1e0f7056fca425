package dev.perch.cmaf;

import dev.perch.feed.Destination;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A taker that is no window: appends everything to one file, and fails a test that breaks the contract of {@link SegmentTaker}. */
final class FileTaker implements SegmentTaker {
    /** A segment as it was told. */
    record Told(SegmentHead head, long ticks, List<Long> parts, int fragments, boolean key) {}

    private final FileChannel file;
    private final List<Told> told = new ArrayList<>();
    private final List<Long> parts = new ArrayList<>();
    private @Nullable SegmentHead open;
    private Optional<Geometry> geometry = Optional.empty();
    private int inits;
    private long committedBytes;
    private long ticks;
    private long partTicks;
    private int fragments;
    private boolean key;
    private boolean pending;
    private boolean full;

    FileTaker(Path path) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** The disk is full from now on, or no longer: a fragment is written by half then. */
    void full(boolean on) {
        full = on;
    }

    List<Told> told() {
        return told;
    }

    Optional<Geometry> geometry() {
        return geometry;
    }

    @Override
    public void init(Init init) {
        require(open == null, "an init segment within a segment");
        require(init.version() == inits++, "versions count");
        try {
            file.write(init.bytes().buffer(), committedBytes);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        committedBytes += init.bytes().size();
    }

    @Override
    public void open(SegmentHead head) {
        require(open == null, "the segment before is not closed");
        require(head.init().version() == inits - 1, "its init segment went before it");
        open = head;
        ticks = 0;
        partTicks = 0;
        fragments = 0;
        key = false;
        parts.clear();
    }

    @Override
    public Destination fragment(int sizeBytes) throws IOException {
        require(open != null, "no segment is open");
        pending = true;
        file.truncate(committedBytes); // what was begun and not committed
        file.position(committedBytes);
        if (full) {
            throw new IOException("No space left on device");
        }
        return source -> file.write(source);
    }

    @Override
    public void commit(int addedTicks, boolean startsHere, boolean fullLength) {
        require(pending, "no fragment was begun");
        pending = false;
        key |= fragments == 0 && startsHere;
        fragments++;
        ticks += addedTicks;
        partTicks += addedTicks;
        try {
            committedBytes = file.position();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void part() {
        require(geometry.isPresent(), "parts before their limits are known");
        require(partTicks > 0, "an empty part");
        parts.add(partTicks);
        partTicks = 0;
    }

    @Override
    public void measured(Geometry limits) {
        require(geometry.isEmpty() && open != null, "told once, before the first segment is closed");
        geometry = Optional.of(limits);
    }

    @Override
    public void close() {
        SegmentHead head = open;
        require(head != null, "no segment is open");
        open = null;
        if (head != null && fragments > 0) {
            told.add(new Told(head, ticks, List.copyOf(parts), fragments, key));
        }
    }

    /** Ends the file. */
    void end() throws IOException {
        file.truncate(committedBytes);
        file.close();
    }

    private static void require(boolean right, String rule) {
        if (!right) {
            throw new AssertionError(rule);
        }
    }
}
