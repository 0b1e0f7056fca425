package dev.perch.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream of bytes in memory followed by parts of files, so that an answer needs no copy on disk. Used by one thread at a time. */
public final class FileParts extends InputStream {
    /**
     * A range of bytes in a file.
     *
     * @param from the first byte
     * @param bytes the number of bytes
     */
    public record Part(Path file, long from, long bytes) {}

    private final ByteBuffer head;
    private final Iterator<Part> parts;
    private @Nullable Path file; // the file of the open channel
    private @Nullable FileChannel channel;
    private long at;
    private long left;

    /**
     * Creates the stream.
     *
     * @param head the bytes in front of the parts
     */
    public FileParts(ByteBuffer head, List<Part> parts) {
        this.head = head;
        this.parts = parts.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (head.hasRemaining()) {
            int some = Math.min(count, head.remaining());
            head.get(bytes, from, some);
            return some;
        }
        while (left == 0) {
            if (!parts.hasNext()) {
                return -1;
            }
            begin(parts.next());
        }
        FileChannel open = channel;
        int some = open == null ? -1 : open.read(ByteBuffer.wrap(bytes, from, (int) Math.min(count, left)), at);
        if (some < 0) {
            throw new IOException("a recording is shorter than it was");
        }
        at += some;
        left -= some;
        return some;
    }

    private void begin(Part part) throws IOException {
        if (!part.file().equals(file)) {
            close();
            channel = FileChannel.open(part.file(), StandardOpenOption.READ);
            file = part.file();
        }
        at = part.from();
        left = part.bytes();
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            file = null;
        }
    }
}
