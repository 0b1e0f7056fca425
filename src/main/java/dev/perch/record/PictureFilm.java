package dev.perch.record;

import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A film of stored pictures, which ffmpeg makes one at a time: H.264 in yuv420p with the index in front. Its file lies beside the pictures and loses
 * its name before it is sent.
 */
public final class PictureFilm {
    /** The most pictures of a film: 100 s of it. */
    public static final int MOST = 3_000;

    /** The beginning of the file's name while it is made. */
    static final String PREFIX = ".timelapse-";

    private static final int FASTEST_HZ = 30;
    private static final long MOST_MILLIS = 300_000;
    private static final long LOOK_MILLIS = 250;
    private static final Semaphore TURN = new Semaphore(
            1); // for making and sending: the encoder takes a core, and the file is on the disk until it is sent

    private PictureFilm() {}

    /**
     * A film.
     *
     * @param bytes closed by the caller, which deletes the file
     */
    public record Film(InputStream bytes, long sizeBytes) {}

    /**
     * Makes a film.
     *
     * @param pictures the oldest first
     * @param speed the factor by which it runs faster
     * @param folder holds the file temporarily
     * @param unwanted asked some times a second whether nobody waits for the film any more, which ends its making
     * @throws IOException if the disk or ffmpeg fails
     * @throws Still.NoneException if no film can be made now
     */
    public static Film of(List<Recording> pictures, double speed, Path folder, BooleanSupplier unwanted)
            throws IOException, Still.NoneException {
        if (!TURN.tryAcquire()) {
            throw new Still.NoneException("Another film of snapshots is being made or sent.", /* later= */ true);
        }
        boolean made = false;
        try {
            Path file = folder.resolve(PREFIX + System.nanoTime() + ".mp4" + RecordingFile.BEGUN);
            try {
                make(chosen(pictures, speed), rate(pictures, speed), file, new Patience(unwanted));
                long bytes = Files.size(file);
                InputStream sent = new Sent(Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE));
                made = true;
                return new Film(sent, bytes);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (ProgramException none) {
            throw new Still.NoneException(String.valueOf(none.getMessage()), /* later= */ false);
        } finally {
            if (!made) {
                TURN.release();
            }
        }
    }

    /** A film being sent. Closing it lets the next one begin. */
    private static final class Sent extends FilterInputStream {
        private final AtomicBoolean closed = new AtomicBoolean();

        Sent(InputStream film) {
            super(film);
        }

        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                try {
                    super.close();
                } finally {
                    TURN.release();
                }
            }
        }
    }

    /** Returns the pictures a second of the film, from the usual distance between pictures. */
    private static double rate(List<Recording> pictures, double speed) {
        List<Long> between = new ArrayList<>();
        for (int i = 1; i < pictures.size(); i++) {
            between.add(pictures.get(i).startMillis() - pictures.get(i - 1).startMillis());
        }
        between.sort(Long::compare);
        double usual = between.isEmpty() ? 1000 : Math.max(1, between.get(between.size() / 2));
        return Math.max(1, Math.min(FASTEST_HZ, speed * 1000 / usual));
    }

    /** Leaves out pictures that follow sooner than a display can show them. */
    private static List<Recording> chosen(List<Recording> pictures, double speed) {
        List<Recording> chosen = new ArrayList<>();
        for (Recording picture : pictures) {
            boolean due = chosen.isEmpty()
                    || picture.startMillis() - chosen.get(chosen.size() - 1).startMillis()
                            >= speed * 1000 / FASTEST_HZ * 0.9;
            if (due && chosen.size() < MOST) {
                chosen.add(picture);
            }
        }
        return chosen;
    }

    /** Ends a program that takes too long, or whose result nobody waits for. */
    private static final class Patience {
        private final BooleanSupplier unwanted;
        private final long endNanos = System.nanoTime() + MOST_MILLIS * 1_000_000;
        private long lookNanos = System.nanoTime();

        Patience(BooleanSupplier unwanted) {
            this.unwanted = unwanted;
        }

        void check() throws Still.NoneException {
            long nowNanos = System.nanoTime();
            if (nowNanos - endNanos > 0) {
                throw new Still.NoneException("The film takes longer than 5 minutes.", /* later= */ false);
            }
            if (nowNanos - lookNanos >= 0) {
                lookNanos = nowNanos + LOOK_MILLIS * 1_000_000;
                if (unwanted.getAsBoolean()) {
                    throw new Still.NoneException("Nobody waits for the film any more.", /* later= */ false);
                }
            }
        }
    }

    private static void make(List<Recording> pictures, double rate, Path file, Patience patience)
            throws IOException, ProgramException, Still.NoneException {
        List<String> command = List.of(
                "nice",
                "-n",
                "19",
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "mjpeg",
                "-framerate",
                String.format(Locale.ROOT, "%.3f", rate),
                "-i",
                "pipe:0",
                "-vf",
                "scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p",
                "-c:v",
                "libx264",
                "-threads",
                "1",
                "-preset",
                "veryfast",
                "-movflags",
                "+faststart",
                "-f",
                "mp4",
                "-y",
                file.toString());
        try (ExternalProgram program = ExternalProgram.start("time-lapse", command, ExternalProgram.Stdin.PIPE)) {
            program.hurry(); // the file it leaves is deleted
            try (OutputStream in = program.stdin()) {
                for (Recording picture : pictures) {
                    patience.check();
                    copy(picture, in);
                }
            }
            Optional<ProgramExit> exit = program.awaitExit(LOOK_MILLIS);
            while (exit.isEmpty()) {
                patience.check();
                exit = program.awaitExit(LOOK_MILLIS);
            }
            if (exit.filter(how -> how.status() == 0).isEmpty()) {
                throw new Still.NoneException(
                        "ffmpeg makes no film of it: " + String.join(" ", program.lastLines()), /* later= */ false);
            }
        }
    }

    private static void copy(Recording picture, OutputStream in) throws IOException {
        try {
            Files.copy(picture.path(), in);
        } catch (NoSuchFileException deleted) {
            return; // deleted a moment ago, to make room
        }
    }
}
