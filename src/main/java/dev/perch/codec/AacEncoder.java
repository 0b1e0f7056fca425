package dev.perch.codec;

import dev.perch.aac.AdtsSplitter;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.ffmpeg.EncoderWords;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameTime;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import dev.perch.process.ProgramExit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of ffmpeg that encodes samples to AAC. One thread writes the samples, another publishes the frames; the caller of {@link #put} never waits.
 * The first frame is the encoder's delay and is left out: frame n + 1 of the output has the samples from 1024 n on.
 */
final class AacEncoder implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AacEncoder.class.getName());
    private static final int PIECE_BYTES = 4096;
    private static final int PATIENCE_MILLIS = 1_000;

    /** The size of the pipe in seconds: longer than a busy machine keeps ffmpeg from reading. */
    private static final int PIPE_SECONDS = 2;

    /** How long ffmpeg may read nothing at first: it takes seconds to start from a slow card. */
    private static final int START_SECONDS = 20;

    private static final int STALL_SECONDS = 5;
    private static final int MOST_BEHIND_SECONDS = 30;

    private final PcmToAac.Spec spec;
    private final EvenFrames frames;
    private final Form form;
    private final PcmPipe pipe;
    private final ExternalProgram program;
    private final Thread writer;
    private final Thread reader;
    private final long firstIndex;
    private long index; // of the next output frame; used by the reader only

    private volatile boolean given; // set by the reader
    private volatile boolean closing; // set by close, read by both threads
    private volatile @Nullable Throwable broken; // set by both threads, read by whoever puts

    private AacEncoder(PcmToAac.Spec spec, EvenFrames frames, Form form, long firstIndex, ExternalProgram program) {
        this.spec = spec;
        this.frames = frames;
        this.form = form;
        this.pipe = new PcmPipe(form.secondBytes() * PIPE_SECONDS);
        this.firstIndex = firstIndex;
        this.index = firstIndex - 1; // the encoder's delay is one frame
        this.program = program;
        this.writer = new Thread(this::write, "perch-" + spec.camera() + "-sound-in");
        this.reader = new Thread(this::read, "perch-" + spec.camera() + "-sound-out");
        writer.setDaemon(true);
        reader.setDaemon(true);
    }

    /** The form of the input samples. */
    record Form(int rateHz, int channels) {
        private int secondBytes() {
            return 2 * channels * rateHz;
        }

        /** Returns the bytes of heap that a run holds. */
        int heapBytes() {
            return secondBytes() * PIPE_SECONDS + 3 * PIECE_BYTES + (16 << 10); // the splitter has 16 KiB
        }
    }

    /**
     * Starts a run.
     *
     * @param firstIndex the frame that begins with the first sample
     */
    static AacEncoder start(PcmToAac.Spec spec, EvenFrames frames, Form form, long firstIndex) throws CaptureException {
        try {
            AacEncoder encoder = new AacEncoder(
                    spec,
                    frames,
                    form,
                    firstIndex,
                    ExternalProgram.start(
                            spec.camera() + "-sound", words(spec, frames.config()), ExternalProgram.Stdin.PIPE));
            encoder.writer.start();
            encoder.reader.start();
            return encoder;
        } catch (ProgramException refused) {
            throw new CaptureException(Kind.FAULT, String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Returns a command by which each frame comes out as soon as its samples have gone in. */
    private static List<String> words(PcmToAac.Spec spec, AudioSpecificConfig to) {
        List<String> words = new ArrayList<>(List.of(spec.program(), "-hide_banner", "-nostats", "-loglevel", "error"));
        // without -fflags nobuffer, which loses the samples that were probed
        words.addAll(List.of("-probesize", "32", "-analyzeduration", "0"));
        // raw samples would be read in pieces of a tenth of a second
        words.addAll(List.of("-f", "wav", "-ignore_length", "1", "-max_size", "1024", "-i", "pipe:0", "-vn"));
        words.addAll(EncoderWords.aac(spec.quality()));
        words.addAll(List.of("-ar", Integer.toString(to.sampleRateHz()), "-ac", Integer.toString(to.channels())));
        words.addAll(List.of("-flush_packets", "1", "-f", "adts", "pipe:1"));
        return words;
    }

    /** Adds samples to encode. Never waits. */
    void put(byte[] pcm, int bytes) {
        pipe.put(pcm, bytes);
    }

    /**
     * Throws if the run cannot go on.
     *
     * @throws CaptureException if ffmpeg has ended or does not read
     */
    void check() throws CaptureException {
        Throwable cause = broken;
        if (cause != null) {
            throw ended(cause);
        }
        int patience = given ? STALL_SECONDS : START_SECONDS;
        if (pipe.untakenBytes() > (long) patience * form.secondBytes()) {
            throw new CaptureException(
                    Kind.FAULT,
                    "ffmpeg, which makes AAC of the sound, has taken none of it for " + patience + " seconds.");
        }
        if (frames.alwaysLate()) {
            throw new CaptureException(
                    Kind.FAULT,
                    "This machine is too slow to encode the sound: it comes later than pictures wait for it.");
        }
        if (pipe.lostBytes() > (long) MOST_BEHIND_SECONDS * form.secondBytes()) {
            throw new CaptureException(
                    Kind.FAULT,
                    "ffmpeg, which makes AAC of the sound, is too slow for it on this machine: it is "
                            + MOST_BEHIND_SECONDS + " seconds behind.");
        }
    }

    /** Returns true once a frame of sound has come out. */
    boolean given() {
        return given;
    }

    private CaptureException ended(Throwable cause) {
        Optional<ProgramExit> exit = program.awaitExit(PATIENCE_MILLIS);
        close(); // ffmpeg's last lines are complete after this
        if (exit.isPresent() && exit.get().notFound()) {
            return new CaptureException(
                    Kind.UNSUPPORTED,
                    "AAC of a sound card needs the program " + spec.program()
                            + ", which is not on this machine: apt install ffmpeg",
                    cause);
        }
        List<String> lines = program.lastLines();
        return new CaptureException(
                Kind.FAULT,
                "ffmpeg, which makes AAC of the sound, has ended"
                        + exit.map(how -> " with " + how.words()).orElse("") + "."
                        + (lines.isEmpty() ? "" : " It said: " + lines.get(lines.size() - 1)),
                cause);
    }

    private void write() {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            OutputStream stdin = program.stdin();
            stdin.write(WavHead.endless(form.rateHz(), form.channels()));
            for (int count = pipe.take(piece); count >= 0; count = pipe.take(piece)) {
                stdin.write(piece, 0, count);
                stdin.flush();
            }
        } catch (IOException closed) {
            broken = closed;
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        byte[] piece = new byte[PIECE_BYTES];
        FrameTime unused = new FrameTime(0, 0); // the frames are counted instead
        AdtsSplitter splitter = new AdtsSplitter(new AdtsSplitter.Output() {
            @Override
            public void frame(AudioSpecificConfig config, ByteBuffer rawDataBlock, FrameTime time) {
                encoded(config, rawDataBlock);
            }

            @Override
            public void dropped() {
                index++; // as far as can be known
            }
        });
        try (InputStream stdout = program.stdout()) {
            for (int count = stdout.read(piece); count >= 0; count = stdout.read(piece)) {
                splitter.bytes(ByteBuffer.wrap(piece, 0, count), unused);
            }
            broken = new IOException("the encoder's output has ended");
        } catch (IOException closed) {
            broken = closed;
        } catch (RuntimeException | Error defect) {
            broken = defect;
            spec.budget().faults().tell("the sound of " + spec.camera(), defect);
            LOG.log(Level.ERROR, reader.getName() + " failed; this is a bug in Perch.", defect);
        }
    }

    private void encoded(AudioSpecificConfig config, ByteBuffer rawDataBlock) {
        if (config.sampleRateHz() != frames.config().sampleRateHz()
                || config.channels() != frames.config().channels()) {
            throw new IllegalStateException("the encoder gives another sound: " + config + " not " + frames.config());
        }
        long first = index++;
        if (!closing && first >= firstIndex) {
            frames.encoded(first, rawDataBlock);
            given = true;
        }
    }

    /** Ends ffmpeg: within some 35 ms by the end of its input if it reads, else by a signal within 3 s. */
    @Override
    public void close() {
        closing = true;
        program.hush();
        pipe.end();
        program.close();
        for (Thread each : List.of(writer, reader)) {
            try {
                each.join(PATIENCE_MILLIS);
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
