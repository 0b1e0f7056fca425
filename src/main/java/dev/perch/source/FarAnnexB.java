package dev.perch.source;

import dev.perch.media.Clock;
import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/** A server's H.264 in Annex B form, which states no times. */
final class FarAnnexB implements FarStream {
    private final Clock clock;
    private final ByteStream stream;

    FarAnnexB(RelaySource source, SourceOutput output) {
        this.clock = source.clock();
        long nominalNanos = source.camera().capture().fps().frameNanos();
        this.stream = EncodedByteStream.h264(
                output,
                nominalNanos,
                new KeyFrameWatch(nominalNanos, source.clock().nanoTime()));
    }

    @Override
    public void bytes(ByteBuffer piece) {
        stream.bytes(piece, new FrameTime(clock.nanoTime(), clock.wallClockMicros()));
    }

    @Override
    public void abandon() {
        stream.close();
    }

    @Override
    public int heldBytes() {
        return stream.heldBytes();
    }

    @Override
    public long frames() {
        return stream.frames();
    }

    @Override
    public SessionStats stats() {
        return stream.stats();
    }
}
