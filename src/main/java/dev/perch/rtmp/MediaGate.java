package dev.perch.rtmp;

import dev.perch.flv.FlvReader;
import dev.perch.flv.TagSink;
import dev.perch.flv.TagType;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes on a stream's media while somebody receives them: audio, video and data messages, and those within aggregate messages (RTMP 1.0 §7.1.4 to
 * §7.1.6). Two chunk streams may have open messages of one type; the one that began last counts.
 */
final class MediaGate {
    private @Nullable TagSink taker;
    private final @Nullable Object[] owners = new Object[TagType.SCRIPT + 1];
    private @Nullable Aggregate aggregate;

    /** Passes media to {@code next} from now on, or drops them if it is null. */
    void open(@Nullable TagSink next) {
        taker = next;
        Arrays.fill(owners, null);
    }

    void begin(Object owner, int type, int timestamp, int sizeBytes) throws MalformedBitstreamException {
        TagSink sink = taker;
        if (sink != null) {
            owners[type] = owner;
            sink.begin(type, timestamp, sizeBytes);
        }
    }

    void bytes(Object owner, int type, ByteBuffer piece) throws MalformedBitstreamException {
        TagSink sink = taker;
        if (sink != null && owners[type] == owner) {
            sink.bytes(type, piece);
        } else {
            piece.position(piece.limit());
        }
    }

    void end(Object owner, int type) throws MalformedBitstreamException {
        TagSink sink = taker;
        if (sink != null && owners[type] == owner) {
            owners[type] = null;
            sink.end(type);
        }
    }

    /** Drops a message that will not be completed; the next one of its type takes its place. */
    void abort(Object owner) {
        for (int type = 0; type < owners.length; type++) {
            if (owners[type] == owner) {
                owners[type] = null;
            }
        }
    }

    /** Begins an aggregate message. Its first tag gets the message's timestamp, and the others keep their distances from the first. */
    void beginAggregate(int timestamp) {
        Aggregate known = aggregate;
        if (known == null) {
            known = new Aggregate();
            aggregate = known;
        }
        known.restart(timestamp);
    }

    void aggregateBytes(ByteBuffer piece) throws MalformedBitstreamException {
        Aggregate known = aggregate;
        if (known != null) {
            known.reader.bytes(piece);
        }
    }

    private final class Aggregate implements TagSink {
        final FlvReader reader = FlvReader.ofTags(this);
        private int base;
        private int first;
        private boolean begun;

        void restart(int timestamp) {
            base = timestamp;
            begun = false;
            abort(this);
            reader.restart();
        }

        @Override
        public void begin(int type, int timestamp, int sizeBytes) throws MalformedBitstreamException {
            first = begun ? first : timestamp;
            begun = true;
            MediaGate.this.begin(this, type, base + timestamp - first, sizeBytes);
        }

        @Override
        public void bytes(int type, ByteBuffer piece) throws MalformedBitstreamException {
            MediaGate.this.bytes(this, type, piece);
        }

        @Override
        public void end(int type) throws MalformedBitstreamException {
            MediaGate.this.end(this, type);
        }
    }
}
