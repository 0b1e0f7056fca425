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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Deletes what retention lets go, the oldest first. Only files that a catalogue knows, and that say themselves that they are recordings of that camera, are ever deleted. Safe from any
 * thread; one deletes at a time.
 */
final class Keeper {
    private static final System.Logger LOG = System.getLogger(Keeper.class.getName());

    private final Retention ofAll;
    private final Disk disk;
    private final Clock clock;
    private final List<Kept> cameras;

    /**
     * One camera's recordings.
     *
     * @param growingMillis when the file that is being written began; {@link Long#MAX_VALUE} without one
     */
    record Kept(String camera, Catalogue catalogue, Retention retention, LongSupplier growingMillis) {
        Optional<Recording> oldest() {
            return catalogue.oldest(growingMillis.getAsLong());
        }
    }

    Keeper(Retention ofAll, List<Kept> cameras, Disk disk, Clock clock) {
        this.ofAll = ofAll;
        this.cameras = List.copyOf(cameras);
        this.disk = disk;
        this.clock = clock;
    }

    /**
     * Deletes what is too old, too much, or in the way of a camera that goes on recording.
     *
     * @throws NoRoomException if the disk is still too full
     */
    synchronized void makeRoom(Kept camera) throws IOException {
        apply(camera.retention(), List.of(camera));
        apply(ofAll, cameras);
        free(camera, camera.retention(), List.of(camera));
        free(camera, ofAll, cameras);
    }

    private void apply(Retention retention, List<Kept> among) {
        if (retention.keep().isPresent()) {
            long youngest =
                    clock.wallClockMicros() / 1000 - retention.keep().get().toMillis();
            among.forEach(kept -> deleteOlder(kept, youngest));
        }
        if (retention.keepBytes().isPresent()) {
            long most = retention.keepBytes().getAsLong();
            while (among.stream()
                                    .mapToLong(kept -> kept.catalogue().totalBytes())
                                    .sum()
                            > most
                    && deleteOldest(among)) {}
        }
    }

    private void deleteOlder(Kept kept, long youngestMillis) {
        for (Optional<Recording> oldest = kept.oldest();
                oldest.isPresent() && oldest.get().endMillis() < youngestMillis;
                oldest = kept.oldest()) {
            if (!delete(kept, oldest.get())) {
                return;
            }
        }
    }

    private void free(Kept camera, Retention retention, List<Kept> among) throws IOException {
        if (retention.keepFree().isEmpty()) {
            return;
        }
        Retention.Free wanted = retention.keepFree().get();
        Path folder = camera.catalogue().folder();
        List<Kept> here = among.stream()
                .filter(kept -> disk.together(folder, kept.catalogue().folder()))
                .toList();
        Disk.Space space = disk.space(folder);
        long freedBytes = 0; // some file systems give it back later, and so do readers of a file
        while (space.freeBytes() + freedBytes < wanted.of(space.totalBytes())) {
            long before = bytes(here);
            if (!deleteOldest(here)) {
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
        return among.stream().mapToLong(kept -> kept.catalogue().totalBytes()).sum();
    }

    private boolean deleteOldest(List<Kept> among) {
        Optional<Kept> first = among.stream()
                .filter(kept -> kept.oldest().isPresent())
                .min(Comparator.comparingLong(
                        kept -> kept.oldest().map(Recording::startMillis).orElse(Long.MAX_VALUE)));
        Optional<Recording> oldest = first.flatMap(Kept::oldest);
        return first.isPresent() && oldest.isPresent() && delete(first.get(), oldest.get());
    }

    /**
     * Deletes a recording, or only forgets it where its file is not what the catalogue says.
     *
     * @return false if the disk does not let it be deleted
     */
    synchronized boolean delete(Kept kept, Recording recording) {
        Path file = recording.path();
        try {
            Optional<RecordingHead> head = RecordedFile.head(file);
            boolean ours = head.isPresent()
                    && head.get().camera().equals(kept.camera())
                    && Math.floorDiv(head.get().startMicros(), 1000) == recording.startMillis();
            if (ours) {
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

    /** Marks a recording as one that stays, or not. */
    synchronized void mark(Kept kept, Recording recording, boolean stays) throws IOException {
        try (FileChannel channel = disk.open(recording.path())) {
            ByteBuffer flags = RecordingHead.flags(stays);
            while (flags.hasRemaining()) {
                channel.write(flags, RecordingHead.FLAGS_OFFSET + flags.position());
            }
            channel.force(false);
        }
        kept.catalogue().mark(recording.startMillis(), stays);
    }

    /** Deletes the folders that are empty now, up to the one that the camera begins with. */
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
