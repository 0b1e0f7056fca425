package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.flv.FlvReader;
import dev.perch.flv.TrackReader;
import dev.perch.h264.AnnexB;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.jpeg.JpegSplitter;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.StreamConfig;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.GrowingLease;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One run of ffmpeg over frames that are alike: its worker writes them, another thread publishes the output with the times of the input. {@link
 * #kill} may be called from any thread and ends a worker's wait.
 */
final class FfmpegRun implements EncoderRun {
    private static final int PIECE_BYTES = 64 << 10; // the size of a pipe (pipe(7))
    private static final byte[] DELIMITER = {0, 0, 0, 1, 9, (byte) 0xf0}; // access unit delimiter, any slice type
    private static final int START_PATIENCE_MILLIS = 1_000;

    /** The longest wait for a picture of what was put in: a small Pi takes seconds for the first. */
    private static final int SILENCE_MILLIS = 3_000;

    private static final System.Logger LOG = System.getLogger(FfmpegRun.class.getName());

    private final DerivationSpec spec;
    private final InputFrame like;
    private final ExternalProgram program;
    private final OutputStream stdin;
    private final Thread reader;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final FrameTimes times;
    private final boolean untimed; // whether what comes out is known by its order alone
    private final boolean fields; // whether an access unit may be half a picture
    private final int recoveryFrames;
    private final int passedOver; // pictures
    private boolean fieldOpen; // used by the worker: another field completes the picture

    private FfmpegRun(DerivationSpec spec, InputFrame first, ExternalProgram program) {
        this.spec = spec;
        this.like = first;
        this.program = program;
        this.fields = first.fields();
        this.recoveryFrames = first.recoveryFrames();
        this.passedOver = passedOver(spec, first);
        this.times = new FrameTimes(recoveryFrames, FfmpegCommand.everyNth(spec));
        this.untimed = spec.to() == Encoding.JPEG && spec.passedOver() == DerivationSpec.STREAM;
        this.stdin = program.stdin();
        this.reader = new Thread(this::read, "perch-" + name(spec));
        reader.setDaemon(true);
    }

    private static String name(DerivationSpec spec) {
        return spec.camera() + "-ffmpeg-" + spec.to().name().toLowerCase(Locale.ROOT);
    }

    private static int passedOver(DerivationSpec spec, InputFrame first) {
        return Math.max(0, Math.max(0, spec.passedOver()) / (first.fields() ? 2 : 1) - first.recoveryFrames());
    }

    /** Starts a run for frames like {@code first}. */
    static FfmpegRun start(DerivationSpec spec, InputFrame first) throws CaptureException {
        List<String> words = FfmpegCommand.words(spec, first, passedOver(spec, first));
        try {
            FfmpegRun run =
                    new FfmpegRun(spec, first, ExternalProgram.start(name(spec), words, ExternalProgram.Stdin.PIPE));
            run.reader.start();
            return run;
        } catch (ProgramException refused) {
            throw new CaptureException(Kind.FAULT, String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Returns the bytes of heap held beside the worker's frame. */
    static int heapBytes() {
        return 4 * PIECE_BYTES;
    }

    @Override
    public boolean takes(InputFrame frame) {
        return like.like(frame);
    }

    @Override
    public void put(InputFrame frame) throws CaptureException {
        boolean second = fields && fieldOpen && frame.fields();
        fieldOpen = fields && !second && frame.fields();
        if (!second) {
            if (untimed) {
                times.awaitRoom(SILENCE_MILLIS);
            }
            times.in(frame.time());
        }
        try {
            switch (frame.format()) {
                case MJPG, JPEG -> part(frame.bytes());
                case H264 -> {
                    AnnexB.fromLengths(frame.bytes());
                    write(frame.bytes());
                    stdin.write(DELIMITER); // tells the parser that the picture is whole
                }
                default -> write(frame.bytes());
            }
            stdin.flush();
        } catch (IOException closed) {
            throw ended(closed);
        } catch (MalformedBitstreamException defect) {
            throw new CaptureException(Kind.FAULT, "A frame of the ring is damaged.", defect);
        }
    }

    /** Ends the input, after which ffmpeg makes its last frame and ends. */
    @Override
    public boolean finish(long millis) throws CaptureException {
        program.hush(); // ffmpeg takes the delimiter behind the last picture for an empty picture
        try {
            stdin.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "ffmpeg has ended before its input", gone);
        }
        try {
            reader.join(millis);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        if (times.out() == 0) {
            throw ended(new IllegalStateException("nothing came out"));
        }
        return !reader.isAlive();
    }

    @Override
    public boolean asynchronous() {
        return true;
    }

    @Override
    public String by() {
        return "ffmpeg";
    }

    @Override
    public void forceKeyFrame() {
        // ffmpeg makes a key frame each second anyway
    }

    /** Ends ffmpeg: within some 35 ms by the end of its input if it reads, else by a signal within 3 s. */
    @Override
    public void kill() {
        program.hush();
        program.close();
    }

    @Override
    public void close() {
        program.hush();
        program.close();
        try {
            reader.join(START_PATIENCE_MILLIS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns why ffmpeg does not go on, as a sentence. */
    private CaptureException ended(Throwable cause) {
        Optional<ProgramExit> exit = program.awaitExit(START_PATIENCE_MILLIS);
        program.close(); // ffmpeg's last lines are complete after this
        String what = spec.to().title() + " of " + like.format().fourCharacterCode();
        if (exit.isPresent() && exit.get().notFound()) {
            return new CaptureException(Kind.UNSUPPORTED, what + " needs " + lacking(), cause);
        }
        List<String> lines = program.lastLines();
        return new CaptureException(
                Kind.FAULT,
                "ffmpeg, which makes " + what + ", has ended"
                        + exit.map(how -> " with " + how.words()).orElse("") + "."
                        + (lines.isEmpty() ? "" : " It said: " + lines.get(lines.size() - 1)),
                cause);
    }

    private String lacking() {
        boolean library = spec.to() == Encoding.JPEG && like.format().encoding() == Encoding.JPEG;
        return library
                ? "the library libturbojpeg or the program " + spec.program()
                        + ", neither of which is on this machine: apt install libturbojpeg0"
                : "the program " + spec.program() + ", which is not on this machine: apt install ffmpeg";
    }

    // ---- what goes in, on the worker

    private void part(ByteBuffer jpeg) throws IOException {
        String head = "--" + FfmpegCommand.BOUNDARY + "\r\nContent-Type: image/jpeg\r\nContent-Length: "
                + jpeg.remaining() + "\r\n\r\n";
        stdin.write(head.getBytes(StandardCharsets.US_ASCII));
        write(jpeg);
        stdin.write('\r');
        stdin.write('\n');
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), PIECE_BYTES);
            bytes.get(piece, 0, count);
            stdin.write(piece, 0, count);
        }
    }

    // ---- what comes out, on the reading thread

    private void read() {
        byte[] read = new byte[PIECE_BYTES];
        String setting = "cameras." + spec.camera() + ".size";
        try (InputStream out = program.stdout();
                GrowingLease held = new GrowingLease(spec.arenas().budget(), spec.camera() + " encoder", setting)) {
            Outlet outlet = switch (spec.to()) {
                case H264 -> h264();
                case JPEG -> jpeg();
                case AAC -> throw DerivationSpec.noPicture(spec.to());
            };
            try {
                for (int count = out.read(read); count >= 0; count = out.read(read)) {
                    outlet.bytes(read, count);
                    held.cover(outlet.capacityBytes());
                }
            } finally {
                times.end();
                outlet.ended();
            }
        } catch (BudgetExceededException full) {
            LOG.log(Level.WARNING, CameraConfig.called(spec.camera()) + ": ffmpeg was stopped: " + full.getMessage());
        } catch (IOException closed) {
            LOG.log(Level.DEBUG, "the output of ffmpeg was closed", closed);
        } catch (MalformedBitstreamException notFlv) {
            LOG.log(
                    Level.WARNING,
                    CameraConfig.called(spec.camera()) + ": ffmpeg wrote something that is not video.",
                    notFlv);
        } catch (RuntimeException | Error defect) {
            spec.arenas().budget().faults().tell("the encoder of " + spec.camera(), defect);
            LOG.log(Level.ERROR, reader.getName() + " failed; this is a bug in Perch.", defect);
        }
    }

    private interface Outlet {
        void bytes(byte[] piece, int count) throws MalformedBitstreamException;

        /** Returns the bytes of heap held. */
        int capacityBytes();

        /** Drops an incomplete frame. */
        default void ended() {
            // an image is claimed only when it is whole
        }
    }

    private Outlet h264() {
        TrackReader tracks = new TrackReader(new EncodedTrack());
        FlvReader flv = new FlvReader(tracks);
        return new Outlet() {
            @Override
            public void bytes(byte[] piece, int count) throws MalformedBitstreamException {
                flv.bytes(ByteBuffer.wrap(piece, 0, count));
            }

            @Override
            public int capacityBytes() {
                return TrackReader.HELD_BYTES;
            }

            @Override
            public void ended() {
                tracks.abandon();
            }
        };
    }

    /** The H.264 that ffmpeg makes, with the times of the input. */
    private final class EncodedTrack implements TrackReader.Output {
        private final double framesPerMilli = spec.framesPerSecond() / 1000;

        @Override
        public FrameSink video(StreamConfig.H264 first) {
            return spec.sink();
        }

        @Override
        public FrameSink sound(StreamConfig.Aac first) {
            throw new IllegalStateException("pictures alone went in");
        }

        @Override
        public FrameTime time(long millis) {
            return times.ofInput(Math.round(millis * framesPerMilli));
        }

        @Override
        public void refused(Medium medium, String why) {
            spec.sink().refused(why);
        }
    }

    /**
     * Returns the time of the next picture of a run for one picture: each input makes a picture, except those before the first whole one and those
     * that are passed over.
     */
    private FrameTime timeOfSingle() {
        long pictures = times.out();
        return times.ofInput(recoveryFrames + (pictures == 0 ? 0 : Math.max(passedOver, 1) + pictures - 1));
    }

    private Outlet jpeg() {
        JpegPublisher publisher = new JpegPublisher(spec.sink());
        JpegSplitter splitter = new JpegSplitter(new JpegSplitter.Output() {
            @Override
            public void image(ByteBuffer jpeg, FrameTime time) {
                FrameTime captured = untimed ? times.ofNext() : timeOfSingle();
                if (!spec.sink().leavesOut(captured)) {
                    publisher.frame(jpeg, captured);
                }
            }

            @Override
            public void dropped() {
                spec.sink().dropped();
            }
        });
        FrameTime unused = like.time();
        return new Outlet() {
            @Override
            public void bytes(byte[] piece, int count) {
                splitter.bytes(ByteBuffer.wrap(piece, 0, count), unused);
            }

            @Override
            public int capacityBytes() {
                return splitter.capacityBytes();
            }
        };
    }
}
