package dev.perch.bench;

import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures what one frame costs between its source and its feed, in microseconds, beside a plain copy of its bytes: {@code FrameCost FILE.mjpeg FILE.h264}. To be run with the flags
 * of a small Pi ({@code -XX:TieredStopAtLevel=1}).
 */
final class FrameCost {
    private static final int PIECE_BYTES = 64 << 10; // a pipe's
    private static final int ROUNDS = 60;
    private static final int WARM_UPS = 10;
    private static final FrameTime NOW = new FrameTime(1, 1);

    /** Takes every frame into the same memory. */
    private static final class OneSlot implements FrameSink {
        private final ByteBuffer memory = ByteBuffer.allocateDirect(H264Publisher.MAX_ACCESS_UNIT_BYTES);

        @Override
        public void configure(StreamConfig config) {
            // known from the film
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            return Optional.of(memory.clear().limit(sizeBytes));
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            // the copy is all that is measured
        }

        @Override
        public void dropped() {
            throw new IllegalStateException("a frame of the film was not taken");
        }
    }

    private FrameCost() {}

    public static void main(String[] args) throws IOException {
        byte[] jpegs = Files.readAllBytes(Path.of(args[0]));
        byte[] h264 = Files.readAllBytes(Path.of(args[1]));
        List<ByteBuffer> images = images(jpegs);
        List<ByteBuffer> units = units(h264);
        System.out.println("us a frame, the best of " + ROUNDS + " rounds");
        tell("JPEG of a device", images, device());
        tell("H.264 of a device", units, new DeviceH264());
        stream("JPEG of a command", jpegs, images.size());
        stream("H.264 of a command", h264, units.size());
    }

    private static Consumer<ByteBuffer> device() {
        JpegPublisher publisher = new JpegPublisher(new OneSlot());
        return image -> publisher.frame(image, NOW);
    }

    private static final class DeviceH264 implements Consumer<ByteBuffer> {
        private final H264Publisher publisher = new H264Publisher(new OneSlot(), 33_000_000);

        @Override
        public void accept(ByteBuffer unit) {
            publisher.accessUnit(unit, NOW);
        }
    }

    private static void tell(String what, List<ByteBuffer> frames, Consumer<ByteBuffer> publish) {
        OneSlot slot = new OneSlot();
        double copy = best(() -> frames.forEach(frame -> slot.memory.clear().put(0, frame, 0, frame.limit())));
        double whole = best(() -> frames.forEach(publish));
        long bytes = frames.stream().mapToLong(ByteBuffer::limit).sum();
        row(what, bytes / frames.size(), whole / frames.size(), copy / frames.size());
    }

    private static void stream(String what, byte[] stream, int frames) {
        OneSlot sink = new OneSlot();
        JpegPublisher jpeg = JpegPublisher.ofStream(sink, 33_000_000);
        JpegSplitter jpegs = new JpegSplitter(new JpegSplitter.Output() {
            @Override
            public void image(ByteBuffer image, FrameTime time) {
                jpeg.frame(image, time);
            }

            @Override
            public void sound(ByteBuffer image, FrameTime time) {
                jpeg.sound(image, time);
            }

            @Override
            public void dropped() {
                sink.dropped();
            }
        });
        AccessUnitSplitter units = new AccessUnitSplitter(new H264Publisher(sink, 33_000_000));
        OneSlot slot = new OneSlot();
        double copy = best(() -> slot.memory.clear().put(stream, 0, Math.min(stream.length, slot.memory.capacity())));
        double whole = best(() -> {
            for (int at = 0; at < stream.length; at += PIECE_BYTES) {
                ByteBuffer piece = ByteBuffer.wrap(stream, at, Math.min(PIECE_BYTES, stream.length - at));
                if (what.startsWith("JPEG")) {
                    jpegs.bytes(piece, NOW);
                } else {
                    units.bytes(piece, NOW);
                }
            }
        });
        row(what, stream.length / frames, whole / frames, copy / frames);
    }

    private static void row(String what, long bytes, double whole, double copy) {
        System.out.printf("%-20s %7d bytes %8.1f, of which the copy %6.1f%n", what, bytes, whole, copy);
    }

    private static double best(Runnable round) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS + WARM_UPS; i++) {
            long before = System.nanoTime();
            round.run();
            least = i < WARM_UPS ? least : Math.min(least, System.nanoTime() - before);
        }
        return least / 1000.0;
    }

    private static List<ByteBuffer> images(byte[] stream) {
        List<ByteBuffer> images = new ArrayList<>();
        JpegSplitter splitter = new JpegSplitter(new JpegSplitter.Output() {
            @Override
            public void image(ByteBuffer image, FrameTime time) {
                images.add(direct(image));
            }

            @Override
            public void dropped() {
                throw new IllegalStateException("the film has a damaged image");
            }
        });
        splitter.bytes(ByteBuffer.wrap(stream), NOW);
        return images;
    }

    private static List<ByteBuffer> units(byte[] stream) {
        List<ByteBuffer> units = new ArrayList<>();
        AccessUnitSplitter splitter = new AccessUnitSplitter(new AccessUnitSplitter.Output() {
            @Override
            public void accessUnit(ByteBuffer unit, FrameTime time) {
                units.add(direct(unit));
            }

            @Override
            public void dropped() {
                throw new IllegalStateException("the film has a damaged access unit");
            }
        });
        splitter.bytes(ByteBuffer.wrap(stream), NOW);
        splitter.end();
        return units;
    }

    /** As a driver lends it. */
    private static ByteBuffer direct(ByteBuffer frame) {
        return ByteBuffer.allocateDirect(frame.remaining()).put(frame).flip();
    }
}
