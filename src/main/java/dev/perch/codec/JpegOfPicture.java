package dev.perch.codec;

import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.PictureLimits;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Encodes pictures of any size to JPEG, with an encoder for the current size. Used by one thread. */
final class JpegOfPicture implements AutoCloseable {
    private static final AtomicBoolean REPLACEMENT_TOLD = new AtomicBoolean();
    private static final System.Logger LOG = System.getLogger(JpegOfPicture.class.getName());

    private final String camera;
    private final EncoderChoice.Kind choice;
    private final int quality;
    private final ArenaPool arenas;
    private final FrameSink sink;
    private @Nullable JpegEncoder current;

    /**
     * Creates it without an encoder.
     *
     * @param choice TURBOJPEG or IMAGEIO; any other means the first of them that this machine has
     * @param quality 1 to 100, on libjpeg's scale
     */
    JpegOfPicture(String camera, EncoderChoice.Kind choice, int quality, ArenaPool arenas, FrameSink sink) {
        this.camera = camera;
        this.choice = choice;
        this.quality = quality;
        this.arenas = arenas;
        this.sink = sink;
    }

    /** Encodes and publishes a picture, which is handed back as soon as it is read. */
    void encode(InputFrame frame) throws CaptureException {
        JpegEncoder encoder = forPicture(frame.picture());
        encoder.read(frame.picture());
        frame.handBack();
        ByteBuffer jpeg = encoder.encode();
        Optional<ByteBuffer> space = sink.claim(jpeg.remaining());
        if (space.isPresent()) {
            space.get().put(jpeg);
            sink.publish(frame.time(), /* key= */ true);
        }
    }

    /** Returns the encoder's name; empty before the first picture. */
    String name() {
        return current == null ? "" : current.name();
    }

    private JpegEncoder forPicture(RawPicture picture) throws CaptureException {
        JpegEncoder encoder = current;
        if (encoder == null || !encoder.fits(picture)) {
            close();
            encoder = make(picture);
            current = encoder;
            sink.configure(new StreamConfig.Jpeg(picture.width(), picture.height()));
        }
        return encoder;
    }

    private JpegEncoder make(RawPicture picture) throws CaptureException {
        PictureLimits.require(camera, picture.width(), picture.height());
        if (choice == EncoderChoice.Kind.IMAGEIO) {
            return new ImageIoEncoder(camera, picture, quality, arenas);
        }
        try {
            TurboJpeg.require();
        } catch (CaptureException absent) {
            if (choice == EncoderChoice.Kind.TURBOJPEG) {
                throw absent;
            }
            if (REPLACEMENT_TOLD.compareAndSet(false, true)) {
                LOG.log(
                        Level.WARNING,
                        "{0} Until then Java''s own encoder takes its place, which is several times slower.",
                        absent.getMessage());
            }
            return new ImageIoEncoder(camera, picture, quality, arenas);
        }
        return new TurboJpegEncoder(camera, picture, quality, arenas);
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
