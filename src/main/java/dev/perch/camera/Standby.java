package dev.perch.camera;

import dev.perch.config.Redaction;
import dev.perch.h264.AccessUnitSplitter;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.TextPicture;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A picture of text as H.264, which pushes send while a camera is lost. The program ffmpeg encodes it once, as two key frames that take turns,
 * because two consecutive IDR pictures must not share an idr_pic_id (ITU-T H.264 §7.4.3). Immutable.
 */
public final class Standby {
    private static final System.Logger LOG = System.getLogger(Standby.class.getName());

    private static final int FRAMES = 2;
    private static final int MOST_BYTES = 2 << 20;
    private static final int READ_BYTES = 16 << 10;
    private static final long FRAME_NANOS = 1_000_000_000L;

    private final StreamConfig.H264 config;
    private final List<Bytes> frames;

    private Standby(StreamConfig.H264 config, List<Bytes> frames) {
        this.config = config;
        this.frames = List.copyOf(frames);
    }

    /** Returns the configuration of the frames. */
    public StreamConfig.H264 config() {
        return config;
    }

    /** Returns the key frame for frame {@code number}, in a feed's form. */
    public Bytes frame(long number) {
        return frames.get((int) Math.floorMod(number, (long) frames.size()));
    }

    /** Returns the bytes of heap held. */
    public int sizeBytes() {
        return frames.stream().mapToInt(Bytes::size).sum();
    }

    /**
     * Draws and encodes the text; this takes some tenths of a second.
     *
     * @param name for the log
     * @param width in pixels; an odd one is made even
     * @param text paragraphs
     * @throws CaptureException if the text cannot be encoded; the message says what is missing
     */
    public static Standby of(String name, int width, int height, List<String> text) throws CaptureException {
        ByteBuffer jpeg = TextPicture.jpeg(Math.max(16, width & ~1), Math.max(16, height & ~1), text);
        byte[] image = new byte[jpeg.remaining()];
        jpeg.get(image);
        List<String> words = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error"));
        words.addAll(List.of("-f", "mjpeg", "-framerate", "1", "-i", "pipe:0", "-threads", "1", "-c:v", "libx264"));
        words.addAll(List.of("-preset", "ultrafast", "-profile:v", "baseline", "-pix_fmt", "yuv420p", "-g", "1"));
        words.addAll(List.of("-f", "h264", "pipe:1"));
        try (ExternalProgram program = ExternalProgram.start(
                name, words, ExternalProgram.Stdin.PIPE, Redaction.ofCommand(List.of()), UnaryOperator.identity())) {
            Kept kept = read(program, image);
            StreamConfig.H264 config = kept.config;
            if (config == null || kept.frames.isEmpty()) {
                boolean absent =
                        program.awaitExit(100).filter(exit -> exit.notFound()).isPresent();
                throw new CaptureException(
                        Kind.FAULT,
                        absent
                                ? "To go on without the camera, the program ffmpeg is needed (Debian: apt install ffmpeg)."
                                : "ffmpeg has not encoded the picture that stands for the camera.");
            }
            return new Standby(config, kept.frames);
        } catch (ProgramException refused) {
            throw new CaptureException(Kind.FAULT, String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Writes the image and reads the result. A pipe may be smaller than the image, but ffmpeg reads all of it before it writes. */
    private static Kept read(ExternalProgram program, byte[] image) {
        Kept kept = new Kept();
        AccessUnitSplitter splitter = new AccessUnitSplitter(H264Publisher.ofUnasked(kept, FRAME_NANOS));
        try {
            try (OutputStream in = program.stdin()) {
                for (int i = 0; i < FRAMES; i++) {
                    in.write(image);
                }
            }
            byte[] piece = new byte[READ_BYTES];
            int left = MOST_BYTES;
            for (int count = program.stdout().read(piece); count > 0 && left > 0; ) {
                splitter.bytes(ByteBuffer.wrap(piece, 0, count), new FrameTime(0, 0));
                left -= count;
                count = program.stdout().read(piece);
            }
            splitter.end();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "ffmpeg has ended", gone);
        }
        return kept;
    }

    /** A sink that keeps frames in the heap. */
    private static final class Kept implements FrameSink {
        private final List<Bytes> frames = new ArrayList<>();
        private StreamConfig.@Nullable H264 config;
        private @Nullable ByteBuffer claimed;

        @Override
        public void configure(StreamConfig described) {
            if (described instanceof StreamConfig.H264 h264) {
                config = h264;
            }
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            ByteBuffer space = sizeBytes <= MOST_BYTES ? ByteBuffer.allocate(sizeBytes) : null;
            claimed = space;
            return Optional.ofNullable(space);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            ByteBuffer frame = claimed;
            if (frame != null && key && frames.size() < FRAMES) {
                frames.add(Bytes.copyOf(frame.flip()));
            }
            claimed = null;
        }

        @Override
        public void dropped() {
            claimed = null;
        }
    }
}
