package dev.perch.record;

import dev.perch.media.MalformedBitstreamException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Inspects the recordings of a machine that died: reports what each file is, and finishes unfinished ones. */
public final class Inspection {
    private static final int MOST_DEPTH = 32;

    /** A file written to more recently than this belongs to a running Perch. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    private final boolean repair;
    private int unfinished;
    private int damaged;

    private Inspection(boolean repair) {
        this.repair = repair;
    }

    /**
     * Reports each MP4 file in a folder and its subfolders.
     *
     * @param repair whether to finish unfinished files; if not, no file is touched
     * @param out receives a line for each file, and one for all
     * @return whether all of Perch's files are finished and whole
     */
    public static boolean run(Path folder, boolean repair, Consumer<String> out) throws IOException {
        Inspection inspection = new Inspection(repair);
        int files = 0;
        try (Stream<Path> all = Files.walk(folder, MOST_DEPTH)) {
            for (Iterator<Path> each = all.sorted().iterator(); each.hasNext(); ) {
                Path file = each.next();
                if (file.toString().endsWith(".mp4") && Files.isRegularFile(file)) {
                    files++;
                    out.accept(file + ": " + inspection.verdict(file));
                }
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
        out.accept(files + " files, " + inspection.unfinished + " not finished, " + inspection.damaged + " damaged");
        return inspection.unfinished == 0 && inspection.damaged == 0;
    }

    private String verdict(Path file) {
        try {
            if (RecordedFile.head(file).isEmpty()) {
                return "not a recording of Perch's, left alone";
            }
            return repair ? repaired(file) : checked(file);
        } catch (MalformedBitstreamException broken) {
            damaged++;
            return "damaged, left alone: " + broken.words();
        } catch (IOException failed) {
            damaged++;
            return "cannot be read or written: " + failed.getMessage();
        }
    }

    private String checked(Path file) throws IOException, MalformedBitstreamException {
        try (RecordedFile recorded = RecordedFile.open(file)) {
            Scan scan = new Scan(recorded);
            scan.run(recorded.firstFragment());
            long ticks = scan.index().longestTicks();
            String length = length(ticks);
            if (recorded.head().indexOffset() == 0) {
                unfinished++;
                return "not finished, plays " + length;
            }
            if (ticks != recorded.durationTicks()) {
                damaged++;
                return "damaged: its index says " + length(recorded.durationTicks()) + ", its frames " + length;
            }
            return "finished, " + length;
        }
    }

    private String repaired(Path file) throws IOException, MalformedBitstreamException {
        boolean busy = RecordedFile.head(file)
                        .filter(head -> head.indexOffset() == 0)
                        .isPresent()
                && Files.getLastModifiedTime(file).toInstant().plus(BUSY).isAfter(Instant.now());
        if (busy) {
            unfinished++;
            return "is being written, left alone";
        }
        Finish.Outcome outcome = Finish.finish(Disk.SYSTEM, file, /* owed= */ false);
        return switch (outcome.result()) {
            case FINISHED -> "finished now, " + length(outcome.durationTicks());
            case WAS_FINISHED -> checked(file);
            case EMPTY -> "holds no whole frame";
            case IN_USE -> {
                unfinished++;
                yield "is being written by another program, left alone";
            }
        };
    }

    private static String length(long ticks) {
        long millis = ticks / 90;
        return String.format(
                Locale.ROOT, "%d:%02d:%06.3f", millis / 3_600_000, millis / 60_000 % 60, millis % 60_000 / 1e3);
    }
}
