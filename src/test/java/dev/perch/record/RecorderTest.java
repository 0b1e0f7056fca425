package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.CaptureException;
import dev.perch.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a recorder with a slow, full or missing disk, and with a camera and an operator that come and go. */
class RecorderTest {
    @TempDir
    Path folder;

    private final ScriptedDisk disk = new ScriptedDisk();

    private static int samples(Path file) throws Exception {
        try (RecordedFile recorded = RecordedFile.open(file)) {
            Scan scan = new Scan(recorded);
            scan.run(recorded.firstFragment());
            return scan.index().samples(1);
        }
    }

    private static double seconds(Path file) throws Exception {
        try (RecordedFile recorded = RecordedFile.open(file)) {
            Scan scan = new Scan(recorded);
            scan.run(recorded.firstFragment());
            return scan.index().durationTicks() / 90_000.0;
        }
    }

    private static void await(Studio studio, RecordingStatus.State state) {
        Await.until(
                5,
                () -> studio.recorder.status().state() == state,
                () -> studio.recorder.status().toString());
    }

    @Test
    void diskTakesNothingForFiveSeconds_losesNoFrame() throws Exception {
        try (Studio studio = new Studio(folder, disk)) {
            studio.gops(2);
            studio.awaitSeconds(1);
            disk.hold();
            studio.burst(5);
            disk.release();
            studio.gops(1);
            studio.end();
            assertEquals(240, samples(studio.files().get(0)));
            assertEquals(0, studio.recorder.status().dropped());
        }
    }

    @Test
    void diskTakesNothingForLonger_leavesOutWholeGopsAndKeepsTheTime() throws Exception {
        try (Studio studio = new Studio(folder, disk)) {
            studio.gops(2);
            studio.awaitSeconds(1);
            disk.hold();
            studio.burst(20);
            long leased = studio.pool.budget().leasedByHolder().getOrDefault("front recording", 0L);
            assertTrue(leased < 4 << 20, () -> "leased=" + leased);
            assertTrue(
                    studio.recorder.status().reason().contains("the disk is too slow"),
                    () -> studio.recorder.status().toString());
            disk.release();
            Await.until(
                    5,
                    () -> studio.recorder.status().bufferedSeconds() < 1,
                    () -> studio.recorder.status().toString());
            studio.gops(3);
            studio.end();
            List<Path> files = studio.files();
            assertEquals(1, files.size(), files::toString);
            long dropped = studio.recorder.status().dropped();
            assertTrue(dropped > 300, () -> "dropped=" + dropped);
            assertEquals(studio.frames(), samples(files.get(0)) + dropped);
            assertEquals(0, samples(files.get(0)) % Studio.GOP);
            assertEquals(25, seconds(files.get(0)), 0.1);
        }
    }

    @Test
    void diskFull_isToldAndRecordingGoesOnByItself() throws Exception {
        try (Studio studio = new Studio(folder, disk)) {
            studio.gops(2);
            studio.awaitSeconds(1);
            disk.fail(new IOException("No space left on device"));
            studio.gops(2);
            await(studio, RecordingStatus.State.FAILED);
            String reason = studio.recorder.status().reason();
            assertTrue(reason.contains("No space left on device") && reason.contains("tried again"), reason);
            disk.fail(null);
            Await.until(
                    10,
                    () -> {
                        studio.gopsQuietly(1);
                        return studio.recorder.status().state() == RecordingStatus.State.RECORDING
                                && studio.recorder.status().reason().isEmpty();
                    },
                    () -> studio.recorder.status().toString());
            studio.end();
            List<Path> files = studio.files();
            assertEquals(2, files.size(), files::toString);
            for (Path file : files) {
                assertTrue(RecordedFile.head(file).orElseThrow().indexOffset() > 0, () -> file + " is not finished");
            }
        }
    }

    @Test
    void diskFullerThanKeepFree_nothingToDelete_recordsNothing() throws Exception {
        disk.space(1_000_000, 50_000);
        try (Studio studio = new Studio(folder, disk, "keep-free: 10%")) {
            studio.gops(2);
            await(studio, RecordingStatus.State.FAILED);
            assertTrue(
                    studio.recorder.status().reason().contains("keep-free: 10%"),
                    studio.recorder.status().reason());
            assertEquals(List.of(), studio.files());
        }
    }

    @Test
    void firstFragment_isForcedOntoTheDiskAtOnce() throws Exception {
        try (Studio studio = new Studio(folder, disk, "sync: 1m")) {
            studio.gops(2);
            Await.until(30, () -> disk.forcedBytes() > 10_000, () -> "bytes=" + disk.forcedBytes());
        }
    }

