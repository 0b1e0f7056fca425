package dev.perch.feed;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The space in the ring that the producer is filling, if any. Guarded by the feed; the bytes are written outside its lock. */
final class Claim {
    private @Nullable ByteBuffer bytes;
    private @Nullable Ring ring;
    private int offset;

    ByteBuffer take(RingSpace room, int place, int sizeBytes) {
        offset = place;
        ring = room.ring();
        ring.claim();
        bytes = room.slice(place, sizeBytes);
        return bytes;
    }

    /** Takes the space back from the producer and returns the bytes written to it; null when nothing was claimed. */
    @Nullable
    ByteBuffer takeBack() {
        ByteBuffer written = bytes;
        if (ring != null) {
            ring.takeBackClaim();
            ring = null;
        }
        bytes = null;
        return written;
    }

    boolean held() {
        return ring != null;
    }

    /** Returns the offset of the last claim in the ring. */
    int offset() {
        return offset;
    }
}
