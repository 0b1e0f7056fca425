package dev.perch.memory;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The watch on the system's free memory: when it runs short, parts of the program give theirs back, one {@link Step} after the other, and nobody new
 * is let in; when there has been room for a while, they take it again in the opposite order. The parts are known only as {@link Shedder}s.
 *
 * <p>It has no thread: its creator calls {@link #poll} every second. All methods are safe from any thread; {@link #status} and {@link #refusal} never
 * wait. Shedders are called by the polling thread, one at a time, under this object's lock.
 */
public final class MemoryWatch {
    public enum Scarcity {
        /** There is room. */
        NONE,
        /** Steps are taken, one at a poll, but none of last resort. */
        SHORT,
        /** All steps are taken at once. */
        CRITICAL
    }

    /**
     * A reading and what was done about it.
     *
     * @param free the reading; empty before the first poll and where the system does not tell
     * @param taken the steps in force, in the order of the plan
     * @param counts how often each registered step was taken since the start, in the same order
     */
    public record Status(
            Optional<FreeMemory> free,
            Scarcity scarcity,
            List<Step> taken,
            Map<Step, Long> counts,
            long givenBackBytes) {}

    /** How long there must have been room before a step is taken back, and again before the next one. */
    static final long ROOM_NANOS = 10_000_000_000L;

    private static final System.Logger LOG = System.getLogger(MemoryWatch.class.getName());

    private final MemoryGauge gauge;
    private final NavigableMap<Step, List<Shedder>> shedders = new TreeMap<>(); // guarded by this, as all below
    private final Deque<Step> taken = new ArrayDeque<>(); // newest last
    private final Map<Step, Long> givenBytes = new HashMap<>(); // of the steps in force
    private final NavigableMap<Step, Long> counts = new TreeMap<>();
    private long givenBackBytes;
    private long roomSinceNanos;
    private boolean room;
    private volatile Status status; // written under the lock, read by everybody

    public MemoryWatch(MemoryGauge gauge) {
        this.gauge = gauge;
        this.status = status(null, Scarcity.NONE);
    }

    /** Makes {@code shedder} give memory back whenever its step is taken, and at once if it is in force. */
    public synchronized void register(Shedder shedder) {
        Step step = shedder.step();
        of(step).add(shedder);
        counts.putIfAbsent(step, 0L);
        status = new Status(status.free, status.scarcity, status.taken, counted(), givenBackBytes);
        if (taken.contains(step)) {
            shed(step, List.of(shedder));
        }
    }

    private List<Shedder> of(Step step) {
        return shedders.computeIfAbsent(step, key -> new ArrayList<>());
    }

    /** Returns the last reading and the steps in force; never waits. */
    public Status status() {
        return status;
    }

    /** Returns why nobody new is let in, as a sentence with the numbers; empty if everybody is. Never waits. */
    public Optional<String> refusal() {
        Status now = status;
        if (now.scarcity == Scarcity.NONE && now.taken.isEmpty()) {
            return Optional.empty();
        }
        String numbers = now.free.map(FreeMemory::toString).orElse("the system does not tell how much is left");
        String wait = now.scarcity == Scarcity.NONE ? " There is room again; what was given back is taken first." : "";
        return Optional.of("Memory is short, so nobody new is let in for now: " + numbers + "." + wait);
    }

    /** Takes a reading, then takes a step or takes one back. Called every second or two. */
    public synchronized void poll(long nowNanos) {
        Optional<FreeMemory> read = gauge.read(nowNanos);
        if (read.isEmpty()) {
            return;
        }
        FreeMemory free = read.get();
        Scarcity scarcity = scarcity(free);
        status = status(free, scarcity); // the shedders may ask for the status
        if (scarcity != Scarcity.NONE) {
            room = false;
            takeSteps(free, scarcity);
        } else if (taken.isEmpty() || !free.roomFor(givenBytes.getOrDefault(taken.getLast(), 0L))) {
            room = false;
        } else if (!room) {
            room = true;
            roomSinceNanos = nowNanos;
        } else if (nowNanos - roomSinceNanos >= ROOM_NANOS) {
            roomSinceNanos = nowNanos;
            restore(free);
        }
        status = status(free, scarcity);
    }

    private static Scarcity scarcity(FreeMemory free) {
        if (free.critical()) {
            return Scarcity.CRITICAL;
        }
        return free.scarce() ? Scarcity.SHORT : Scarcity.NONE;
    }

    /**
     * Takes the next step that a shedder can do something about; while memory is nearly gone all steps, and those of last resort each time.
     */
    private void takeSteps(FreeMemory free, Scarcity scarcity) {
        for (Step step : shedders.keySet()) {
            boolean due = step.lastResort() ? scarcity == Scarcity.CRITICAL : !taken.contains(step);
            if (due && of(step).stream().anyMatch(Shedder::holdsAny)) {
                take(step, free);
                if (scarcity == Scarcity.SHORT) {
                    return;
                }
            }
        }
    }

    private void take(Step step, FreeMemory free) {
        boolean again = taken.contains(step);
        if (!again) {
            taken.addLast(step);
        }
        long bytes = shed(step, of(step));
        if (!again || bytes > 0) {
            counts.merge(step, 1L, Long::sum);
            LOG.log(
                    Level.WARNING,
                    "Memory is short, " + free + ": " + step.done() + ", " + FreeMemory.mebibytes(bytes) + " freed.");
        }
    }

    private long shed(Step step, List<Shedder> those) {
        long bytes = 0;
        for (Shedder shedder : those) {
            bytes += shedder.shed();
        }
        givenBytes.merge(step, bytes, Long::sum);
        givenBackBytes += bytes;
        return bytes;
    }

    private void restore(FreeMemory free) {
        Step step = taken.removeLast();
        givenBytes.remove(step);
        of(step).forEach(Shedder::restore);
        LOG.log(
                Level.INFO,
                "Memory is no longer short, " + free + ". No more: " + step.done()
                        + (taken.isEmpty() ? ". New viewers are let in again." : "."));
    }

    private Status status(@Nullable FreeMemory free, Scarcity scarcity) {
        List<Step> inOrder = taken.stream().sorted().toList();
        return new Status(Optional.ofNullable(free), scarcity, inOrder, counted(), givenBackBytes);
    }

    private Map<Step, Long> counted() {
        return Collections.unmodifiableMap(new TreeMap<>(counts));
    }
}
