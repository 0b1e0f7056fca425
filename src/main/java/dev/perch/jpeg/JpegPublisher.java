package dev.perch.jpeg;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.PictureLimits;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Publishes JPEG images from a source into a feed, repaired: standard Huffman tables are inserted where a camera left them out; application segments
 * and comments that hold FFD8 or FFD9 (an EXIF thumbnail) and bytes between segments are removed; padding after EOI is cut off; a missing EOI is
 * appended. An image is published if a decoder makes a picture of it, even if only of its upper part. The first two bytes of a published image are
 * its only FFD8, the last two its only FFD9, so that clients may cut a stream at them. For one thread at a time; every byte is copied once, and a
 * sound image allocates nothing.
 *
 * <p>Once a device's images were found sound, their coded data are only scanned now and then: see {@link SoundImages}.
 */
public final class JpegPublisher {
    /**
     * The largest image accepted. 2160p at 4:4:4 has 24.9 MB of samples, and quality 100 makes less than half of them; the largest seen is 1 MB at
     * 1080p.
     */
    public static final int MAX_IMAGE_BYTES = 16 << 20;

    private static final String TOO_LONG = "JPEG images of more than " + MAX_IMAGE_BYTES + " bytes are not taken.";

    private final FrameSink sink;
    private final JpegScanner scanner = new JpegScanner();
    private final SoundImages soundImages = new SoundImages();
    private final JpegPairs pairs;
    private StreamConfig.Jpeg configured = new StreamConfig.Jpeg(0, 0);

    /** Creates a publisher for a source whose every buffer is one frame. */
    public JpegPublisher(FrameSink sink) {
        this(sink, /* nominalFrameNanos= */ 0);
    }

    private JpegPublisher(FrameSink sink, long nominalFrameNanos) {
        this.sink = sink;
        this.pairs = new JpegPairs(nominalFrameNanos);
    }

    /**
     * Creates a splitter that publishes the images that it cuts from a stream.
     *
     * @param nominalFrameNanos the interval between frames that was requested from the source
     */
    public static JpegSplitter splitter(FrameSink sink, long nominalFrameNanos) {
        JpegPublisher publisher = ofStream(sink, nominalFrameNanos);
        return new JpegSplitter(new JpegSplitter.Output() {
            @Override
            public void image(ByteBuffer jpeg, FrameTime read) {
                publisher.frame(jpeg, read);
            }

            @Override
            public void sound(ByteBuffer jpeg, FrameTime read) {
                publisher.sound(jpeg, read);
            }

            @Override
            public void dropped() {
                sink.dropped();
            }

            @Override
            public void tooLong() {
                publisher.tooLong();
            }
        });
    }

    /**
     * Creates a publisher for images cut from a stream. Of two images that make one frame (a picture with its preview, or two fields) the first is
     * published, as a decoder would show it of a buffer with both.
     *
     * @param nominalFrameNanos the interval between frames that was requested from the source
     */
    public static JpegPublisher ofStream(FrameSink sink, long nominalFrameNanos) {
        return new JpegPublisher(sink, nominalFrameNanos);
    }

    /**
     * Publishes one image, or drops and counts it when no picture can be made of it.
     *
     * @param jpeg one image between position and limit, padding allowed, heap or direct, the caller's; only read, its position does not move, and the
     *     memory may be reused at once
     */
    public void frame(ByteBuffer jpeg, FrameTime time) {
        frame(jpeg, /* looked= */ false, time);
    }

    /**
     * Publishes one image like {@link #frame}, but does not scan the coded data again.
     *
     * @param jpeg an image as {@link JpegSplitter.Output#sound} gets it
     */
    public void sound(ByteBuffer jpeg, FrameTime time) {
        frame(jpeg, /* looked= */ true, time);
    }

    private void frame(ByteBuffer jpeg, boolean looked, FrameTime time) {
        if (jpeg.remaining() > MAX_IMAGE_BYTES) {
            tooLong();
            return;
        }
        try {
            if (looked) {
                scanLooked(jpeg);
            } else {
                soundImages.scan(scanner, jpeg);
            }
        } catch (MalformedBitstreamException e) {
            sink.dropped(); // counted; a message about one of many frames helps nobody
            return;
        }
        publish(jpeg, time);
    }

    private void scanLooked(ByteBuffer jpeg) throws MalformedBitstreamException {
        if (!scanner.scanHead(jpeg)) {
            scanner.scan(jpeg);
        }
    }

    private void publish(ByteBuffer jpeg, FrameTime time) {
        Optional<String> refusal = PictureLimits.refusal(scanner.width(), scanner.height());
        if (refusal.isPresent()) {
            sink.refused(refusal.get());
            sink.dropped();
            return;
        }
        if (pairs.second(scanner, time)) {
            return;
        }
        configure();
        Optional<ByteBuffer> claimed = sink.claim(sizeBytes());
        if (claimed.isPresent()) {
            copy(jpeg, claimed.get());
            sink.publish(time, /* key= */ true);
        }
    }

    /** Counts an image that never arrived whole because it is larger than {@link #MAX_IMAGE_BYTES}. */
    public void tooLong() {
        sink.refused(TOO_LONG);
        sink.dropped();
    }

    private void configure() {
        if (configured.width() != scanner.width() || configured.height() != scanner.height()) {
            configured = new StreamConfig.Jpeg(scanner.width(), scanner.height());
            sink.configure(configured);
        }
    }

    private int sizeBytes() {
        int size = scanner.tablesBefore() < 0 ? 0 : StandardTables.DHT.size();
        for (int i = 0; i < scanner.ranges(); i++) {
            size += scanner.end(i) - scanner.start(i);
        }
        return scanner.closed() ? size : size + 2;
    }

    private void copy(ByteBuffer jpeg, ByteBuffer out) {
        for (int i = 0; i < scanner.ranges(); i++) {
            if (i == scanner.tablesBefore()) {
                StandardTables.DHT.copyTo(out);
            }
            int length = scanner.end(i) - scanner.start(i);
            out.put(out.position(), jpeg, scanner.start(i), length);
            out.position(out.position() + length);
        }
        if (!scanner.closed()) {
            out.put((byte) 0xff).put((byte) Marker.EOI);
        }
    }
}
