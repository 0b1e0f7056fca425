package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.guest.Guest;
import dev.perch.media.Encoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Tests recordings on real disks that lose power, fill up, refuse writes, are slow, or disappear. */
class DiskGuestCase {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int CUTS = 10;

    /** An incomplete fragment, one that waits for its sync, and one because the emulated PC is slow. */
    private static final long MOST_LOST = 3L * Studio.GOP;

    private static void await(Studio studio, String what, Predicate<RecordingStatus> so) {
        Guest.await(what + ": " + studio.recorder.status(), () -> so.test(studio.recorder.status()));
    }

    private static void awaitGoesOn(Studio studio) {
        Guest.await("recording goes on: " + studio.recorder.status(), () -> {
            studio.gopsQuietly(1);
            return studio.recorder.status().state() == RecordingStatus.State.RECORDING
                    && studio.recorder.status().reason().isEmpty();
        });
    }

    @Test
    void powerCut_tenTimes_losesAtMostTheLastSeconds_andEveryFileDecodes() throws Exception {
        Random random = new Random(10);
        Path samples = Files.createDirectories(MEMORY.resolve("samples"));
        try (Volume volume = Volume.of("power", 64);
                Studio studio = new Studio(volume.folder(), "segment: 10s")) {
            long beganNanos = System.nanoTime();
            for (int cut = 0; cut < CUTS; cut++) {
                for (int second = 0; second <= cut % 2; second++) {
                    studio.gopsQuietly(1);
                    long dueNanos = beganNanos + studio.frames() * 1_000_000_000L / 30;
                    LockSupport.parkNanos(dueNanos - System.nanoTime());
                }
                LockSupport.parkNanos(random.nextInt(500) * 1_000_000L);
                long captured = studio.frames();
                Path image = volume.cut();
                long kept = checked(image, samples.resolve(cut + ".mp4"), /* finished= */ cut % 2 == 1);
                System.out.println("cut " + cut + ": captured=" + captured + " kept=" + kept);
                assertTrue(captured - kept <= MOST_LOST, "captured=" + captured + " kept=" + kept);
            }
            assertEquals(0, studio.recorder.status().dropped());
        }
        decode(samples);
    }

