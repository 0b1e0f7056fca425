package dev.perch.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stored picture: a JPEG with a comment (ITU-T T.81 §B.2.4.5), behind the camera's own application segments, that states the camera and the capture
 * time.
 *
 * @param micros the capture time, in microseconds since 1970
 */
record PictureFile(String camera, long micros) {
    static final String SUFFIX = ".jpg";

    private static final String MARK = "Perch 1 ";
    private static final int SOI = 0xffd8;
    private static final int APP0 = 0xffe0;
    private static final int APP15 = 0xffef;
    private static final int COM = 0xfffe;
    private static final int HEAD_BYTES = 16 << 10;
    private static final int MOST_SEGMENTS = 20;

    /**
     * Writes a picture into a new file and forces it onto the disk.
     *
     * @param pieces of the JPEG, in order
     * @return the number of bytes written
     */
    long write(Disk disk, Path path, List<ByteBuffer> pieces) throws IOException {
        if (Files.exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Path begun = path.resolveSibling("." + path.getFileName() + RecordingFile.BEGUN);
        boolean made = false;
        try (FileChannel channel = disk.create(begun)) {
            long bytes = write(channel, pieces);
            channel.force(true);
            disk.rename(begun, path);
            made = true;
            return bytes;
        } finally {
            if (!made) {
                Files.deleteIfExists(begun);
            }
        }
    }

    private long write(FileChannel channel, List<ByteBuffer> pieces) throws IOException {
        ByteBuffer first = pieces.get(0);
        int head = behindApplications(first);
        List<ByteBuffer> all = new ArrayList<>();
        all.add(first.duplicate().limit(first.position() + head));
        all.add(comment());
        all.add(first.duplicate().position(first.position() + head));
        all.addAll(pieces.subList(1, pieces.size()));
        long bytes = 0;
        for (ByteBuffer piece : all) {
            while (piece.hasRemaining()) {
                bytes += channel.write(piece);
            }
        }
        return bytes;
    }

    private ByteBuffer comment() {
        byte[] text = (MARK + camera + " " + micros).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 + text.length)
                .putShort((short) COM)
                .putShort((short) (2 + text.length))
                .put(text)
                .flip();
    }

    /** Returns where the application segments end, which readers want to find first. */
    private static int behindApplications(ByteBuffer jpeg) {
        int at = jpeg.position() + 2;
        while (at + 4 <= jpeg.limit() && marker(jpeg, at) >= APP0 && marker(jpeg, at) <= APP15) {
            int behind = at + 2 + (jpeg.getShort(at + 2) & 0xffff);
            if (behind > jpeg.limit()) {
                break;
            }
            at = behind;
        }
        return Math.min(at, jpeg.limit()) - jpeg.position();
    }

    private static int marker(ByteBuffer jpeg, int at) {
        return jpeg.getShort(at) & 0xffff;
    }

    /** Returns what a file says of itself; empty if the picture is not Perch's. */
    static Optional<PictureFile> head(Path path) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {}
        }
        head.flip();
        if (head.remaining() < 4 || marker(head, 0) != SOI) {
            return Optional.empty();
        }
        int at = 2;
        for (int i = 0; i < MOST_SEGMENTS && at + 4 <= head.limit(); i++) {
            int bytes = head.getShort(at + 2) & 0xffff;
            if (marker(head, at) == COM && at + 2 + bytes <= head.limit()) {
                byte[] text = new byte[Math.max(0, bytes - 2)];
                head.get(at + 4, text);
                return parse(new String(text, StandardCharsets.US_ASCII));
            }
            at += 2 + bytes;
        }
        return Optional.empty();
    }

    private static Optional<PictureFile> parse(String text) {
        int space = text.lastIndexOf(' ');
        if (!text.startsWith(MARK) || space < MARK.length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new PictureFile(text.substring(MARK.length(), space), Long.parseLong(text.substring(space + 1))));
        } catch (NumberFormatException other) {
            return Optional.empty();
        }
    }
}
