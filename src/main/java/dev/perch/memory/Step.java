package dev.perch.memory;

import java.util.Comparator;

/**
 * One of the steps against a shortage of memory, as those who can take it name it.
 *
 * @param order its place: the lowest step is taken first and taken back last
 * @param name its name in figures: {@code rings}
 * @param done the sentence for people when it was taken: {@code rings shortened to one GOP}
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
