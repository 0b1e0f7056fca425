package dev.perch.source;

import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.TrackId;
import java.nio.ByteBuffer;

/** A command's stream of H.264 access units or of JPEG images. */
abstract class EncodedByteStream implements ByteStream {
    final CountingSink sink;
    private final String format;
    private final double framesPerSecond;

    private EncodedByteStream(CountingSink sink, String format, double framesPerSecond) {
        this.sink = sink;
        this.format = format;
        this.framesPerSecond = framesPerSecond;
    }

    /**
     * Returns a stream of H.264 in Annex B form. An access unit is published when the next one begins, with the time at which its own first byte was
     * read.
     */
    static ByteStream h264(SourceOutput output, long nominalFrameNanos, KeyFrameWatch keys) {
        CountingSink sink = new CountingSink(output.track(TrackId.main(Encoding.H264)), keys);
        AccessUnitSplitter splitter = new AccessUnitSplitter(H264Publisher.ofUnasked(sink, nominalFrameNanos));
        return new EncodedByteStream(sink, "H264", /* framesPerSecond= */ 0) {
            @Override
            public void bytes(ByteBuffer piece, FrameTime read) {
                splitter.bytes(piece, read);
            }

            @Override
            public void end() {
                splitter.end();
            }

            @Override
            public int heldBytes() {
                return splitter.capacityBytes();
            }
        };
    }

    /**
     * Returns a stream of JPEG images, one after the other. An image is published with its last byte. The images tell no rate, so the configured rate
     * is reported if it is below one a second.
     */
    static ByteStream jpeg(SourceOutput output, long nominalFrameNanos) {
        CountingSink sink = new CountingSink(output.track(TrackId.main(Encoding.JPEG)));
        JpegSplitter splitter = JpegPublisher.splitter(sink, nominalFrameNanos);
        double slow = nominalFrameNanos > 1_000_000_000L ? 1e9 / nominalFrameNanos : 0;
        return new EncodedByteStream(sink, "MJPG", slow) {
            @Override
            public void bytes(ByteBuffer piece, FrameTime read) {
                splitter.bytes(piece, read);
            }

            @Override
            public void end() {
                splitter.end();
            }

            @Override
            public int heldBytes() {
                return splitter.capacityBytes();
            }
        };
    }

    @Override
    public long frames() {
        return sink.frames();
    }

    @Override
    public SessionStats stats() {
        return sink.stats(format, framesPerSecond);
    }

    @Override
    public void close() {
        // the memory is collected with this object
    }
}
