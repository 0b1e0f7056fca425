package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has passed at the second try passes and is told, what has failed twice fails, what has passed is not run again. */
class GuestReportTest {
    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    Path folder;

    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class MixedCase {
        @Test
        @Order(1)
        void passes() {
            assertEquals(1, RUNS.incrementAndGet());
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 8})
        @Order(2)
        void secondOfTwo_passesAtTheSecondTry(int number) {
            assertTrue(RUNS.incrementAndGet() != 3, "it is " + number);
        }

        @Test
        @Order(3)
        void neverPasses() {
            assertEquals(0, RUNS.incrementAndGet());
        }
    }

    @Test
    void mixed() throws IOException {
        GuestReport report = twice(MixedCase.class);
        assertEquals(
                List.of(
                        "MixedCase.passes() PASSED",
                        "MixedCase.[1] 7 PASSED",
                        "MixedCase.[2] 8 AGAIN org.opentest4j.AssertionFailedError: it is 8 ==> expected: <true> but was: <false>",
                        "MixedCase.neverPasses() FAILED org.opentest4j.AssertionFailedError: expected: <0> but was: <6>"),
                lines());
        assertFalse(report.passed());
    }

    static class BeginsLateCase {
        @BeforeAll
        static void begin() {
            assertEquals(2, RUNS.incrementAndGet());
        }

        @Test
        void passes() {}
    }

    @Test
    void beginningOfAClass_hasASecondTry_withItsTests() throws IOException {
        GuestReport report = twice(BeginsLateCase.class);
        assertEquals(
                List.of(
                        "BeginsLateCase.passes() PASSED",
                        "BeginsLateCase.BeginsLateCase AGAIN org.opentest4j.AssertionFailedError: expected: <2> but was: <1>"),
                lines());
        assertTrue(report.passed());
    }

    static class EndsBadlyCase {
        @Test
        void passes() {}

        @AfterAll
        static void end() {
            assertEquals(0, RUNS.incrementAndGet());
        }
    }

    @Test
    void endOfAClass_thatFailsTwice_fails() throws IOException {
        GuestReport report = twice(EndsBadlyCase.class);
        assertEquals(
                List.of(
                        "EndsBadlyCase.passes() PASSED",
                        "EndsBadlyCase.EndsBadlyCase FAILED org.opentest4j.AssertionFailedError: expected: <0> but was: <2>"),
                lines());
        assertFalse(report.passed());
    }

    /** As the guest does. */
    private GuestReport twice(Class<?> tests) {
        RUNS.set(0);
        GuestReport report = new GuestReport(folder.resolve("results.tsv"));
        assertFalse(report.passed(), "no test has run");
        GuestMain.run(List.of(selectClass(tests)), report);
        assertFalse(report.failed().isEmpty());
        GuestMain.runAgain(report);
        report.settle();
        return report;
    }

    /** The lines without times and traces. */
    private List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("results.tsv")).stream()
                .map(line -> line.replaceAll("\t\\d+\t", "\t").replaceAll("\\\\n.*", ""))
                .map(line ->
                        line.replace('\t', ' ').replace("GuestReportTest$", "").strip())
                .toList();
    }
}
