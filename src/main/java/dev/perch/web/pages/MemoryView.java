package dev.perch.web.pages;

import dev.perch.memory.FreeMemory;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryWatch;
import dev.perch.memory.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The memory budget for the wall; every text is ready for the page but not escaped.
 *
 * @param summary how much is leased of the total
 * @param limitedBy the setting that holds the total down
 * @param parts the holders, the largest first; the sum of all widths is at most {@link #WIDTH}
 * @param machine the machine's available memory
 * @param alarm the steps in force against a shortage; empty if there are none
 */
record MemoryView(String summary, String limitedBy, List<Part> parts, String machine, String alarm) {
    /** The width of the bar in its own units. */
    static final int WIDTH = 1000;

    /** The number of colours in the style sheet. */
    private static final int COLOURS = 6;

    /**
     * A holder.
     *
     * @param x where its part of the bar begins
     * @param style the part's class
     */
    record Part(String holder, String size, String share, int x, int width, String style) {}

    /**
     * Returns the values.
     *
     * @param all whether the reader may know every camera, because holders' names contain them
     */
    static MemoryView of(MemoryBudget budget, MemoryWatch.Status status, boolean all) {
        return new MemoryView(
                megabytes(budget.leasedBytes()) + " of " + megabytes(budget.totalBytes()) + " MB",
                budget.limitedBy(),
                all ? parts(budget.leasedByHolder(), budget.totalBytes()) : List.of(),
                status.free().map(MemoryView::machine).orElse("not known"),
                alarm(status));
    }

    private static List<Part> parts(Map<String, Long> holders, long totalBytes) {
        List<Map.Entry<String, Long>> largestFirst = new ArrayList<>(holders.entrySet());
        largestFirst.sort(Map.Entry.<String, Long>comparingByValue().reversed());
        List<Part> parts = new ArrayList<>();
        long before = 0;
        for (Map.Entry<String, Long> entry : largestFirst) {
            int x = (int) (WIDTH * before / totalBytes);
            before += entry.getValue();
            parts.add(new Part(
                    entry.getKey(),
                    megabytes(entry.getValue()) + " MB",
                    Math.round(100.0 * entry.getValue() / totalBytes) + " %",
                    x,
                    (int) (WIDTH * before / totalBytes) - x,
                    "part" + parts.size() % COLOURS));
        }
        return parts;
    }

    private static String machine(FreeMemory free) {
        String of = free.of().equals("the machine") ? "" : " (" + free.of() + ")"; // the text before it already says so
        return megabytes(free.availableBytes()) + " of " + megabytes(free.totalBytes()) + " MB free" + of;
    }

    private static String alarm(MemoryWatch.Status status) {
        return status.taken().isEmpty() && status.scarcity() == MemoryWatch.Scarcity.NONE
                ? ""
                : "Memory is short: nobody new is let in. In force: "
                        + String.join(
                                ", ", status.taken().stream().map(Step::done).toList());
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }
}
