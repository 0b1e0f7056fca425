package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a thread that ends by an Error does to the process: nothing, unless nobody would be served without it. */
class DeadThreadTest {
    private static final int OTHERWISE = 7;

    /** The process: one thread fails, and when that did not end it, it ends by itself. */
    public static void main(String... words) throws InterruptedException {
        Thread.setDefaultUncaughtExceptionHandler(Main::died);
        Thread thread = new Thread(
                () -> {
                    throw new OutOfMemoryError("Java heap space");
                },
                words[0]);
        thread.start();
        thread.join();
        System.exit(OTHERWISE);
    }

    @ParameterizedTest
    @CsvSource({"http-nio-8080-Acceptor, 3", "http-nio-8080-Poller, 3", "http-nio-8080-exec-1, 7"})
    void itsError_endsTheProgramWhereNobodyIsServedWithoutIt(String name, int status) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DeadThreadTest.class.getName(),
                        name)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        assertEquals(status, process.exitValue(), said);
        assertTrue(said.contains("The thread " + name + " has failed"), said);
    }
}
