package dev.perch.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Feeds a program a file that another one is still writing: the bytes before its frames, then the end of the file, then new bytes as they are
 * written. Its own thread reads and waits.
 */
final class GrowingFile implements AutoCloseable {
    static final int READ_BYTES = 64 << 10;

    /** The interval of the looks at the file; the frames of a recording come in larger pieces. */
    private static final long LOOK_MILLIS = 40;

    private static final int LOOKS_PER_CHECK = 25;
    private static final Logger LOG = System.getLogger(GrowingFile.class.getName());

    private final Path path;
    private final FileChannel file;
    private final Object key; // identifies the file itself, even if it is renamed
    private final CountDownLatch stop = new CountDownLatch(1);

    private GrowingFile(Path path, FileChannel file, Object key) {
        this.path = path;
        this.file = file;
        this.key = key;
    }

    static GrowingFile open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path);
        try {
            return new GrowingFile(path, file, key(path));
        } catch (IOException gone) {
            file.close();
            throw gone;
        }
    }

    private static Object key(Path path) throws IOException {
        return Objects.requireNonNullElse(
                Files.readAttributes(path, BasicFileAttributes.class).fileKey(), path);
    }

    /** Starts feeding {@code out}, which is closed when the file is cut or replaced, or this is closed. */
    void start(String camera, OutputStream out) {
        Thread thread = new Thread(() -> run(out), "perch-" + camera + "-growing");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(OutputStream out) {
        try (out) {
            ByteBuffer piece = ByteBuffer.allocate(READ_BYTES);
            TailFinder.Parts parts = new TailFinder(file).find();
            give(piece, out, 0, parts.headBytes());
            follow(piece, out, parts.tailOffset());
        } catch (IOException ended) {
            LOG.log(Level.DEBUG, "the reading of a growing file has ended", ended);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            close(file);
        }
    }

    private void give(ByteBuffer piece, OutputStream out, long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            int count = read(piece.clear().limit((int) Math.min(READ_BYTES, to - at)), at);
            if (count <= 0) {
                throw new EOFException("the file was cut");
            }
            out.write(piece.array(), piece.arrayOffset(), count);
            at += count;
        }
    }

    private void follow(ByteBuffer piece, OutputStream out, long from) throws IOException, InterruptedException {
        long at = from;
        for (int looks = 1; stop.getCount() > 0; ) {
            int count = read(piece.clear(), at);
            if (count > 0) {
                out.write(piece.array(), piece.arrayOffset(), count);
                at += count;
            } else {
                out.flush();
                if (looks++ % LOOKS_PER_CHECK == 0
                        && (file.size() < at || !key(path).equals(key))) {
                    return; // cut, or replaced by another file of that name
                }
                stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private int read(ByteBuffer piece, long at) throws IOException {
        return file.read(piece, at);
    }

    private static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException held) {
            LOG.log(Level.DEBUG, "a file was not closed", held);
        }
    }

    /** Ends the feeding. The thread, which may be waiting for the program to read, ends with the program. */
    @Override
    public void close() {
        stop.countDown();
    }
}
