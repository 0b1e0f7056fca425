package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.Redaction;
import dev.perch.flv.FlvReader;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames from a publisher's bytes, whose first ones identify the format: H.264 in Annex B form, JPEG images one after the other or as
 * multipart, FLV, fragmented MP4 and MPEG-TS with H.264 and AAC. For one thread at a time, except the counts.
 */
public final class PublishedBody implements AutoCloseable {
    private static final int FIRST_BYTES = 4096;
    private static final String NAME = "the publisher";

    private final PublishedSource source;
    private final SourceOutput output;
    private final CameraConfig camera;
    private final Clock clock;
    private final GrowingLease lease;
    private final Runnable roomy;
    private final ByteBuffer first = ByteBuffer.allocate(FIRST_BYTES);
    private @Nullable PublishedKind kind;
    private volatile @Nullable PublishedKind counted; // the same object, for any thread

    /**
     * Creates a reader without bytes.
     *
     * @param output receives the frames from now on
     * @param budget leases the memory
     * @param roomy called on any thread when there is room again after {@link #full}
     */
    public PublishedBody(
            PublishedSource source,
            SourceOutput output,
            CameraConfig camera,
            MemoryBudget budget,
            Clock clock,
            Runnable roomy) {
        this.roomy = roomy;
        this.source = source;
        this.output = output;
        this.camera = camera;
        this.clock = clock;
        this.lease = new GrowingLease(budget, camera.id() + " publisher", "cameras." + camera.id());
    }

    /**
     * Takes the bytes between position and limit and moves the position to the limit.
     *
     * @throws CaptureException if the format is not accepted, or there is no memory; the reader is of no use then
     */
    public void bytes(ByteBuffer piece) throws CaptureException {
        try {
            while (kind == null && piece.hasRemaining()) {
                int count = Math.min(first.remaining(), piece.remaining());
                first.put(piece.slice(piece.position(), count));
                piece.position(piece.position() + count);
                tell(/* last= */ !first.hasRemaining());
            }
            PublishedKind told = kind;
            if (told != null) {
                told.bytes(piece);
                lease.cover((long) FIRST_BYTES + told.heldBytes());
            }
        } catch (MalformedBitstreamException malformed) {
            throw new CaptureException(
                    Kind.FAULT, "What the publisher sends is damaged: " + malformed.getMessage() + ".", malformed);
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    /**
     * Returns true while no more bytes may be given, until {@code roomy} is called: the program that reads the stream has not caught up.
     */
    public boolean full() {
        PublishedKind told = kind;
        return told != null && told.full();
    }

    /** Identifies the format as soon as enough bytes have come. */
    private void tell(boolean last) throws CaptureException, MalformedBitstreamException {
        ByteBuffer begun = first.duplicate().flip();
        if (begun.remaining() < ContainerBytes.NEEDED && !last) {
            return;
        }
        Optional<ContainerBytes> container = ContainerBytes.of(begun);
        if (container.isPresent()) {
            if (container.get() == ContainerBytes.TRANSPORT && !last && begun.remaining() < TransportTables.NEEDED) {
                return; // the metadata's stream follows
            }
            begin(container(container.get(), begun), begun);
            return;
        }
        Optional<PixelFormat> format = FirstBytes.format(begun, last, NAME, Redaction.ofCommand(List.of()));
        if (format.isPresent()) {
            source.gives(format.get());
            long frameNanos = camera.capture().fps().frameNanos();
            begin(
                    new Frames(
                            format.get() == PixelFormat.H264
                                    ? EncodedByteStream.h264(
                                            output, frameNanos, new KeyFrameWatch(frameNanos, clock.nanoTime()))
                                    : EncodedByteStream.jpeg(output, frameNanos)),
                    begun);
        }
    }

    private PublishedKind container(ContainerBytes found, ByteBuffer begun) throws CaptureException {
        return switch (found) {
            case FLV -> new Tags();
            case MOVIE -> new PublishedMovie(source, output, clock);
            case TRANSPORT ->
                PublishedTransport.start(
                        source, new PublishedTags(source, output, clock), camera, TransportTables.of(begun), roomy);
        };
    }

    private void begin(PublishedKind told, ByteBuffer begun) throws CaptureException, MalformedBitstreamException {
        kind = told;
        counted = told;
        told.bytes(begun);
    }

    /**
     * Called when the publisher has sent everything.
     *
     * @throws CaptureException if the format could not be identified
     */
    public void end() throws CaptureException {
        try {
            if (kind == null && first.position() > 0) {
                tell(/* last= */ true);
            }
        } catch (MalformedBitstreamException malformed) {
            throw new CaptureException(Kind.FAULT, "What the publisher sent is damaged.", malformed);
        }
        if (kind != null) {
            kind.end();
        }
    }

    /** Returns the counts so far. Any thread. */
    public SessionStats stats() {
        PublishedKind told = counted;
        return told == null ? SessionStats.NONE : told.stats();
    }

    /** Frees the memory. */
    @Override
    public void close() {
        PublishedKind told = kind;
        if (told != null) {
            told.close();
        }
        lease.close();
    }

    private final class Frames implements PublishedKind {
        private final ByteStream frames;

        Frames(ByteStream frames) {
            this.frames = frames;
        }

        @Override
        public void bytes(ByteBuffer piece) {
            frames.bytes(piece, new FrameTime(clock.nanoTime(), clock.wallClockMicros()));
        }

        @Override
        public void end() {
            frames.end();
        }

        @Override
        public void close() {
            frames.close();
        }

        @Override
        public int heldBytes() {
            return frames.heldBytes();
        }

        @Override
        public SessionStats stats() {
            return frames.stats();
        }
    }

    private final class Tags implements PublishedKind {
        private final PublishedTags tags = new PublishedTags(source, output, clock);
        private final FlvReader reader = new FlvReader(tags.sink());

        @Override
        public void bytes(ByteBuffer piece) throws MalformedBitstreamException, CaptureException {
            reader.bytes(piece);
            if (!tags.refusedPicture().isEmpty()) {
                throw new CaptureException(Kind.UNSUPPORTED, tags.refusedPicture());
            }
        }

        @Override
        public void end() {
            tags.abandon();
        }

        @Override
        public void close() {
            tags.abandon();
        }

        @Override
        public int heldBytes() {
            return PublishedTags.HELD_BYTES;
        }

        @Override
        public SessionStats stats() {
            return tags.stats();
        }
    }
}
