package dev.perch.source;

import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/** A command's stream of H.264 access units or of JPEG images. */
abstract class EncodedByteStream implements ByteStream {
    final CountingSink sink;
    private final String format;

    private EncodedByteStream(CountingSink sink, String format) {
        this.sink = sink;
        this.format = format;
    }

    /** H.264 in Annex B form. An access unit goes out when the next one begins, with the time when its own first byte was read. */
    static ByteStream h264(SourceOutput output, long nominalFrameNanos) {
        CountingSink sink = new CountingSink(output.h264());
        AccessUnitSplitter splitter = new AccessUnitSplitter(new H264Publisher(sink, nominalFrameNanos));
        return new EncodedByteStream(sink, "H264") {
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

    /** JPEG images one behind the other. An image goes out with its last byte. */
    static ByteStream jpeg(SourceOutput output) {
        CountingSink sink = new CountingSink(output.jpeg());
        JpegPublisher publisher = new JpegPublisher(sink);
        JpegSplitter splitter = new JpegSplitter(new JpegSplitter.Output() {
            @Override
            public void image(ByteBuffer jpeg, FrameTime time) {
                publisher.frame(jpeg, time);
            }

            @Override
            public void dropped() {
                sink.dropped();
            }
        });
        return new EncodedByteStream(sink, "MJPG") {
            @Override
            public void bytes(ByteBuffer piece, FrameTime read) {
                splitter.bytes(piece, read);
            }

            @Override
            public void end() {
                // an image says itself where it ends
            }

            @Override
            public int heldBytes() {
                return splitter.capacityBytes();
            }
        };
    }

    @Override
    public SessionStats stats() {
        StreamConfig config = sink.config().orElse(null);
        double framesPerSecond = config instanceof StreamConfig.H264 h264 ? 1e9 / h264.frameNanos() : 0;
        return new SessionStats(
                sink.frames(),
                /* sequenceGaps= */ 0,
                sink.droppedFrames(),
                config == null ? 0 : config.width(),
                config == null ? 0 : config.height(),
                framesPerSecond,
                format);
    }

    @Override
    public void close() {
        // what is held goes with the object
    }
}
