package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole program on an emulated PC whose power goes while it records: the PC's own process is killed, and its disk, ext4 in a file, is looked at from outside. A cut takes a minute, so that this is run by hand:
 * {@code mvn verify -Dit.test=PowerCutIT -Dperch.groups=guest -Dperch.excludedGroups= -Dperch.power.cuts=10}.
 */
@Tag("guest")
@SuppressWarnings("try") // a machine is gone only when its process is, which may be interrupted
@EnabledIfSystemProperty(named = "perch.power.cuts", matches = "\\d+")
class PowerCutIT {
    private static final Path RIG = Path.of("src/test/rig").toAbsolutePath();
    private static final String FOLDER = "/run/perch-disk";

    /** A second, and the longest interval between two lines of a busy PC. */
    private static final double MOST_LOST_SECONDS = 1.25;

    @TempDir
    Path work;

    /** The PC's last line: its time, the number of recordings, and the length of the newest. */
    private record Said(double seconds, int files, long bytes) {}

    /** A PC with the disk, and its output. */
    private final class Machine implements AutoCloseable {
        private final Path out = Files.createDirectories(work.resolve("out"));
        private final List<String> lines = new ArrayList<>(); // guarded by itself
        private final Process process;
        private final Thread reader;

        Machine(Path image) throws IOException {
            List<String> command = List.of(
                    RIG.resolve("v4l2-guest").toString(),
                    "-m",
                    "512",
                    "-t",
                    "600",
                    "-d",
                    image.toString(),
                    "--",
                    RIG.resolve("power-session").toString(),
                    Path.of(System.getProperty("perch.war", "target/perch.war"))
                            .toAbsolutePath()
                            .toString(),
                    FOLDER);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("GUEST_OUT", out.toString());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            process = builder.start();
            process.getOutputStream().close();
            reader = new Thread(this::read, "console");
            reader.start();
        }

        private void read() {
            try (BufferedReader console =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = console.readLine(); line != null; line = console.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                    }
                }
            } catch (IOException ended) {
                throw new AssertionError(ended);
            }
        }

        private List<String> lines() {
            synchronized (lines) {
                return List.copyOf(lines);
            }
        }

        Said said() {
            Said last = new Said(0, 0, 0);
            for (String line : lines()) {
                String[] words = line.split(" ", -1);
                if (words.length == 4 && words[0].equals("at")) {
                    last = new Said(Double.parseDouble(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
                }
            }
            return last;
        }

        String tail() {
            List<String> all = lines();
            return String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
        }

        /** Kills the process, and with it all that the PC had in memory. */
        void cut() throws Exception {
            long pid = Long.parseLong(Files.readString(out.resolve("qemu.pid")).strip());
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            process.waitFor();
            reader.join();
        }

        @Override
        public void close() throws Exception {
            if (process.isAlive()) {
                cut();
            }
        }
    }

    private Path disk() throws Exception {
        Path image = work.resolve("disk.img");
        try (RandomAccessFile made = new RandomAccessFile(image.toFile(), "rw")) {
            made.setLength(96L << 20);
        }
        Tool.output("mkfs.ext4", "-q", "-F", image.toString());
        return image;
    }

    @Test
    void machineKilledWhileItRecords_losesASecondAtMost_andFinishesItsFilesWhenItIsBack() throws Exception {
        int cuts = Integer.getInteger("perch.power.cuts", 1);
        Random random = new Random(31);
        Path image = disk();
        int known = 0;
        for (int cut = 0; cut < cuts; cut++) {
            int before = known;
            Said last;
            try (Machine machine = new Machine(image)) {
                Await.until(
                        300,
                        () -> machine.said().files() > before && machine.said().bytes() > 100_000,
                        machine::tail);
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(9_000));
                double earlier = machine.said().seconds();
                Await.until(
                        60,
                        () -> machine.said().seconds() > earlier,
                        machine::tail); // the cut comes while the PC prints its lines
                machine.cut();
                last = machine.said();
            }
            List<Path> files = files(image, work.resolve("cut" + cut));
            known = files.size();
            double lost = last.seconds() - endSeconds(files);
            System.out.printf("cut %d: %d files, lost %.3f s%n", cut, known, lost);
            assertTrue(lost < MOST_LOST_SECONDS, "lost=" + lost);
            for (Path file : files.subList(0, before)) { // from before this start
                assertTrue(finished(file), () -> file + " is not finished");
            }
        }
        for (Path file : Studio.files(work.resolve("cut" + (cuts - 1)))) {
            Finish.Result result =
                    Finish.finish(Disk.SYSTEM, file, /* owed= */ false).result();
            assertTrue(result == Finish.Result.EMPTY || finished(file), () -> file + ": " + result);
        }
    }

    /** Returns copies of the files on the disk, the oldest first, after a check that the file system is sound. */
    private List<Path> files(Path image, Path folder) throws Exception {
        Path copy = Files.copy(image, work.resolve("copy.img"), StandardCopyOption.REPLACE_EXISTING);
        new ProcessBuilder("e2fsck", "-p", copy.toString()).inheritIO().start().waitFor(); // replays its journal
        Tool.output("e2fsck", "-f", "-n", copy.toString());
        Files.createDirectories(folder);
        Tool.output("debugfs", "-R", "rdump /front " + folder, copy.toString());
        return Studio.files(folder);
    }

    private static boolean finished(Path file) throws Exception {
        return RecordedFile.head(file).filter(head -> head.indexOffset() > 0).isPresent();
    }

    /** Returns the end of the last frame on the disk. Fails unless each file decodes as it is. */
    private static double endSeconds(List<Path> files) throws Exception {
        double end = 0;
        for (Path file : files) {
            if (RecordedFile.head(file).isEmpty()) {
                continue; // its head was not written yet
            }
            try (RecordedFile recorded = RecordedFile.open(file)) {
                Scan scan = new Scan(recorded);
                scan.run(recorded.firstFragment());
                if (scan.index().samples(1) > 0) {
                    double start = recorded.head().startMicros() / 1e6;
                    end = Math.max(end, start + scan.index().durationTicks() / 90_000.0);
                    assertEquals(scan.index().samples(1), RecordingTest.decoded(file));
                }
            }
        }
        return end;
    }
}