    @Test
    void folderTakenAway_isToldAndMadeAgain() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("mount"));
        try (Studio studio = new Studio(inner, disk, "sync: 500ms")) {
            studio.gops(2);
            studio.awaitSeconds(1);
            for (Path file : studio.files()) {
                Files.delete(file);
            }
            await(studio, RecordingStatus.State.FAILED);
            assertTrue(
                    studio.recorder.status().reason().contains("taken away"),
                    studio.recorder.status().reason());
            Await.until(
                    10,
                    () -> {
                        studio.gopsQuietly(1);
                        return studio.recorder.status().state() == RecordingStatus.State.RECORDING;
                    },
                    () -> studio.recorder.status().toString());
            studio.end();
            assertEquals(1, studio.files().size());
        }
    }

    @Test
    void camera_awayAndBack_beginsANewFile() throws Exception {
        try (Studio studio = new Studio(folder, disk)) {
            studio.gops(3);
            studio.source.fail(CaptureException.Kind.ABSENT, "unplugged");
            studio.source.awaitStart(2);
            studio.pause(20);
            studio.gops(3);
            studio.end();
            List<Path> files = studio.files();
            assertEquals(2, files.size(), files::toString);
            assertEquals(90, samples(files.get(0)));
            assertEquals(3, seconds(files.get(0)), 0.05);
            assertEquals(90, samples(files.get(1)));
        }
    }

    @Test
    void button_before_beginsThatMuchEarlier() throws Exception {
        try (Studio studio = new Studio(folder, disk, "when: button", "before: 3s")) {
            studio.gops(10);
            assertEquals(RecordingStatus.State.OFF, studio.recorder.status().state());
            assertEquals(List.of(), studio.files());
            studio.recorder.record(true);
            studio.gops(2);
            studio.awaitSeconds(4);
            studio.recorder.record(false);
            await(studio, RecordingStatus.State.OFF);
            studio.gops(5);
            studio.end();
            List<Path> files = studio.files();
            assertEquals(1, files.size(), files::toString);
            int samples = samples(files.get(0));
            assertTrue(samples >= 150 && samples <= 180, () -> "three to four seconds and two: samples=" + samples);
        }
    }

    @Test
    void keepSize_deletesTheOldestButWhatIsKeptOrForeign() throws Exception {
        Path foreign = Files.writeString(folder.resolve("0-holiday.mp4"), "not Perch's");
        try (Studio studio = new Studio(folder, disk, "segment: 10s", "keep-size: 1MB")) {
            studio.gops(13);
            Await.until(
                    5,
                    () -> finished(studio) == 1,
                    () -> studio.recorder.span(0, Long.MAX_VALUE, 100).toString());
            Recording first = studio.recorder.span(0, Long.MAX_VALUE, 100).get(0);
            studio.recordings.keep(studio.recorder, first, true);
            studio.gops(85);
            studio.end();
            List<Path> files = studio.files();
            assertTrue(files.contains(first.path()), "kept by an operator: " + files);
            assertTrue(files.contains(foreign), "not Perch's: " + files);
            assertTrue(disk.deleted.size() >= 2, () -> "deleted=" + disk.deleted);
            long left = 0;
            for (Path file : files) {
                left += Files.size(file);
            }
            assertTrue(left < 1_500_000, "left=" + left);
            assertEquals(disk.deleted.stream().sorted().toList(), disk.deleted, "the oldest first");
        }
    }

    private static long finished(Studio studio) {
        return studio.recorder.span(0, Long.MAX_VALUE, 100).stream()
                .filter(Recording::finished)
                .count();
    }

    @Test
    void start_findsWhatIsThereAndFinishesWhatWasCutOff() throws Exception {
        Path cut = folder.resolve("cut");
        try (Studio studio = new Studio(folder, disk, "segment: 10s")) {
            studio.gops(15);
            Await.until(
                    5,
                    () -> finished(studio) == 1
                            && studio.recorder
                                    .status()
                                    .file()
                                    .filter(file -> file.seconds() > 1)
                                    .isPresent(),
                    () -> studio.recorder.status().toString());
            Files.copy(studio.files().get(1), cut);
            studio.end();
            Files.copy(cut, studio.files().get(1), StandardCopyOption.REPLACE_EXISTING);
        }
        Path foreign = Files.writeString(folder.resolve("0-holiday.mp4"), "not Perch's");
        try (Studio again = new Studio(folder, disk, "when: button")) {
            Await.until(5, again.recordings::ready, () -> "the folders are still looked through");
            List<Recording> found = again.recorder.span(0, Long.MAX_VALUE, 100);
            assertEquals(2, found.size(), found::toString);
            assertTrue(found.stream().allMatch(Recording::finished), found::toString);
            assertEquals(
                    samples(found.get(1).path()) * 1000 / 30.0,
                    (double) found.get(1).durationMillis(),
                    50);
            assertTrue(Files.exists(foreign));
            assertFalse(found.stream().anyMatch(each -> each.path().equals(foreign)));
        }
    }
}
