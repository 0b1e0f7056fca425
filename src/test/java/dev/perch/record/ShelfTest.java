package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.camera.Cameras;
import dev.perch.config.PerchConfig;
import dev.perch.config.RecordConfig;
import dev.perch.config.RecordingPath;
import dev.perch.config.RecordingTimes;
import dev.perch.config.Retention;
import dev.perch.media.Bytes;
import dev.perch.media.Clock;
import dev.perch.media.PixelFormat;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.mp4.RecordingHead;
import dev.perch.testing.Await;
import dev.perch.testing.FakeClock;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what happens to finished files: their deletion, the programs that are told of them, and who may write them. */
class ShelfTest {
    private static final long START = 1_700_000_000_000L;

    /** 24,000 samples a second, doubled by SBR (ISO/IEC 14496-3 §1.6.5.2, hierarchical signalling). */
    private static final Bytes HE_AAC = Bytes.copyOf(new byte[] {0x2b, 0x09, (byte) 0x88, 0x00});

    @TempDir
    Path folder;

    private static Retention size(long bytes) {
        return new Retention(Optional.empty(), OptionalLong.of(bytes), Optional.empty());
    }

    /** Returns a camera with this number of files of two seconds in its catalogue. */
    private Kept kept(String camera, long firstMillis, int files, Retention retention) throws Exception {
        Path inner = Files.createDirectories(folder.resolve(camera));
        Catalogue catalogue = new Catalogue(inner);
        for (int i = 0; i < files; i++) {
            long millis = firstMillis + i * 2_000L;
            Path file = inner.resolve(millis + ".mp4");
            HourFile.write(file, camera, millis * 1000, 2);
            catalogue.put(
                    new Recording(file, millis, 2_000, Files.size(file), /* kept= */ false, /* finished= */ true));
        }
        Kept kept = new Kept(camera, catalogue, retention, Clock.SYSTEM);
        kept.known();
        return kept;
    }

    @Test
    void keepSize_countsTheFileThatIsBeingWritten() throws Exception {
        Kept front = kept("front", START, 3, Retention.NONE);
        long each = front.bytes() / 3;
        Keeper keeper = new Keeper(size(4 * each), List.of(front), Disk.SYSTEM, Clock.SYSTEM);
        front.growing(START + 10_000);
        front.grown(each / 2);
        keeper.makeRoom(front);
        assertEquals(3, front.catalogue().count());
        front.grown(3 * each - each / 2);
        keeper.makeRoom(front);
        assertEquals(1, front.catalogue().count());
        assertEquals(1, Studio.files(folder).size());
    }

