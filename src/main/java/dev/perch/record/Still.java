package dev.perch.record;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Small pictures of recordings, which ffmpeg makes on demand of one fragment each, one at a time. The last {@value #MOST} are kept in memory, {@value
 * #MOST_BYTES} bytes each at most. Safe from any thread.
 */
public final class Still {
    private static final int MOST = 64;
    private static final int MOST_BYTES = 16 << 10;
    private static final long TURN_SECONDS = 5;
    private static final int MOST_ASKING = 2; // of the eight request threads
    private static final long MOST_MILLIS = 10_000;
    private static final String PROGRAM = "ffmpeg";

    private final Semaphore asking = new Semaphore(MOST_ASKING);
    private final Semaphore turn = new Semaphore(1);
    private final Map<String, byte[]> made = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true); // guarded by this

    /** Thrown when there is no picture now. */
    public static final class NoneException extends Exception {
        private final boolean later;

        NoneException(String message, boolean later) {
            super(message);
            this.later = later;
        }

        /** Returns whether asking again may help. */
        public boolean later() {
            return later;
        }
    }

    /** Returns whether pictures can be made at all, that is, whether ffmpeg is installed. */
    public static boolean possible() {
        String path = System.getenv("PATH");
        return path != null
                && List.of(path.split(":", -1)).stream()
                        .anyMatch(folder -> folder.startsWith("/") && Files.isExecutable(Path.of(folder, PROGRAM)));
    }

    /**
     * Returns the JPEG of the last key frame at or before a moment.
     *
     * @param atMillis since the recording's beginning
     * @throws NoneException if there is no picture now
     */
    public byte[] of(Recording recording, long atMillis)
            throws IOException, MalformedBitstreamException, NoneException {
        Playback.Stretch stretch = Playback.fragment(recording, atMillis);
        String name = recording.path() + " " + stretch.offset();
        Optional<byte[]> known = known(name);
        if (known.isPresent()) {
            return known.get();
        }
        if (!asking.tryAcquire()) {
            throw new NoneException("Other pictures of recordings are being made.", /* later= */ true);
        }
        try {
            return make(recording, stretch, name);
        } finally {
            asking.release();
        }
    }

    private byte[] make(Recording recording, Playback.Stretch stretch, String name)
            throws IOException, MalformedBitstreamException, NoneException {
        try {
            if (!turn.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
                throw new NoneException("Other pictures of recordings are being made.", /* later= */ true);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server ends");
        }
        try {
            byte[] jpeg = make(recording, stretch);
            remember(name, jpeg);
            return jpeg;
        } finally {
            turn.release();
        }
    }

    private synchronized Optional<byte[]> known(String name) {
        return Optional.ofNullable(made.get(name));
    }

    private synchronized void remember(String name, byte[] jpeg) {
        if (jpeg.length <= MOST_BYTES) {
            made.put(name, jpeg);
            if (made.size() > MOST) {
                made.remove(made.keySet().iterator().next());
            }
        }
    }

    private static byte[] make(Recording recording, Playback.Stretch stretch)
            throws IOException, MalformedBitstreamException, NoneException {
        List<String> command = List.of(
                PROGRAM,
                "-v",
                "error",
                "-f",
                "mp4",
                "-i",
                "pipe:0",
                "-an",
                "-frames:v",
                "1",
                "-vf",
                "scale=240:-2",
                "-q:v",
                "6",
                "-f",
                "mjpeg",
                "pipe:1");
        try (InputStream fragment = new FileParts(
                        Playback.init(recording),
                        List.of(new FileParts.Part(recording.path(), stretch.offset(), stretch.bytes())));
                ExternalProgram program = ExternalProgram.start("thumbnail", command, ExternalProgram.Stdin.PIPE)) {
            program.hurry();
            feed(fragment, program);
            byte[] jpeg = read(program);
            if (jpeg.length == 0) {
                program.awaitExit(MOST_MILLIS);
                throw new NoneException(
                        "ffmpeg makes no picture of it: " + String.join(" ", program.lastLines()), /* later= */ false);
            }
            return jpeg;
        } catch (ProgramException none) {
            throw new NoneException(String.valueOf(none.getMessage()), /* later= */ false);
        }
    }

    /** Writes the fragment to ffmpeg, which has its picture before the end and reads no further. */
    private static void feed(InputStream fragment, ExternalProgram program) throws IOException {
        byte[] some = new byte[16 << 10];
        try (OutputStream in = program.stdin()) {
            for (int count = fragment.read(some); count >= 0; count = fragment.read(some)) {
                in.write(some, 0, count);
            }
        } catch (IOException enough) {
            if (program.exit().filter(exit -> exit.status() != 0).isPresent()) {
                throw enough;
            }
        }
    }

    private static byte[] read(ExternalProgram program) throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        byte[] some = new byte[8 << 10];
        for (int count = program.stdout().read(some);
                count >= 0;
                count = program.stdout().read(some)) {
            jpeg.write(some, 0, count);
            if (jpeg.size() > 1 << 20) {
                throw new IOException("ffmpeg's picture is too large");
            }
        }
        return jpeg.toByteArray();
    }
}
