package dev.perch.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
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

    @Test
    void availableBytes_readsMemAvailable() throws Exception {
        Path meminfo = Files.writeString(
                folder.resolve("meminfo"),
                "MemTotal:         437848 kB\nMemFree:           12345 kB\nMemAvailable:     301568 kB\n");
        assertEquals(301_568L * 1024, SystemMemory.availableBytes(meminfo));
    }

    @Test
    void availableBytes_withoutTheLine_isTheJvmsLimit() throws Exception {
        Path meminfo = Files.writeString(folder.resolve("meminfo"), "MemTotal:         437848 kB\n");
        assertEquals(Runtime.getRuntime().maxMemory(), SystemMemory.availableBytes(meminfo));
    }

    @Test
    void budget_isTheConfiguredNumber_withinTheJvmsLimit() {
        MemoryBudget small = SystemMemory.budget(OptionalLong.of(12L << 20));
        assertEquals(12L << 20, small.totalBytes());
        assertEquals("memory.budget", small.limitedBy());
        MemoryBudget large = SystemMemory.budget(OptionalLong.of(1L << 50));
        assertEquals(Runtime.getRuntime().maxMemory(), large.totalBytes());
        assertEquals("-XX:MaxDirectMemorySize", large.limitedBy());
    }
}
