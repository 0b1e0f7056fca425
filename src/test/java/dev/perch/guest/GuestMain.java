package dev.perch.guest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The guest's side: runs the named classes with JUnit and writes a line a test to results.tsv in the folder that the host sees. */
public final class GuestMain {
    private GuestMain() {}

    public static void main(String... classes) throws Exception {
        Report report = new Report(Guest.out().resolve("results.tsv"));
        for (String name : classes) {
            Guest.prepare();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(name))
                                    .filters(EngineFilter.includeEngines("junit-jupiter"))
                                    .build(),
                            report);
        }
        System.exit(report.failures == 0 && report.tests > 0 ? 0 : 1);
    }

    private static final class Report implements TestExecutionListener {
        private final Path file;
        private long startedNanos;
        private int tests;
        private int failures;

        Report(Path file) {
            this.file = file;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            startedNanos = System.nanoTime();
            if (test.isTest()) {
                System.out.println("== " + name(test));
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            if (!test.isTest() && passed) {
                return;
            }
            tests++;
            failures += passed ? 0 : 1;
            String trouble = result.getThrowable().map(Report::trace).orElse("");
            long millis = (System.nanoTime() - startedNanos) / 1_000_000;
            String line = String.join(
                    "\t",
                    name(test),
                    passed ? "PASSED" : "FAILED",
                    Long.toString(millis),
                    trouble.replace("\n", "\\n"));
            System.out.println(line.replace("\\n", "\n"));
            try {
                Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }

        private static String name(TestIdentifier test) {
            String parent = test.getUniqueId().replaceAll(".*\\[class:[^]]*?([^.\\]]+)\\].*", "$1");
            return parent + "." + test.getDisplayName();
        }

        private static String trace(Throwable trouble) {
            StringWriter text = new StringWriter();
            trouble.printStackTrace(new PrintWriter(text));
            return text.toString()
                    .lines()
                    .limit(25)
                    .reduce("", (all, line) -> all + line + "\n")
                    .replace("\t", "  ");
        }
    }
}
