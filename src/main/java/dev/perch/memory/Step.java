package dev.perch.memory;

import java.util.Comparator;

/**
 * One step against a shortage of memory.
 *
 * @param order the lowest step is taken first and taken back last
 * @param name the name in figures: {@code rings}
 * @param done the sentence for people once it was taken: {@code rings shortened to one GOP}
 * @param lastResort whether it is taken only while memory is nearly gone, and then at each poll
 */
public record Step(int order, String name, String done, boolean lastResort) implements Comparable<Step> {
    private static final Comparator<Step> ORDER =
            Comparator.comparingInt(Step::order).thenComparing(Step::name);

    @Override
    public int compareTo(Step other) {
        return ORDER.compare(this, other);
    }
}
