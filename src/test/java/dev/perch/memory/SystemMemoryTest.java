package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemMemoryTest {
    @TempDir
    Path folder;

    /** The sizes that HotSpot takes (atojulong in arguments.cpp): decimal or hexadecimal, K, M, G, T; 0 is its default. */
    @ParameterizedTest
    @CsvSource({
        "java -XX:MaxDirectMemorySize=64m -jar perch.war, 67108864",
        "java -XX:MaxDirectMemorySize=64M, 67108864",
        "java -XX:MaxDirectMemorySize=1000, 1000",
        "java -XX:MaxDirectMemorySize=10k, 10240",
        "java -XX:MaxDirectMemorySize=10K, 10240",
        "java -XX:MaxDirectMemorySize=2g, 2147483648",
        "java -XX:MaxDirectMemorySize=2G, 2147483648",
        "java -XX:MaxDirectMemorySize=1t, 1099511627776",
        "java -XX:MaxDirectMemorySize=0x100k, 262144",
        "java -XX:MaxDirectMemorySize=99999999999999999999g, 9223372036854775807",
        "java -XX:MaxDirectMemorySize=1m -XX:MaxDirectMemorySize=3m, 3145728",
        "java -XX:MaxDirectMemorySize=1m -XX:MaxDirectMemorySize=0, -1",
        "java -XX:MaxDirectMemorySize=0, -1",
        "java -Xmx64m, -1"
    })
    void maxDirectFlag_readsTheLastOne(String commandLine, long bytes) {
        OptionalLong expected = bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
        assertEquals(expected, SystemMemory.maxDirectFlag(commandLine));
        assertEquals(expected, SystemMemory.maxDirectFlag(commandLine.replace(' ', '\0')));
    }

    private MemoryBudget auto(FakeMachine machine, long directBytes) {
        return SystemMemory.budget(OptionalLong.empty(), machine.gauge(), directBytes);
    }

    @Test
    void connections_areAsManyAsHeapAndDirectMemoryBear() {
        assertEquals(179, SystemMemory.connections(37L << 20, 112L << 20));
        assertEquals(273, SystemMemory.connections(48L << 20, 128L << 20));
        assertEquals(163, SystemMemory.connections(48L << 20, 16L << 20));
        assertEquals(2048, SystemMemory.connections(512L << 20, 512L << 20));
        assertEquals(64, SystemMemory.connections(8L << 20, 8L << 20));
    }

    @Test
    void heap_isWhatNeitherTheProgramNorAnyConnectionNeeds() {
        assertEquals(
                (21L << 20) - 268 * (40 << 10),
                SystemMemory.heap(37L << 20, 268).totalBytes());
        assertEquals(2L << 20, SystemMemory.heap(16L << 20, 64).totalBytes());
    }

    @Test
    void media_isNeverAllOfTheDirectMemory() {
        assertEquals((112L << 20) - (2L << 20) - 268 * (25 << 10), SystemMemory.mediaBytes(112L << 20, 268));
        assertEquals(4L << 20, SystemMemory.mediaBytes(8L << 20, 268));
    }

    @Test
    void auto_isAShareOfWhatIsAvailable() {
        MemoryBudget budget = auto(new FakeMachine(folder).available(300L << 20), 109L << 20);
        assertEquals(75L << 20, budget.totalBytes());
        assertEquals("memory.budget", budget.limitedBy());
    }

    @Test
    void auto_isNeverLessThanASmallCameraNeeds_norMoreThanTheJvmAllows() {
        assertEquals(
                8L << 20,
                auto(new FakeMachine(folder).available(20L << 20), 109L << 20).totalBytes());
        MemoryBudget direct = auto(new FakeMachine(folder).available(300L << 20), 64L << 20);
        int connections = SystemMemory.connections(Runtime.getRuntime().maxMemory(), 64L << 20);
        assertEquals(SystemMemory.mediaBytes(64L << 20, connections), direct.totalBytes());
        assertTrue(direct.totalBytes() < 64L << 20);
        assertEquals("-XX:MaxDirectMemorySize", direct.limitedBy());
    }

    @Test
    void auto_onALargeMachine_isBounded() {
        assertEquals(
                512L << 20,
                auto(new FakeMachine(folder).available(64L << 30), 16L << 30).totalBytes());
    }

    @Test
    void auto_inAService_isAShareOfWhatItsLimitLeaves() {
        FakeMachine machine = new FakeMachine(folder).service("134217728", 80L << 20, 0, 0);
        assertEquals(12L << 20, auto(machine, 109L << 20).totalBytes());
    }

    @Test
    void auto_whereTheSystemDoesNotTell_isAShareOfTheJvmsLimit() {
        FakeMachine machine = new FakeMachine(folder).put("proc/meminfo", "MemTotal: 437848 kB\n");
        assertEquals(
                Runtime.getRuntime().maxMemory() / 4, auto(machine, 1L << 40).totalBytes());
    }

    @Test
    void budget_isTheConfiguredNumber_withinTheJvmsLimit() {
        MemoryBudget small = SystemMemory.budget(OptionalLong.of(12L << 20));
        assertEquals(12L << 20, small.totalBytes());
        assertEquals("memory.budget", small.limitedBy());
        MemoryBudget large = SystemMemory.budget(OptionalLong.of(1L << 50));
        long direct = Runtime.getRuntime().maxMemory();
        assertEquals(SystemMemory.mediaBytes(direct, SystemMemory.connections(direct, direct)), large.totalBytes());
        assertEquals("-XX:MaxDirectMemorySize", large.limitedBy());
    }
}
