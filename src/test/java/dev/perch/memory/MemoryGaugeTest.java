package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files of /proc and /sys/fs/cgroup say, in copies of them. */
class MemoryGaugeTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path root;

    private static FreeMemory read(MemoryGauge gauge, long seconds) {
        return gauge.read(seconds * 1_000_000_000L).orElseThrow();
    }

    @Test
    void machine_isReadFromMeminfo() {
        FreeMemory free = read(new FakeMachine(root).available(100 * MIB).gauge(), 0);
        assertEquals(new FreeMemory("the machine", 100 * MIB, FakeMachine.PI_BYTES, 37_363_029, 0, false), free);
        assertEquals(
                "100.0 MiB of 427.6 MiB of the machine's memory are available, less than 35.6 MiB is short",
                free.toString());
    }

    @Test
    void machineThatDoesNotTell_isEmpty() {
        MemoryGauge gauge = new FakeMachine(root)
                .put("proc/meminfo", "MemTotal: 437848 kB\n")
                .gauge();
        assertTrue(gauge.read(0).isEmpty());
        assertTrue(new MemoryGauge(root.resolve("nothing")).read(0).isEmpty());
    }

    @Test
    void pressure_isTheShareOfTheTimeSinceTheLastReading() {
        FakeMachine machine = new FakeMachine(root).stall(7_000_000);
        MemoryGauge gauge = machine.gauge();
        assertEquals(0, read(gauge, 1).stalledPercent(), "the first reading has nothing to compare with");
        machine.stall(500_000);
        assertEquals(25, read(gauge, 3).stalledPercent());
        assertEquals(0, read(gauge, 4).stalledPercent());
        machine.stall(9_000_000);
        assertEquals(100, read(gauge, 5).stalledPercent());
    }

    @Test
    void service_isItsGroupsLimit_withoutThePageCacheThatNobodyUses() {
        FakeMachine machine = new FakeMachine(root).service("134217728", 120 * MIB, 10 * MIB, 0);
        FreeMemory free = read(machine.gauge(), 0);
        assertEquals("cgroup /system.slice/perch.service", free.of());
        assertEquals(18 * MIB, free.availableBytes());
        assertEquals(128 * MIB, free.totalBytes());
        assertEquals(128 * MIB / 12, free.shortBelowBytes());
    }

    @Test
    void serviceWithoutALimit_isTheMachine() {
        assertEquals(
                "the machine",
                read(new FakeMachine(root).service("max", MIB, 0, 0).gauge(), 0).of());
    }

    @Test
    void groupThatHasRoom_onAMachineThatHasNot_isTheMachine() {
        FakeMachine machine = new FakeMachine(root).service("134217728", 20 * MIB, 0, 0);
        assertEquals("the machine", read(machine.available(20 * MIB).gauge(), 0).of());
    }

    @Test
    void limitThatWasHit_isOutOfMemoryOnce() {
        FakeMachine machine = new FakeMachine(root).service("134217728", 60 * MIB, 0, 2);
        MemoryGauge gauge = machine.gauge();
        assertFalse(read(gauge, 0).outOfMemory(), "what happened before the start");
        machine.service("134217728", 60 * MIB, 0, 3);
        FreeMemory hit = read(gauge, 1);
        assertTrue(hit.outOfMemory() && hit.critical(), hit::toString);
        assertFalse(read(gauge, 2).outOfMemory());
    }

    @Test
    void containerOfVersion1_isItsGroupsLimit() {
        FakeMachine machine = new FakeMachine(root).container(100 * MIB, 90 * MIB, 15 * MIB);
        FreeMemory free = read(machine.gauge(), 0);
        assertEquals("cgroup /", free.of());
        assertEquals(25 * MIB, free.availableBytes());
        assertEquals(100 * MIB, free.totalBytes());
    }

    @Test
    void containerOfVersion1_withoutALimit_isTheMachine() {
        FakeMachine machine = new FakeMachine(root).container(9_223_372_036_854_771_712L, MIB, 0);
        assertEquals("the machine", read(machine.gauge(), 0).of());
    }

    @Test
    void thisMachine_isRead() {
        FreeMemory free = MemoryGauge.ofThisProcess().read(System.nanoTime()).orElseThrow();
        assertTrue(free.availableBytes() > 0 && free.availableBytes() <= free.totalBytes(), free::toString);
    }
}
