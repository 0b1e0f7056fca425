package dev.perch.record;

import dev.perch.config.Retention;
import dev.perch.media.Clock;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Deletes what retention no longer keeps, the oldest first. A file is deleted only if a catalogue knows it and its own head says that it is a
 * recording of that camera. Safe from any thread. A thread waits for the disk of its own camera only: other cameras' files are deleted here if they
 * lie on the same disk, else the other camera's thread is woken.
 */
final class Keeper {
    private static final System.Logger LOG = System.getLogger(Keeper.class.getName());

    private final Retention ofAll;
    private final Disk disk;
    private final Clock clock;
    private final List<Kept> cameras;

    /**
     * Creates the keeper.
     *
     * @param cameras a live list: some come and go
     */
    Keeper(Retention ofAll, List<Kept> cameras, Disk disk, Clock clock) {
        this.ofAll = ofAll;
        this.cameras = cameras;
        this.disk = disk;
        this.clock = clock;
    }

    /**
     * Deletes what is too old, exceeds a limit, or is in the way of a camera that goes on recording. Called by the camera's own threads.
     *
     * @throws NoRoomException if the disk is still too full
     */
    void makeRoom(Kept camera) throws IOException {
        List<Kept> own = own(camera);
        List<Kept> all = tended(camera, own);
        free(camera, camera.retention(), own);
        free(camera, ofAll, all.stream().filter(camera::together).toList());
    }

    /**
     * Deletes what is too old or exceeds a limit. Called now and then by the camera's own threads, even if it records nothing, because its files
     * count in the limits for all cameras as long as they answer.
     */
    void tend(Kept camera) throws IOException {
        tended(camera, own(camera));
    }

    /** Returns the camera's recordings and pictures. */
    private List<Kept> own(Kept camera) {
        return cameras.stream()
                .filter(each -> each.camera().equals(camera.camera()))
                .toList();
    }

    /** Returns the cameras that share the limits for all: those whose disks answer. */
    private List<Kept> tended(Kept camera, List<Kept> own) throws IOException {
        Object store = disk.store(camera.catalogue().folder());
        own.forEach(each -> each.seen(store));
        for (Kept each : own) {
            camera.retention().keep().ifPresent(age -> deleteOlder(each, age));
            ofAll.keep().ifPresent(age -> deleteOlder(each, age));
        }
        camera.retention().keepBytes().ifPresent(most -> limit(camera, most, own));
        List<Kept> all = cameras.stream()
                .filter(each -> own.contains(each) || each.answers())
                .toList();
        ofAll.keepBytes().ifPresent(most -> limit(camera, most, all));
        return all;
    }

    private void deleteOlder(Kept kept, Duration age) {
        long youngestMillis = clock.wallClockMicros() / 1000 - age.toMillis();
        for (Optional<Recording> oldest = kept.oldest();
                oldest.isPresent() && oldest.get().endMillis() < youngestMillis;
                oldest = kept.oldest()) {
            if (!delete(kept, oldest.get())) {
                return;
            }
        }
    }

    private void limit(Kept camera, long mostBytes, List<Kept> among) {
        while (bytes(among) > mostBytes) {
            Optional<Kept> first = first(among);
            if (first.isPresent() && !first.get().together(camera)) {
                first.get().wake(); // its own thread knows whether its disk allows it
                return;
            }
            if (!deleteOldest(first)) {
                return;
            }
        }
    }

    private void free(Kept camera, Retention retention, List<Kept> here) throws IOException {
        if (retention.keepFree().isEmpty()) {
            return;
        }
        Retention.Free wanted = retention.keepFree().get();
        Path folder = camera.catalogue().folder();
        Disk.Space space = disk.space(folder);
        long freedBytes = 0; // some file systems free space late, and so do readers of a file
        while (space.freeBytes() + freedBytes < wanted.of(space.totalBytes())) {
            long before = bytes(here);
            if (!deleteOldest(first(here))) {
                throw new NoRoomException(String.format(
                        Locale.ROOT,
                        "the disk of %s has %.1f GB free, which is less than keep-free: %s, and there is no recording left to delete.",
                        folder,
                        space.freeBytes() / 1e9,
                        wanted));
            }
            freedBytes += before - bytes(here);
        }
    }

    private static long bytes(List<Kept> among) {
        return among.stream().mapToLong(Kept::bytes).sum();
    }

    /** Returns the camera that has the oldest deletable file. */
    private static Optional<Kept> first(List<Kept> among) {
        return among.stream()
                .filter(kept -> kept.oldest().isPresent())
                .min(Comparator.comparingLong(
                        kept -> kept.oldest().map(Recording::startMillis).orElse(Long.MAX_VALUE)));
    }

    private boolean deleteOldest(Optional<Kept> first) {
        Optional<Recording> oldest = first.flatMap(Kept::oldest);
        return first.isPresent() && oldest.isPresent() && delete(first.get(), oldest.get());
    }

    /**
     * Deletes a recording, or only forgets it if its file is not the one in the catalogue.
     *
     * @return false if the disk does not allow the deletion
     */
    boolean delete(Kept kept, Recording recording) {
        synchronized (kept) { // so that a file that was marked as kept in the meantime stays
            boolean stays = kept.catalogue()
                            .at(recording.startMillis())
                            .filter(Recording::kept)
                            .isPresent()
                    && !recording.kept();
            return !stays && deleted(kept, recording);
        }
    }

    private boolean deleted(Kept kept, Recording recording) {
        Path file = recording.path();
        try {
            boolean owned = kept.owns(recording);
            if (owned && !recording.kept() && Kept.stays(recording)) {
                kept.catalogue().mark(recording.startMillis(), /* kept= */ true); // marked while it was being finished
                return false;
            }
            if (owned) {
                disk.delete(file);
                prune(kept.catalogue().folder(), Disk.folder(file));
                LOG.log(Level.DEBUG, file + " was deleted");
            } else {
                LOG.log(Level.WARNING, file + " is not the recording that it was, and is left alone");
            }
        } catch (NoSuchFileException gone) {
            LOG.log(Level.DEBUG, file + " was gone already");
        } catch (MalformedBitstreamException damaged) {
            LOG.log(Level.WARNING, file + " is no recording any more, and is left alone");
        } catch (IOException failed) {
            LOG.log(Level.WARNING, file + " cannot be deleted: " + failed.getMessage());
            return false;
        }
        kept.catalogue().remove(recording.startMillis());
        return true;
    }

    /**
     * Sets or clears the mark that keeps a recording.
     *
     * @throws IOException if the file cannot be changed
     */
    void mark(Kept kept, Recording recording, boolean stays) throws IOException {
        synchronized (kept) {
            try (FileChannel channel = disk.open(recording.path())) {
                ByteBuffer mark = RecordingHead.mark(stays);
                while (mark.hasRemaining()) {
                    channel.write(mark, RecordingHead.KEPT_OFFSET);
                }
                channel.force(false);
            }
            kept.catalogue().mark(recording.startMillis(), stays);
        }
    }

    /** Deletes {@code folder} and the folders above it as far as they are empty, up to but without {@code top}. */
    private static void prune(Path top, Path folder) throws IOException {
        for (Path each = folder; each != null && each.startsWith(top) && !each.equals(top); each = each.getParent()) {
            try {
                Files.delete(each);
            } catch (DirectoryNotEmptyException used) {
                return;
            }
        }
    }
}
