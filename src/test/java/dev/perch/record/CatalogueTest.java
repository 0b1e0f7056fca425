package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the catalogue, which finds a camera's recordings by their times and needs little memory for many of them. */
class CatalogueTest {
    private static final int FILES = 100_000;
    private static final long START = 1_700_000_000_000L;
    private static final long EACH_MILLIS = 60_000;

    private static Catalogue filled() {
        Path folder = Path.of("/var/lib/perch/front");
        Catalogue catalogue = new Catalogue(folder);
        for (int i = 0; i < FILES; i++) {
            long start = START + i * EACH_MILLIS;
            Path path =
                    folder.resolve(String.format("2026-%02d-%02d/%06d.mp4", i / 3000 % 12 + 1, i / 100 % 30 + 1, i));
            catalogue.put(new Recording(path, start, EACH_MILLIS, 1_000_000, /* kept= */ i % 10 == 0, true));
        }
        return catalogue;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void hundredThousandFiles_takeLessThanTenMegabytes() {
        long before = usedBytes();
        Catalogue catalogue = filled();
        long bytes = usedBytes() - before;
        assertEquals(FILES, catalogue.count());
        assertTrue(bytes < 10_000_000, () -> "bytes=" + bytes);
        List<Recording> all = List.of();
        long leastNanos = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long beganNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            all = catalogue.span(0, Long.MAX_VALUE, FILES);
            leastNanos =
                    Math.min(leastNanos, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - beganNanos);
        }
        System.out.printf("100,000 recordings: %.1f MB, listed in %.0f ms of CPU%n", bytes / 1e6, leastNanos / 1e6);
        assertEquals(FILES, all.size());
        assertEquals(START + (FILES - 1L) * EACH_MILLIS, all.get(FILES - 1).startMillis());
    }

    @Test
    void span_hasThoseThatTouchIt() {
        Catalogue catalogue = filled();
        long from = START + 500 * EACH_MILLIS + 1;
        List<Recording> found = catalogue.span(from, from + 2 * EACH_MILLIS, FILES);
        assertEquals(
                List.of(500L, 501L, 502L),
                found.stream()
                        .map(each -> (each.startMillis() - START) / EACH_MILLIS)
                        .toList());
    }

    @Test
    void oldest_isTheFirstThatIsNotKept_alsoWhenThoseBeforeAreGone() {
        Catalogue catalogue = filled();
        for (int i = 0; i < 25; i++) {
            Recording oldest = catalogue.oldest(Long.MAX_VALUE).orElseThrow();
            catalogue.remove(oldest.startMillis());
        }
        assertEquals(FILES - 25, catalogue.count());
        assertEquals(28, (catalogue.oldest(Long.MAX_VALUE).orElseThrow().startMillis() - START) / EACH_MILLIS);
        assertEquals(3, catalogue.span(0, START + 25 * EACH_MILLIS, FILES).size(), "those that are kept");
    }
}
