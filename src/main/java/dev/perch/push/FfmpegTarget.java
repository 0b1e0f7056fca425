package dev.perch.push;

import dev.perch.config.PushConfig;
import dev.perch.memory.GrowingLease;
import dev.perch.process.ExternalProgram;
import dev.perch.process.ProgramException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A server that ffmpeg speaks to, by SRT or RTSP. ffmpeg gets Flash video and encodes nothing. */
final class FfmpegTarget extends FlvTarget {
    private final String camera;
    private final PushConfig config;
    private final AtomicLong sent = new AtomicLong();
    private volatile @Nullable ExternalProgram program; // written by the push's thread

    /**
     * Creates the target.
     *
     * @param lease of its memory
     */
    FfmpegTarget(String camera, PushConfig config, GrowingLease lease) {
        super(lease);
        this.camera = camera;
        this.config = config;
    }

    @Override
    public void open() throws PushException {
        List<String> words = new ArrayList<>(List.of(
                "ffmpeg", "-hide_banner", "-loglevel", "warning", "-probesize", "100000", "-f", "flv", "-i", "pipe:0"));
        words.addAll(List.of("-c", "copy", "-flush_packets", "1"));
        words.addAll(
                config.scheme().equals("rtsp")
                        ? List.of("-f", "rtsp", "-rtsp_transport", "tcp", config.url())
                        : List.of("-f", "mpegts", config.url()));
        try {
            program = ExternalProgram.start(camera + " push " + config.name(), words, ExternalProgram.Stdin.PIPE);
        } catch (ProgramException absent) {
            throw new PushException(String.valueOf(absent.getMessage()), absent);
        }
    }

    @Override
    void write(byte[] bytes, int count) throws PushException {
        ExternalProgram running = program;
        if (running == null || running.exit().isPresent()) {
            throw new PushException(words(running));
        }
        try {
            running.stdin().write(bytes, 0, count);
            running.stdin().flush();
            sent.addAndGet(count);
        } catch (IOException ended) {
            throw new PushException(words(running), ended);
        }
    }

    private String words(@Nullable ExternalProgram running) {
        List<String> lines = running == null ? List.of() : running.lastLines();
        boolean absent = running != null
                && running.exit().filter(exit -> exit.notFound()).isPresent();
        if (absent) {
            return "Pushing by " + config.scheme() + " needs the program ffmpeg (Debian: apt install ffmpeg).";
        }
        return "ffmpeg has ended."
                + (lines.isEmpty()
                        ? ""
                        : " It said: \"" + config.redaction().redact(lines.get(lines.size() - 1)) + "\".");
    }

    @Override
    public long sentBytes() {
        return sent.get();
    }

    @Override
    public void finish() {
        cut();
    }

    @Override
    public void cut() {
        ExternalProgram running = program;
        if (running != null) {
            running.close();
        }
    }
}
