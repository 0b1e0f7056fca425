package dev.perch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.process.ExternalProgram.Stdin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ExternalProgramTest {
    private static final long PATIENCE_MILLIS = 20_000;

    @Test
    void stdout_isWhatTheProgramPrints() throws Exception {
        try (ExternalProgram program = ExternalProgram.start("test", List.of("echo", "a  b", "$HOME"), Stdin.NONE)) {
            assertEquals("a  b $HOME\n", new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(Optional.of(new ProgramExit(0)), program.awaitExit(PATIENCE_MILLIS));
        }
    }

    @Test
    void stdin_none_isEmpty() throws Exception {
        try (ExternalProgram program = ExternalProgram.start("test", List.of("cat"), Stdin.NONE)) {
            assertEquals(-1, program.stdout().read());
        }
    }

    @Test
    void stdin_pipe_isRead() throws Exception {
        try (ExternalProgram program = ExternalProgram.start("test", List.of("cat"), Stdin.PIPE)) {
            program.stdin().write("hello".getBytes(StandardCharsets.UTF_8));
            program.stdin().close();
            assertEquals("hello", new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "exit 0, exit code 0",
        "exit 3, exit code 3",
        "kill -9 $$, signal 9 (SIGKILL)",
        "kill -15 $$, signal 15 (SIGTERM)",
        "exit 255, exit code 255"
    })
    void exit_isToldInWords(String script, String words) throws Exception {
        try (ExternalProgram program = shell(script)) {
            assertEquals(words, program.awaitExit(PATIENCE_MILLIS).orElseThrow().words());
        }
    }

    @Test
    void start_absentProgram_isNamed() throws Exception {
        ExternalProgram direct = ExternalProgram.start("test", List.of("no-such-program", "-x"), Stdin.NONE);
        ExternalProgram shell = shell("no-such-program -x");
        assertTrue(direct.awaitExit(PATIENCE_MILLIS).orElseThrow().notFound());
        assertTrue(shell.awaitExit(PATIENCE_MILLIS).orElseThrow().notFound());
        assertTrue(lastLines(direct).toString().contains("no-such-program"));
        assertTrue(lastLines(shell).toString().contains("no-such-program"));
    }

    /** Once the program has ended by itself. */
    static List<String> lastLines(ExternalProgram program) {
        program.awaitExit(PATIENCE_MILLIS);
        program.close();
        return program.lastLines();
    }

    @Test
    void start_notExecutable_isTold() throws Exception {
        try (ExternalProgram program = ExternalProgram.start("test", List.of("/etc/passwd"), Stdin.NONE)) {
            assertTrue(program.awaitExit(PATIENCE_MILLIS).orElseThrow().notExecutable());
        }
    }

    @Test
    void hushed_itsLinesAreKeptButNotLogged() throws Exception {
        Logger log = Logger.getLogger(ErrorLines.class.getName());
        List<String> logged = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord entry) {
                String line = Arrays.toString(entry.getParameters());
                if (line.startsWith("[hushed,")) { // other tests run beside this one
                    logged.add(line);
                }
            }
        };
        log.addHandler(handler);
        ExternalProgram program = ExternalProgram.start(
                "hushed", List.of("sh", "-c", "echo early >&2; echo; cat; echo late >&2"), Stdin.PIPE);
        try {
            assertEquals('\n', program.stdout().read());
            while (logged.isEmpty()) {
                Thread.onSpinWait();
            }
            program.hush();
            program.close();
            assertEquals(List.of("early", "late"), program.lastLines());
            assertEquals(List.of("[hushed, early]"), logged);
        } finally {
            program.close();
            log.removeHandler(handler);
        }
    }

    @Test
    void lastLines_areTheLastTen_withoutColoursAndProgress() throws Exception {
        ExternalProgram program = shell("for i in 1 2 3 4 5 6 7 8 9 10 11; do echo line $i >&2; done;"
                + "printf 'frame=1\\rframe=2\\r\\n\\n\\033[31mred\\033[0m\\tend' >&2");
        assertEquals(
                List.of(
                        "line 5", "line 6", "line 7", "line 8", "line 9", "line 10", "line 11", "frame=1", "frame=2",
                        "red end"),
                lastLines(program));
    }

    @Test
    void lastLines_endlessLine_isCut() throws Exception {
        ExternalProgram program = shell("head -c 1000000 /dev/zero | tr '\\0' x >&2");
        assertEquals(List.of("x".repeat(ErrorLines.MAX_LINE_CHARACTERS)), lastLines(program));
    }

    /** Each script prints the number of each of its processes, an empty line, and goes on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // a pipeline, and a child of a child
                "echo $$; sleep 1000 | cat & echo $!; (sleep 1000 & echo $!; sleep 1000) & echo $!; echo; wait",
                // the first process has ended, its orphan holds stdout
                "sleep 1000 & echo $!; echo; exit 0",
                // one that left the session
                "echo $$; setsid sh -c 'echo $$; echo; exec sleep 1000' & wait",
                // one that left the session, and whose parents are gone; with the first of them stdout ends
                "(setsid sleep 1000 & echo $!; echo)",
                // one in the background of an interactive shell: a process group of its own
                "set -m; echo $$; sleep 1000 & echo $!; echo; wait",
            })
    void close_endsEverything(String script) throws Exception {
        ExternalProgram program = shell(script);
        List<Long> processes = pids(program);
        assertTrue(processes.stream().allMatch(ExternalProgramTest::runs), processes::toString);
        program.close();
        assertEquals(
                List.of(), processes.stream().filter(ExternalProgramTest::runs).toList());
    }

    @Test
    void close_deafToSigterm_isForced() throws Exception {
        ExternalProgram program =
                shell("trap '' TERM; echo $$; sh -c 'trap \"\" TERM; echo $$; echo; while :; do sleep 1000; done'");
        List<Long> processes = pids(program);
        program.close();
        assertEquals(
                List.of(), processes.stream().filter(ExternalProgramTest::runs).toList());
        assertEquals(new ProgramExit(128 + 9), program.exit().orElseThrow());
    }

    @Test
    void close_endsTheInputFirst() throws Exception {
        ExternalProgram program = ExternalProgram.start(
                "test", List.of("sh", "-c", "trap '' TERM; echo; cat >/dev/null; exit 7"), Stdin.PIPE);
        assertEquals('\n', program.stdout().read());
        program.stdin().write('x');
        program.close();
        assertEquals(Optional.of(new ProgramExit(7)), program.exit());
    }

    @Test
    void close_whileAWriteHangs_signals() throws Exception {
        ExternalProgram program = ExternalProgram.start("test", List.of("sleep", "1000"), Stdin.PIPE);
        CompletableFuture<IOException> write = new CompletableFuture<>();
        Thread writer = new Thread(() -> {
            try {
                program.stdin().write(new byte[1 << 20]);
            } catch (IOException closed) {
                write.complete(closed);
            }
        });
        writer.start();
        while (writer.getState() != Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        program.close();
        write.get(20, TimeUnit.SECONDS);
        assertEquals(Optional.of(new ProgramExit(128 + 15)), program.exit());
        writer.join(PATIENCE_MILLIS);
    }

    @Test
    void close_endsARead() throws Exception {
        ExternalProgram program = shell("echo x; sleep 1000");
        CompletableFuture<Integer> read = new CompletableFuture<>();
        assertEquals('x', program.stdout().read());
        assertEquals('\n', program.stdout().read());
        Thread reader = new Thread(() -> {
            try {
                read.complete(program.stdout().read());
            } catch (IOException closed) {
                read.complete(-1);
            }
        });
        reader.start();
        program.close();
        assertEquals(-1, read.get(20, TimeUnit.SECONDS));
        reader.join(PATIENCE_MILLIS);
    }

    static ExternalProgram shell(String script) throws ProgramException {
        return ExternalProgram.start("test", List.of("sh", "-c", script), Stdin.NONE);
    }

    private static List<Long> pids(ExternalProgram program) throws IOException {
        List<Long> pids = new ArrayList<>();
        // not closed: the program is
        BufferedReader lines = new BufferedReader(new InputStreamReader(program.stdout(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            pids.add(Long.parseLong(line));
        }
        return pids;
    }

    /** Orphans are reaped by init, whenever it comes to it: a zombie has ended. */
    private static boolean runs(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }
}
