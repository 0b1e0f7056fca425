package dev.perch.record;

import dev.perch.config.CameraConfig;
import dev.perch.config.RecordConfig;
import dev.perch.config.SourceConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the cameras that came by a wildcard in an earlier run, by the folders that they left. Runs on its own thread, because it waits for the disk.
 */
final class GoneCameras {
    private static final System.Logger LOG = System.getLogger(GoneCameras.class.getName());

    /** Receives the cameras found. */
    interface Taker {
        /** Returns false if no more are accepted. */
        boolean take(String camera, RecordConfig config) throws InterruptedException;
    }

    private GoneCameras() {}

    /** Looks for the cameras of all wildcards that are recorded; without such a wildcard there is no thread. */
    static void find(List<CameraConfig> wildcards, Taker taker) {
        List<CameraConfig> recorded = wildcards.stream()
                .filter(wildcard -> wildcard.record()
                        .flatMap(config -> config.path().foldersOfCameras())
                        .isPresent())
                .toList();
        if (recorded.isEmpty()) {
            return;
        }
        Thread thread = new Thread(() -> findAll(recorded, taker), "perch-recordings-gone");
        thread.setDaemon(true);
        thread.start();
    }

    private static void findAll(List<CameraConfig> wildcards, Taker taker) {
        try {
            for (CameraConfig wildcard : wildcards) {
                for (String camera : cameras(wildcard)) {
                    RecordConfig config = wildcard.named(camera).record().orElseThrow();
                    if (FolderLock.knows(camera, config.folder()) && !taker.take(camera, config)) {
                        return;
                    }
                }
            }
        } catch (IOException failed) {
            LOG.log(Level.WARNING, "recordings of cameras that have gone are not looked for: {0}", failed.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the names of cameras that match this wildcard and have a folder. */
    private static List<String> cameras(CameraConfig wildcard) throws IOException {
        Path folder = wildcard.record()
                .flatMap(config -> config.path().foldersOfCameras())
                .orElse(null);
        List<String> found = new ArrayList<>();
        if (folder == null || !(wildcard.source() instanceof SourceConfig.Wildcard source)) {
            return found;
        }
        try (DirectoryStream<Path> inner = Files.newDirectoryStream(folder)) {
            for (Path each : inner) {
                String name = String.valueOf(each.getFileName());
                if (source.takes(name)) {
                    found.add(name);
                }
            }
        } catch (NoSuchFileException none) {
            LOG.log(Level.DEBUG, "{0} is not there yet", folder);
        }
        return found;
    }
}
