package dev.perch.dash;

import dev.perch.cmaf.Ticks;
import dev.perch.window.Segment;
import dev.perch.window.WindowView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The periods of one presentation. A new one begins at a discontinuity, and where segments have moved by a quarter of their duration from the times
 * that follow from their numbers. What was published about a period remains true. Safe from any thread.
 */
final class Periods {
    /** The most, in durations, that a segment may be from its nominal time (ISO/IEC 23009-1 §7.2.1 allows half). */
    private static final double MOST_DRIFT = 0.25;

    private final Deque<Period> periods = new ArrayDeque<>(); // guarded by this
    private long next = -1; // the number after the newest segment that has a period; guarded by this

    /**
     * A period.
     *
     * @param number the number of its first segment
     * @param startTicks the decode time of that segment
     * @param durationTicks the nominal duration of each of its segments
     */
    record Period(long number, long startTicks, long durationTicks, Segment first) {
        long nominalTicks(long of) {
            return startTicks + (of - number) * durationTicks;
        }
    }

    /** Returns the periods of the listed segments, oldest first. */
    synchronized List<Period> of(WindowView view) {
        for (Segment segment : view.listed()) {
            if (segment.number() >= next) {
                assign(segment, view);
                next = segment.number() + 1;
            }
        }
        long first = view.listed().get(0).number();
        while (periods.size() > 1 && second().number() <= first) {
            periods.removeFirst();
        }
        return List.copyOf(periods);
    }

    private Period second() {
        return periods.stream().skip(1).findFirst().orElseThrow();
    }

    private void assign(Segment segment, WindowView view) {
        Period last = periods.peekLast();
        boolean continues = last != null
                && next == segment.number()
                && !segment.discontinuity()
                && Math.abs(segment.startTicks() - last.nominalTicks(segment.number()))
                        <= MOST_DRIFT * last.durationTicks();
        if (!continues) {
            periods.addLast(new Period(segment.number(), segment.startTicks(), nominal(view), segment));
        }
    }

    /** Returns the mean duration of the complete segments. */
    private static long nominal(WindowView view) {
        return (long) view.listed().stream()
                .filter(Segment::complete)
                .mapToLong(Segment::durationTicks)
                .average()
                .orElse(Ticks.HZ);
    }
}
