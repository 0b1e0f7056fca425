package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** No place that is given out touches a live frame, nor one that is still being read. */
class RingSpacePropertiesTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");

    @Property(tries = 500)
    void place_neverTouchesLiveOrBusyFrames(
            @ForAll long seed,
            @ForAll @IntRange(min = 200, max = 20_000) int ringBytes,
            @ForAll @IntRange(min = 1, max = 4_000) int largestFrameBytes,
            @ForAll @IntRange(min = 0, max = 60) int pinPercent)
            throws BudgetExceededException {
        Random random = new Random(seed);
        FrameTable table = new FrameTable();
        List<FrameEntry> read = new ArrayList<>();
        RingSize size = new RingSize(OptionalInt.of(ringBytes), 1 << 20, "ring");
        RingSpace space = new RingSpace(
                new ArenaPool(budget),
                "ring",
                Encoding.JPEG,
                size,
                table,
                entry -> entry.pins == 0 || letGo(entry, read, random),
                key -> {});
        space.open(ringBytes);
        for (int i = 0; i < 400; i++) {
            int sizeBytes = 1 + random.nextInt(largestFrameBytes);
            int offset = space.place(sizeBytes);
            if (offset >= 0) {
                assertTrue(offset + sizeBytes <= ringBytes);
                assertFree(table, read, offset, sizeBytes);
                FrameEntry entry = publish(space, table, offset, 1 + random.nextInt(sizeBytes));
                if (random.nextInt(100) < pinPercent) {
                    entry.ring.pin(entry);
                    read.add(entry);
                }
            } else {
                assertTrue(sizeBytes > ringBytes || !read.isEmpty(), "only busy frames stand in the way");
            }
            if (random.nextInt(3) == 0 && !read.isEmpty()) {
                FrameEntry done = read.remove(random.nextInt(read.size()));
                done.ring.unpin(done);
            }
        }
        read.forEach(entry -> entry.ring.unpin(entry));
        table.clear();
        space.close();
        assertEquals(0, budget.leasedBytes());
    }

    private static boolean letGo(FrameEntry entry, List<FrameEntry> read, Random random) {
        if (random.nextBoolean()) {
            return false; // busy just now
        }
        entry.ring.unpin(entry);
        read.remove(entry);
        return true;
    }

    private static FrameEntry publish(RingSpace space, FrameTable table, int offset, int sizeBytes) {
        Frame frame = new Frame(table.next(), sizeBytes, new FrameTime(0, 0), true, false, false, TestFeed.JPEG);
        FrameEntry entry = new FrameEntry(space.ring(), offset, frame);
        table.add(entry);
        space.published(offset, sizeBytes);
        return entry;
    }

    private static void assertFree(FrameTable table, List<FrameEntry> read, int offset, int sizeBytes) {
        for (long i = table.tail(); i < table.next(); i++) {
            assertFalse(table.at(i).overlaps(offset, sizeBytes), "overlaps a live frame");
        }
        read.forEach(entry -> assertFalse(entry.overlaps(offset, sizeBytes), "overlaps a frame that is being read"));
    }
}
