package dev.perch.h264;

import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.FrameTime;
import dev.perch.testing.Fuzz;
import dev.perch.testing.ReusedSink;
import dev.perch.testing.Throughput;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Measures the splitters and their publishers with input that was made to be slow, and with ordinary input. */
@Timeout(600)
@Tag("long") // it measures
class SplitterThroughputTest {
    private static final FrameTime TIME = new FrameTime(0, 0);

    @Test
    void h264() throws Exception {
        new Throughput("H.264")
                .with("a camera's", Fuzz.h264().get(0))
                .with("no start code", "55")
                .with("zeros", "00")
                .with("FF", "ff")
                .with("start codes", "000001")
                .with("empty NAL units", "00000100")
                .with("slices of two bytes", "0000016588")
                .with("slices that never begin a picture", "0000014140")
                .with("delimiters", "0000010910")
                .with("delimiters and slices", "0000010910 0000016588")
                .with("parameter sets", "0000016742c00d8c8d40a0f9 00000168ce3c80")
                .with("prefixes", "0000016588 0000016e40")
                .with("fillers", "0000010cffff80")
                .with("ends of sequence", "0000010a")
                .with("zeros behind each unit", "0000016588 0000000000000000000000000000")
                .with("emulation prevention", "000003")
                .with("texts that are longer than their units", "00000106 05ffffffffffffff")
                .measure(() -> {
                    ReusedSink sink = new ReusedSink((frame, key) -> {});
                    AccessUnitSplitter splitter = new AccessUnitSplitter(new H264Publisher(sink, 33_333_333));
                    return piece -> splitter.bytes(piece, TIME);
                });
    }

    @Test
    void jpeg() throws Exception {
        new Throughput("JPEG")
                .with("a camera's", Fuzz.jpeg().get(0))
                .with("no marker", "55")
                .with("zeros", "00")
                .with("FF", "ff")
                .with("SOI", "ffd8")
                .with("EOI", "ffd9")
                .with("SOI and EOI", "ffd8ffd9")
                .with("empty segments", "ffd8 ffe00002")
                .with("segments of no length", "ffd8 ffe00000")
                .with("SOI within a segment", "ffd8 ffe1ffff ffd8ffd8ffd8")
                .with("the longest segments", "ffd8 fffeffff ffd9")
                .with("restarts", "ffd0")
                .with("scans", "ffd8 ffda0002 55")
                .with("fill bytes and markers", "ffffffe00002")
                .with("the smallest images", "ffd8 ffc0000b080010001001011100 ffda0002 55 ffd9")
                .with("no height, which a DNL would tell", "ffd8 ffc0000b080000001001011100 ffda0002 55")
                .measure(() -> {
                    ReusedSink sink = new ReusedSink((frame, key) -> {});
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
                    return piece -> splitter.bytes(piece, TIME);
                });
    }
}
