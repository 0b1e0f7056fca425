package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.memory.MemoryWatch.Scarcity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which memory is given back and taken again, on a machine of files and with a clock of numbers. */
class MemoryWatchTest {
    private static final Step WINDOWS = new Step(10, "windows", "windows shortened", /* lastResort= */ false);
    private static final Step RINGS = new Step(20, "rings", "rings shortened", /* lastResort= */ false);
    private static final Step FORMATS = new Step(30, "formats", "formats ended", /* lastResort= */ false);
    private static final Step VIEWERS = new Step(40, "viewers", "viewers closed", /* lastResort= */ true);

    private static final long MIB = 1 << 20;
    private static final long SHORT_BYTES = 30 * MIB; // 35.6 is the mark
    private static final long CRITICAL_BYTES = 15 * MIB; // 17.8
    private static final long BETWEEN_BYTES = 45 * MIB; // no longer short, not yet room: 53.4
    private static final long ROOM_BYTES = 100 * MIB;

    @TempDir
    Path root;

    private FakeMachine machine;
    private MemoryWatch watch;
    private final List<String> done = new ArrayList<>();
    private long seconds = 1000;

    @BeforeEach
    void make() {
        machine = new FakeMachine(root);
        watch = new MemoryWatch(machine.gauge());
    }

    private void register(Step step, long bytes) {
        watch.register(new Shedder() {
            @Override
            public Step step() {
                return step;
            }

            @Override
            public long shed() {
                done.add("shed " + step.name());
                return bytes;
            }

            @Override
            public void restore() {
                done.add("restore " + step.name());
            }
        });
    }

    private void registerAll() {
        for (Step step : List.of(RINGS, VIEWERS, WINDOWS, FORMATS)) { // the order is theirs
            register(step, MIB);
        }
    }

    private List<String> poll(int times, long availableBytes) {
        machine.available(availableBytes);
        done.clear();
        for (int i = 0; i < times; i++) {
            watch.poll(++seconds * 1_000_000_000L);
        }
        return List.copyOf(done);
    }

    @Test
    void room_doesNothing_andLetsEverybodyIn() {
        registerAll();
        assertEquals(List.of(), poll(30, ROOM_BYTES));
        assertEquals(Optional.empty(), watch.refusal());
        assertEquals(Scarcity.NONE, watch.status().scarcity());
    }

    @Test
    void short_takesOneStepAPoll_inTheOrder_andNoViewers() {
        registerAll();
        assertEquals(List.of("shed windows"), poll(1, SHORT_BYTES));
        assertEquals(List.of("shed rings"), poll(1, SHORT_BYTES));
        assertEquals(List.of("shed formats"), poll(1, SHORT_BYTES));
        assertEquals(List.of(), poll(30, SHORT_BYTES));
        assertEquals(List.of(WINDOWS, RINGS, FORMATS), watch.status().taken());
        assertEquals(3 * MIB, watch.status().givenBackBytes());
    }

    @Test
    void short_refusesNewViewers_withTheNumbers() {
        poll(1, SHORT_BYTES);
        assertEquals(
                Optional.of("Memory is short, so nobody new is let in for now: 30.0 MiB of 427.6 MiB of the machine's"
                        + " memory are available, less than 35.6 MiB is short."),
                watch.refusal());
    }

    @Test
    void critical_takesAllStepsAtOnce_andViewersEachTime() {
        registerAll();
        assertEquals(List.of("shed windows", "shed rings", "shed formats", "shed viewers"), poll(1, CRITICAL_BYTES));
        assertEquals(List.of("shed viewers", "shed viewers"), poll(2, CRITICAL_BYTES));
        assertEquals(List.of(), poll(2, SHORT_BYTES));
        assertEquals(3, watch.status().counts().get(VIEWERS));
        assertEquals(1, watch.status().counts().get(RINGS));
    }

    @Test
    void roomAgain_isTakenBackStepByStep_inTheOppositeOrder_eachAfterTenSeconds() {
        registerAll();
        poll(1, CRITICAL_BYTES);
        assertEquals(List.of(), poll(10, ROOM_BYTES));
        assertEquals(List.of("restore viewers"), poll(1, ROOM_BYTES));
        assertEquals(List.of("restore formats"), poll(10, ROOM_BYTES));
        assertEquals(
                Optional.of("Memory is short, so nobody new is let in for now: 100.0 MiB of 427.6 MiB of the machine's"
                        + " memory are available, less than 35.6 MiB is short."
                        + " There is room again; what was given back is taken first."),
                watch.refusal());
        assertEquals(List.of("restore rings", "restore windows"), poll(20, ROOM_BYTES));
        assertEquals(Optional.empty(), watch.refusal());
        assertEquals(List.of(), poll(30, ROOM_BYTES));
        assertEquals(List.of("shed windows"), poll(1, SHORT_BYTES));
    }

    @Test
    void betweenTheMarks_nothingChanges() {
        registerAll();
        poll(2, SHORT_BYTES);
        assertEquals(List.of(), poll(60, BETWEEN_BYTES));
        assertTrue(watch.refusal().isPresent());
        poll(9, ROOM_BYTES);
        assertEquals(List.of(), poll(1, BETWEEN_BYTES), "the ten seconds begin again");
        assertEquals(List.of(), poll(10, ROOM_BYTES));
        assertEquals(List.of("restore rings"), poll(1, ROOM_BYTES));
    }

    @Test
    void whatWasGivenBack_isTakenAgainOnlyIfItFits() {
        register(RINGS, 20 * MIB);
        poll(1, SHORT_BYTES);
        assertEquals(List.of(), poll(60, 70 * MIB), "with 20 MiB taken, 50 would be left, less than room");
        assertEquals(List.of("restore rings"), poll(11, 75 * MIB));
    }

    @Test
    void standstill_countsBeforeTheNumbersDo() {
        registerAll();
        machine.stall(0);
        poll(1, BETWEEN_BYTES);
        machine.stall(200_000);
        assertEquals(List.of("shed windows"), poll(1, BETWEEN_BYTES));
        machine.stall(200_000);
        assertEquals(4, poll(1, SHORT_BYTES).size() + 1, "short with a standstill is critical: the other three");
        machine.stall(200_000);
        assertTrue(
                watch.refusal()
                        .orElse("")
                        .endsWith("less than 35.6 MiB is short, tasks waited for memory 20 % of the time."),
                () -> watch.refusal().toString());
    }

    @Test
    void standstillWithRoom_isOtherPeoplesTrouble() {
        registerAll();
        machine.stall(0);
        poll(1, ROOM_BYTES);
        machine.stall(900_000);
        assertEquals(List.of(), poll(1, ROOM_BYTES));
    }

    @Test
    void stepWithoutAPart_isPassedOver() {
        register(FORMATS, 0);
        assertEquals(List.of("shed formats"), poll(1, SHORT_BYTES));
    }

    @Test
    void partThatComesLate_givesBackAtOnce() {
        register(RINGS, MIB);
        poll(1, SHORT_BYTES);
        done.clear();
        register(RINGS, MIB);
        assertEquals(List.of("shed rings"), done);
        poll(1, SHORT_BYTES);
        assertEquals(2 * MIB, watch.status().givenBackBytes());
    }
}
