package dev.perch.guest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes a line a test: name, PASSED, AGAIN or FAILED, milliseconds, what was wrong. What fails is held back until it has had its second try: AGAIN has passed
 * then, and its line says what was wrong at first.
 */
final class GuestReport implements TestExecutionListener {
    private final Path file;
    private final Set<String> settled = new HashSet<>();
    private final Map<String, Failure> failed = new LinkedHashMap<>();
    private long startedNanos;
    private int tests;
    private int failures;

    private record Failure(String name, long millis, String trouble) {}

    GuestReport(Path file) {
        this.file = file;
    }

    /** Returns the unique identifiers of what has failed and is not settled yet. */
    List<String> failed() {
        return List.copyOf(failed.keySet());
    }

    /** Settles as failed what has not passed until now. */
    void settle() {
        failed.forEach((id, failure) -> {
            failures++;
            settle(id, failure.name, "FAILED", failure.millis, failure.trouble);
        });
        failed.clear();
    }

    /** Returns whether there was a test and each has passed. */
    boolean passed() {
        return failures == 0 && failed.isEmpty() && tests > 0;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        startedNanos = System.nanoTime();
        if (test.isTest()) {
            System.out.println("== " + name(test) + (failed.containsKey(test.getUniqueId()) ? ", once more" : ""));
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String id = test.getUniqueId();
        long millis = (System.nanoTime() - startedNanos) / 1_000_000;
        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            String trouble = result.getThrowable().map(GuestReport::trace).orElse("");
            System.out.println(name(test) + " has failed after " + millis + " ms\n" + trouble);
            failed.put(id, new Failure(name(test), millis, trouble));
            return;
        }
        Failure first = failed.remove(id);
        if (first != null) {
            settle(id, first.name, "AGAIN", millis, first.trouble);
        } else if (test.isTest() && !settled.contains(id)) { // a class whose end failed has all of its tests run again
            settle(id, name(test), "PASSED", millis, "");
        }
    }

    private void settle(String id, String name, String word, long millis, String trouble) {
        tests++;
        settled.add(id);
        String line = String.join("\t", name, word, Long.toString(millis), trouble.replace("\n", "\\n"));
        System.out.println(String.join("\t", name, word, Long.toString(millis)));
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
