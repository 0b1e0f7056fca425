package dev.perch.memory;

import java.util.Comparator;

/**
 * One of the steps against a shortage of memory, as those who can take it name it.
 *
 * @param order steps are taken from the lowest on, and taken back from the highest
 * @param name in figures: {@code rings}
 * @param done what was done, for people: {@code rings shortened to one GOP}
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
