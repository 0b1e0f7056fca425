package dev.perch.source;

import dev.perch.media.Orientation;
import dev.perch.mp4.TrackMatrix;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads from an MP4 file how its pictures are to be held: ffmpeg prints the angle of a track's matrix alone, by which a mirrored picture looks turned by
 * 180°. Reads the headers of boxes (ISO/IEC 14496-12:2015 §4.2), and no samples.
 */
final class MovieHeld {
    private static final System.Logger LOG = System.getLogger(MovieHeld.class.getName());

    /** A file of fragments has two boxes for each before one that is not theirs. */
    private static final int MOST_BOXES = 10_000;

    private static final int HEADER_BYTES = 8;
    private static final int LARGE_HEADER_BYTES = 16;
    private static final int HANDLER_AT = 8; // behind version, flags and pre_defined (§8.4.3)
    private static final int MOOV = type("moov");
    private static final int TRAK = type("trak");
    private static final int TKHD = type("tkhd");
    private static final int MDIA = type("mdia");
    private static final int HDLR = type("hdlr");
    private static final int VIDE = type("vide");

    private final FileChannel file;

    private MovieHeld(FileChannel file) {
        this.file = file;
    }

    /** The place of what a box contains, or of several boxes. */
    private record Span(long begin, long end) {}

    private static int type(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
    }

    /** Returns how the pictures of the first track of pictures are to be held; empty if the file does not tell. */
    static Optional<Orientation> of(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            return new MovieHeld(file).held();
        } catch (IOException unreadable) {
            LOG.log(Level.DEBUG, "how the pictures are to be held is not read", unreadable);
            return Optional.empty();
        }
    }

    private Optional<Orientation> held() throws IOException {
        Optional<Span> movie = find(new Span(0, file.size()), MOOV);
        if (movie.isEmpty()) {
            return Optional.empty();
        }
        Span rest = movie.get();
        for (Optional<Span> track = find(rest, TRAK); track.isPresent(); track = find(rest, TRAK)) {
            rest = new Span(track.get().end(), rest.end());
            Optional<Span> media = find(track.get(), MDIA);
            Optional<Span> handler = media.isPresent() ? find(media.get(), HDLR) : Optional.empty();
            Optional<Span> header = find(track.get(), TKHD);
            if (handler.isPresent() && header.isPresent() && handles(handler.get(), VIDE)) {
                return Optional.of(TrackMatrix.held(read(header.get(), TrackMatrix.HEADER_BYTES)));
            }
        }
        return Optional.empty();
    }

    private boolean handles(Span handler, int medium) throws IOException {
        ByteBuffer type = read(handler, HANDLER_AT + Integer.BYTES);
        return type.limit() == HANDLER_AT + Integer.BYTES && type.getInt(HANDLER_AT) == medium;
    }

    /** Returns what the first box of {@code type} within {@code level} contains. */
    private Optional<Span> find(Span level, int type) throws IOException {
        long at = level.begin();
        for (int boxes = 0; boxes < MOST_BOXES && level.end() - at >= HEADER_BYTES; boxes++) {
            ByteBuffer header = read(new Span(at, level.end()), LARGE_HEADER_BYTES);
            if (header.limit() < HEADER_BYTES) {
                return Optional.empty(); // the file has become shorter
            }
            long size = header.getInt(0) & 0xffff_ffffL;
            boolean large = size == 1 && header.limit() == LARGE_HEADER_BYTES;
            size = large ? header.getLong(HEADER_BYTES) : size == 0 ? level.end() - at : size;
            int headerBytes = large ? LARGE_HEADER_BYTES : HEADER_BYTES;
            if (size < headerBytes || size > level.end() - at) {
                return Optional.empty();
            }
            if (header.getInt(4) == type) {
                return Optional.of(new Span(at + headerBytes, at + size));
            }
            at += size;
        }
        return Optional.empty();
    }

    /** Returns the first bytes of {@code span}, fewer than {@code most} if it or the file is shorter. */
    private ByteBuffer read(Span span, int most) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most, span.end() - span.begin()));
        long at = span.begin();
        for (int read = file.read(bytes, at); read > 0; read = file.read(bytes, at)) {
            at += read;
        }
        return bytes.flip();
    }
}