    @Test
    void diskOfOneCamera_doesNotAnswer_othersAreKeptAsConfigured() throws Exception {
        Kept hung = kept("hung", START - 100_000, 3, Retention.NONE);
        Kept front = kept("front", START, 3, Retention.NONE);
        long each = front.bytes() / 3;
        CountDownLatch answer = new CountDownLatch(1);
        Disk disk = new Disk() {
            @Override
            public Object store(Path asked) throws IOException {
                hang(asked);
                return asked;
            }

            @Override
            public void delete(Path file) throws IOException {
                hang(file);
                Disk.super.delete(file);
            }

            private void hang(Path asked) throws IOException {
                if (asked.startsWith(folder.resolve("hung"))) {
                    try {
                        answer.await();
                    } catch (InterruptedException stopped) {
                        throw new IOException(stopped);
                    }
                }
            }
        };
        Keeper keeper = new Keeper(size(2 * each + each / 2), List.of(hung, front), disk, Clock.SYSTEM);
        CountDownLatch asked = new CountDownLatch(1);
        hung.wakes(asked::countDown);
        Thread waiting = new Thread(() -> {
            try {
                keeper.makeRoom(hung);
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        });
        waiting.start();
        try {
            keeper.makeRoom(front); // a camera that has not answered yet is not counted
            assertEquals(2, front.catalogue().count());
            hung.seen("another disk");
            keeper.makeRoom(front); // one that has is asked to delete its own, which are older
            assertEquals(0, asked.getCount());
            assertEquals(2, front.catalogue().count());
            assertEquals(3, hung.catalogue().count());
        } finally {
            answer.countDown();
            waiting.join();
        }
        assertEquals(0, hung.catalogue().count(), "two of front's are as much as all may be");
    }

    @Test
    void fileThatSaysThatItStays_isNotDeleted_whateverTheCatalogueSays() throws Exception {
        Kept front = kept("front", START, 2, Retention.NONE);
        try (FileChannel file = Disk.SYSTEM.open(folder.resolve("front/" + START + ".mp4"))) {
            file.write(RecordingHead.mark(true), RecordingHead.KEPT_OFFSET);
        }
        Keeper keeper = new Keeper(size(0), List.of(front), Disk.SYSTEM, Clock.SYSTEM);
        keeper.makeRoom(front);
        keeper.makeRoom(front);
        assertEquals(List.of(folder.resolve("front/" + START + ".mp4")), Studio.files(folder));
        assertTrue(front.catalogue().at(START).orElseThrow().kept());
    }

    @Test
    void writerThatWasHeldUp_takesNotTheProtectionFromTheNextOnesFile() throws Exception {
        Kept front = kept("front", START, 2, Retention.NONE);
        front.growing(START);
        front.growing(START + 2_000);
        front.grownUp(START);
        new Keeper(size(0), List.of(front), Disk.SYSTEM, Clock.SYSTEM).makeRoom(front);
        assertEquals(List.of(folder.resolve("front/" + (START + 2_000) + ".mp4")), Studio.files(folder));
    }

    /** Returns the configuration of recordings that are kept for an hour. */
    private static RecordConfig hour(String path) {
        return new RecordConfig(
                "main",
                new RecordingPath(path),
                RecordingTimes.ALWAYS,
                Duration.ZERO,
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                /* audio= */ true,
                new Retention(Optional.of(Duration.ofHours(1)), OptionalLong.empty(), Optional.empty()),
                /* snapshots= */ Duration.ZERO,
                List.of());
    }

    @Test
    void camerasThatWentBeforeTheStart_areKeptAsConfigured_howeverManyTheyAre() throws Exception {
        Path yaml = folder.resolve("perch.yml");
        Files.writeString(
                yaml,
                "cameras:\n  pis: { publish: live/cam*, publish-key: a-long-word, record: { path: " + folder
                        + "/%camera/%F.mp4, keep: 1h, keep-free: 0% } }\n");
        for (int i = 0; i < 40; i++) {
            Path inner = Files.createDirectory(folder.resolve("cam" + i));
            HourFile.write(inner.resolve("old.mp4"), "cam" + i, START * 1000, 1);
            Files.createFile(inner.resolve(".perch-cam" + i + ".lock"));
        }
        Path other = Files.createDirectory(folder.resolve("camping"));
        HourFile.write(other.resolve("old.mp4"), "camping", START * 1000, 1);
        try (Cameras cameras = new Cameras(
                        List.of(),
                        PerchConfig.load(yaml).cameras(),
                        TestCameras.pool(8 << 20),
                        new MemoryWatch(MemoryGauge.ofThisProcess()),
                        /* keptPrivacy= */ null);
                Recordings recordings = Recordings.start(cameras, Retention.NONE, Disk.SYSTEM, Clock.SYSTEM)) {
            assertTrue(recordings.all().isEmpty());
            Await.until(60, () -> left("cam") == 1, () -> left("cam") + " are left");
            assertTrue(Files.exists(other.resolve("old.mp4")), "no camera of Perch's was recorded there");
        }
    }

    private int left(String begin) {
        File[] folders = folder.toFile().listFiles((top, name) -> name.startsWith(begin));
        return (int) Arrays.stream(folders == null ? new File[0] : folders)
                .filter(each -> new File(each, "old.mp4").exists())
                .count();
    }

    @Test
    void cameraThatWentLongSince_isKeptAsConfigured() throws Exception {
        FakeClock clock = new FakeClock();
        Path inner = Files.createDirectories(folder.resolve("r"));
        HourFile.write(inner.resolve("old.mp4"), "front", clock.wallClockMicros(), 2);
        ClosedHooks hooks = new ClosedHooks(Disk.SYSTEM);
        Shelf shelf = new Shelf(
                "front", hour(inner + "/%F.mp4"), new Shelf.Parts(Disk.SYSTEM, clock, hooks, new Semaphore(1)));
        shelf.start(new Keeper(Retention.NONE, shelf.all(), Disk.SYSTEM, clock));
        Await.until(10, () -> shelf.kept().answers(), () -> "others count its files");
        try (Attic attic = new Attic()) {
            assertTrue(attic.add("front", shelf).isEmpty());
            shelf.awaitEnd(/* millis= */ 10_000);
            clock.advance(Duration.ofHours(2));
            attic.look();
            Await.until(10, () -> !Files.exists(inner.resolve("old.mp4")), () -> "what is too old is still there");
            assertEquals(shelf, attic.take("front").orElseThrow());
        }
    }

    @Test
    void cameraThatRecordsNothing_isKeptAsConfigured() throws Exception {
        FakeClock clock = new FakeClock();
        Path inner = Files.createDirectories(folder.resolve("r"));
        HourFile.write(inner.resolve("old.mp4"), "front", clock.wallClockMicros(), 2);
        RecordConfig config = hour(inner + "/%F.mp4");
        ClosedHooks hooks = new ClosedHooks(Disk.SYSTEM);
        Shelf shelf = new Shelf("front", config, new Shelf.Parts(Disk.SYSTEM, clock, hooks, new Semaphore(1)));
        shelf.start(new Keeper(Retention.NONE, shelf.all(), Disk.SYSTEM, clock));
        try {
            Await.until(10, () -> shelf.kept().answers(), () -> "others count its files");
            assertEquals(1, shelf.catalogue().count());
            clock.advance(Duration.ofHours(2));
            assertFalse(shelf.kept().answers());
            shelf.closed(inner.resolve("none.mp4"), 0); // its thread looks earlier
            Await.until(10, () -> shelf.catalogue().count() == 0, () -> "what is too old is still there");
            Await.until(10, () -> !Files.exists(inner.resolve("old.mp4")), () -> "its file is still there");
            assertTrue(shelf.kept().answers());
        } finally {
            shelf.close();
            shelf.awaitEnd(/* millis= */ 10_000);
        }
    }

    @Test
    void program_thatFails_isRunAtTheNextStarts_aFewTimes() throws Exception {
        Path told = folder.resolve("told");
        Path file = Files.createDirectories(folder.resolve("r")).resolve("a.mp4");
        HourFile.write(file, "front", START * 1000, 2, /* sounding= */ true, /* owed= */ true);
        ended(file, "kill $$");
        assertEquals(1, mark(file), "what a signal ended has not failed");
        for (int start = 1; start <= 5; start++) {
            assertTrue(RecordedFile.head(file).orElseThrow().owed(), "start=" + start);
            ended(file, "echo x >>" + told + "; exit 1");
        }
        assertEquals(5, Files.readAllLines(told).size());
        assertFalse(RecordedFile.head(file).orElseThrow().owed());
    }

    private static int mark(Path file) throws IOException {
        return Files.readAllBytes(file)[RecordingHead.OWED_OFFSET];
    }

    /** Runs a program for a file and waits until its result is noted, after which the program of the next file runs. */
    private static void ended(Path file, String script) throws Exception {
        ClosedHooks hooks = new ClosedHooks(Disk.SYSTEM);
        Path next = Files.createTempFile(Disk.folder(file), "next", ".copy");
        Files.copy(file, next, StandardCopyOption.REPLACE_EXISTING);
        hooks.add(new ClosedHooks.Closed("front", List.of("sh", "-c", script), file, START * 1000, 2_000));
        hooks.add(new ClosedHooks.Closed("front", List.of("rm", next.toString()), next, START * 1000, 2_000));
        Await.until(20, () -> !Files.exists(next), () -> "the next program was not run");
        hooks.close(/* millis= */ 20_000);
    }

    @Test
    void program_isRunForTheLastFileToo() throws Exception {
        Path told = folder.resolve("told");
        try (Studio studio = new Studio(
                folder.resolve("r"),
                "segment: 10s",
                "on-closed: [sh, -c, 'sleep 0.2; echo $PERCH_FILE >>" + told + "']")) {
            studio.gops(15);
            studio.end();
            assertEquals(
                    studio.files().stream().map(Path::toString).toList(), Files.readAllLines(told), "each file once");
            for (Path file : studio.files()) {
                assertFalse(RecordedFile.head(file).orElseThrow().owed());
            }
        }
    }

    @Test
    void program_thatWasNotRun_isRunAtTheNextStart() throws Exception {
        Path told = folder.resolve("told");
        Path file = Files.createDirectories(folder.resolve("r")).resolve("a.mp4");
        HourFile.write(file, "front", START * 1000, 2, /* sounding= */ true, /* owed= */ true);
        assertTrue(RecordedFile.head(file).orElseThrow().owed());
        ClosedHooks hooks = new ClosedHooks(Disk.SYSTEM);
        hooks.add(new ClosedHooks.Closed("front", List.of("sleep", "1000"), file, START * 1000, 2_000));
        hooks.close(/* millis= */ 300);
        assertTrue(RecordedFile.head(file).orElseThrow().owed(), "it was ended in the middle of it");
        try (Studio studio = new Studio(
                folder.resolve("r"), "when: button", "on-closed: [sh, -c, 'echo $PERCH_FILE >>" + told + "']")) {
            Await.until(10, () -> Files.exists(told), () -> "nobody was told");
            studio.end();
            assertEquals(List.of(file.toString()), Files.readAllLines(told));
            assertFalse(RecordedFile.head(file).orElseThrow().owed());
        }
    }

    @Test
    void anotherPerch_onTheSameFolder_waitsUntilTheFirstEnds() throws Exception {
        Path both = folder.resolve("r");
        try (Studio second = second(both)) {
            Await.until(
                    20,
                    () -> {
                        second.gopsQuietly(1);
                        return second.recorder.status().state() == RecordingStatus.State.RECORDING;
                    },
                    () -> second.recorder.status().toString());
            Await.until(20, () -> second.recorder.count() == 2, () -> "known: " + second.recorder.count());
        }
    }

    /** Starts a second recorder beside a first one, and ends the first when the second was refused. */
    private static Studio second(Path both) throws Exception {
        try (Studio first = new Studio(both)) {
            first.gops(3);
            first.awaitSeconds(2);
            Studio second = new Studio(both);
            second.gops(1);
            Await.until(
                    5,
                    () -> second.recorder.status().reason().contains("another Perch records camera front"),
                    () -> second.recorder.status().toString());
            first.gops(1);
            first.end();
            assertEquals(1, Studio.files(both).size());
            return second;
        }
    }

    @Test
    void syncThatTakesLong_costsNoFrame() throws Exception {
        ScriptedDisk disk = new ScriptedDisk();
        try (Studio studio = new Studio(folder, disk, "sync: 500ms", "segment: 10s")) {
            studio.gops(3);
            studio.awaitSeconds(2);
            CountDownLatch released = new CountDownLatch(1);
            disk.holdSyncs(released);
            studio.gops(5);
            studio.awaitSeconds(7);
            released.countDown();
            studio.gops(15);
            studio.end();
            assertEquals(0, studio.recorder.status().dropped());
            assertEquals(3, studio.files().size());
        }
    }

    @Test
    void soundWhoseRateSbrDoubles_isAsLongAsItsPicture() throws Exception {
        AudioSpecificConfig config = AudioSpecificConfig.parse(HE_AAC);
        assertEquals(2048, config.samplesPerFrame());
        ScriptedSource source = new ScriptedSource(PixelFormat.H264).sounding(config);
        try (Studio studio = new Studio(folder, Disk.SYSTEM, source)) {
            for (int second = 0; second < 8; second++) {
                studio.sounding(/* soundFrames= */ second % 16 < 7 ? 23 : 24);
            }
            studio.end();
            try (RecordedFile file = RecordedFile.open(studio.files().get(0))) {
                Scan scan = new Scan(file);
                scan.run(file.firstFragment());
                int samples = scan.index().samples(2);
                assertTrue(samples > 150, () -> "samples=" + samples);
                assertEquals(samples * 2048.0, (double) scan.index().endTicks(2), 4 * 2048.0);
            }
        }
    }
}