    /**
     * Fails unless the file system is sound and each file can be finished.
     *
     * @param sample the place of a copy of the last file
     * @param finished whether the copy is finished, or left as the power cut left it
     * @return the number of frames
     */
    private static long checked(Path image, Path sample, boolean finished) throws Exception {
        Path folder = Files.createDirectories(Path.of("/run/perch-cut"));
        Guest.run("mount", "-o", "loop", image.toString(), folder.toString()); // its journal is replayed
        long frames = 0;
        try {
            for (Path file : Studio.files(folder)) {
                Path asItIs = Files.copy(file, MEMORY.resolve("as-it-is"), StandardCopyOption.REPLACE_EXISTING);
                Finish.Result result =
                        Finish.finish(Disk.SYSTEM, file, /* owed= */ false).result();
                if (result == Finish.Result.EMPTY) {
                    continue; // its first fragment was not written yet
                }
                try (RecordedFile recorded = RecordedFile.open(file)) {
                    assertTrue(recorded.head().indexOffset() > 0, () -> file + " is not finished");
                    Scan scan = new Scan(recorded);
                    scan.run(recorded.firstFragment());
                    frames += scan.index().samples(1);
                }
                Files.copy(finished ? file : asItIs, sample, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Guest.run("umount", folder.toString());
        }
        Guest.run("e2fsck", "-f", "-n", image.toString());
        return frames;
    }

    /** Fails unless all files decode, in one run of ffmpeg. */
    private static void decode(Path samples) throws Exception {
        StringBuilder list = new StringBuilder();
        for (Path file : Studio.files(samples)) {
            list.append("file '").append(file).append("'\n");
        }
        Path all = Files.writeString(samples.resolve("all.txt"), list);
        Guest.run(
                "ffmpeg",
                "-v",
                "error",
                "-xerror",
                "-f",
                "concat",
                "-safe",
                "0",
                "-i",
                all.toString(),
                "-f",
                "null",
                "-");
    }

    @Test
    void fullDisk_readOnlyDisk_goneDisk_areToldAndRecordingGoesOn() throws Exception {
        try (Volume volume = Volume.of("small", 8);
                Studio studio = new Studio(volume.folder(), "segment: 10s")) {
            Path filler = volume.folder().resolve("filler");
            studio.gops(2);
            Files.write(filler, new byte[3 << 20]);
            Guest.await("a full disk: " + studio.recorder.status(), () -> {
                studio.gopsQuietly(1);
                return studio.recorder.status().reason().contains("No space left on device");
            });
            Files.delete(filler);
            awaitGoesOn(studio);
            Files.writeString(Path.of("/proc/sysrq-trigger"), "u"); // all disks are read-only at once
            Guest.await("a read-only disk: " + studio.recorder.status(), () -> {
                studio.gopsQuietly(1);
                return studio.recorder.status().reason().contains("Read-only file system");
            });
            Guest.run("mount", "-o", "remount,rw", volume.folder().toString());
            awaitGoesOn(studio);
            volume.vanish();
            await(studio, "a disk that is gone", status -> status.reason().contains("taken away"));
            awaitGoesOn(studio); // in the folder that the disk lay over
            assertEquals(
                    studio.frames(), studio.camera.feed(Encoding.H264).stats().frames(), "the camera missed nothing");
        }
    }

    @Test
    void usedUpQuota_isToldAsAFullDisk_andRecordingGoesOnWhenThereIsRoom() throws Exception {
        try (Volume volume = Volume.limited("quota", 64);
                Studio studio = Bounded.starting(() -> new Studio(volume.folder(), "segment: 10s"))) {
            volume.quota(2 << 10);
            Guest.await("a quota that is used up: " + studio.recorder.status(), () -> {
                studio.gopsQuietly(1);
                return studio.recorder.status().reason().contains("Disk quota exceeded");
            });
            volume.quota(40 << 10);
            awaitGoesOn(studio);
            assertEquals(
                    studio.frames(), studio.camera.feed(Encoding.H264).stats().frames(), "the camera missed nothing");
        }
    }

    @Test
    void fullTmpfs_isToldAndRecordingGoesOnWhenThereIsRoom() throws Exception {
        Path folder = Files.createDirectories(Path.of("/run/perch-tmpfs"));
        Guest.run("mount", "-t", "tmpfs", "-o", "size=1m", "none", folder.toString());
        try (Studio studio = new Studio(folder, "segment: 10s")) {
            Guest.await("a full disk: " + studio.recorder.status(), () -> {
                studio.gopsQuietly(1);
                return studio.recorder.status().reason().contains("No space left on device");
            });
            Guest.run("mount", "-o", "remount,size=40m", folder.toString());
            awaitGoesOn(studio);
        } finally {
            Guest.run("umount", "-l", folder.toString());
        }
    }

    @Test
    void diskThatTakesThreeSecondsForAWrite_costsAFewGopsAtMost_andTheCameraNothing() throws Exception {
        try (Volume volume = Volume.of("slow", 64);
                Studio studio = new Studio(volume.folder())) {
            studio.gops(2);
            await(studio, "a file", status -> status.file().isPresent());
            volume.slow(3_000);
            long beganNanos = System.nanoTime();
            for (int second = 0; second < 12; second++) {
                studio.gopsQuietly(1);
                LockSupport.parkNanos(beganNanos + (second + 1) * 1_000_000_000L - System.nanoTime());
            }
            long dropped =
                    studio.recorder.status().dropped(); // where such writes queue up, as a busy machine makes them
            assertTrue(
                    dropped % Studio.GOP == 0 && dropped <= 3 * Studio.GOP,
                    () -> studio.recorder.status().toString());
            assertEquals(
                    studio.frames(), studio.camera.feed(Encoding.H264).stats().frames(), "the camera missed nothing");
            volume.slow(0);
            studio.end();
            assertEquals(1, studio.files().size());
        }
    }
}
