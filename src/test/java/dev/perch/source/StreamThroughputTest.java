package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.aac.AdtsSplitter;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.flv.FlvReader;
import dev.perch.flv.SampleTracks;
import dev.perch.flv.TrackReader;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.MovieReader;
import dev.perch.testing.ReusedSink;
import dev.perch.testing.Throughput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How fast the readers of what far cameras and publishers send take input that was made to be slow. One that has refused it begins anew, as a peer that comes again. */
@Timeout(600)
@Tag("long") // it measures
class StreamThroughputTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void multipart() throws Exception {
        new Throughput("multipart")
                .with("line ends", "0d0a")
                .with("no line ends", "2d")
                .with("boundaries", ascii("--x\r\n"))
                .with("empty parts", ascii("--x\r\nContent-Length: 0\r\n\r\n"))
                .with("parts of a byte", ascii("--x\r\nContent-Length: 1\r\n\r\nx\r\n"))
                .with("parts of texts", ascii("--x\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc"))
                .with("parts without a length", ascii("--x\r\nContent-Type: image/jpeg\r\n\r\n\u007f\r\n"))
                .with("long lines", ascii("X: " + "a".repeat(5000) + "\r\nContent-Length: 1\r\n\r\nx"))
                .measure(() -> new Throughput.Piecewise() {
                    private MultipartReader reader = begin();

                    private MultipartReader begin() {
                        return new MultipartReader("camera", new MultipartReader.Output() {
                            @Override
                            public boolean begin(long stampMicros) {
                                return true;
                            }

                            @Override
                            public void bytes(ByteBuffer piece, boolean ofPart) {
                                piece.position(piece.limit());
                            }
                        });
                    }

                    @Override
                    public void take(ByteBuffer piece) {
                        try {
                            reader.bytes(piece);
                        } catch (CaptureException refused) {
                            reader = begin();
                        }
                    }
                });
    }

    @Test
    void flv() throws Exception {
        new Throughput("FLV")
                .with("a program's", SampleTracks.of("x264-baseline").write(0))
                .with("heads", "464c5601050000000900000000")
                .with("empty tags", "464c5601050000000900000000 0900000000000000000000 0000000b")
                .with("tags of a byte", "464c5601050000000900000000 0900000100000000000000 17 0000000c")
                .with("the longest tags", "464c5601050000000900000000 09ffffff00000000000000")
                .with("scripts", "464c5601050000000900000000 1200000400000000000000 02000161 0000000f")
                .measure(() -> new Throughput.Piecewise() {
                    private FlvReader reader = new FlvReader(new TrackReader(new Nowhere()));

                    @Override
                    public void take(ByteBuffer piece) {
                        try {
                            reader.bytes(piece);
                        } catch (MalformedBitstreamException refused) {
                            reader = new FlvReader(new TrackReader(new Nowhere()));
                        }
                    }
                });
    }

    @Test
    void movie() throws Exception {
        new Throughput("MP4")
                .with("empty boxes", "00000008 66726565")
                .with("boxes of no length", "00000000 66726565")
                .with("boxes of wrong lengths", "00000003 66726565")
                .with("long sizes", "00000001 66726565 0000000000000010")
                .with("empty fragments", "00000008 6d6f6f66 00000008 6d646174")
                .with("heads of the largest fragments", "0007fff8 6d6f6f66 00000008 74726166")
                .with("movies", "00000010 6d6f6f76 00000008 7472616b")
                .with("frames of the largest movie", "7ffffff8 6d646174")
                .measure(() -> new Throughput.Piecewise() {
                    private MovieReader reader = new MovieReader(new NoMovie());

                    @Override
                    public void take(ByteBuffer piece) {
                        try {
                            reader.bytes(piece);
                        } catch (MalformedBitstreamException refused) {
                            reader = new MovieReader(new NoMovie());
                        }
                    }
                });
    }

    @Test
    void adts() throws Exception {
        new Throughput("ADTS")
                .with("no frame", "55")
                .with("zeros", "00")
                .with("FF", "ff")
                .with("syncs", "fff1")
                .with("the shortest frames", "fff14c8000fffc 00")
                .with("the longest frames", "fff14c83fffffc")
                .measure(() -> {
                    AdtsSplitter splitter = new AdtsSplitter(new AdtsSplitter.Output() {
                        @Override
                        public void frame(AudioSpecificConfig config, ByteBuffer rawDataBlock, FrameTime time) {
                            assertTrue(rawDataBlock.hasRemaining());
                        }

                        @Override
                        public void dropped() {}
                    });
                    return piece -> splitter.bytes(piece, new FrameTime(0, 0));
                });
    }

    private static FrameSink sink() {
        return new ReusedSink((frame, key) -> {});
    }

    private static final class Nowhere implements TrackReader.Output {
        @Override
        public FrameSink video(StreamConfig.H264 first) {
            return sink();
        }

        @Override
        public FrameSink sound(StreamConfig.Aac first) {
            return sink();
        }

        @Override
        public FrameTime time(long millis) {
            return new FrameTime(millis, millis);
        }

        @Override
        public void refused(Medium medium, String why) {}
    }

    private static final class NoMovie implements MovieReader.Output {
        @Override
        public void movie(boolean picture, boolean withSound) {}

        @Override
        public FrameSink video(StreamConfig.H264 first) {
            return sink();
        }

        @Override
        public FrameSink sound(StreamConfig.Aac first) {
            return sink();
        }

        @Override
        public FrameTime time(long streamNanos, long capturedMicros) {
            return new FrameTime(streamNanos, 0);
        }

        @Override
        public void refused(Medium medium, String why) {}
    }
}
