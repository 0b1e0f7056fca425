package dev.perch.source;

import dev.perch.config.Address;
import dev.perch.config.Redaction;
import dev.perch.config.SourceConfig;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An input of ffmpeg.
 *
 * @param shown the name for everybody
 * @param words the options and {@code -i}
 * @param list text for ffmpeg's stdin: an address with secrets, which the command line would show to all users of the machine; empty if there is none
 * @param redaction removes the input's secrets from ffmpeg's output
 * @param pace when frames are due
 * @param local whether it is a file of this machine
 */
record FfmpegInput(
        String shown, List<String> words, Optional<String> list, Redaction redaction, Pace pace, boolean local) {
    /** When frames are due. */
    enum Pace {
        /** As they come. */
        LIVE,
        /** By their times: a recording is read faster than it plays. */
        RECORDED,
        /** By their times if ffmpeg reports a recording, else as they come. */
        TOLD,
        /** By their times up to the end of the file, then as they come. */
        GROWING
    }

    private static final String LOOP = "-stream_loop";

    /** A growing file comes over stdin. */
    private static final List<String> GROWING = List.of("-probesize", "1000000", "-analyzeduration", "1000000");

    /** The limits of the analysis at the start; ffmpeg's own are 5 MB and 5 s. */
    private static final List<String> PROBE = List.of("-probesize", "1000000", "-analyzeduration", "2000000");

    private static final String PROTOCOLS = "pipe,data,tcp,udp,rtp,rtsp,http,https,httpproxy,tls,crypto,rtmp,rtmps,srt";

    /** The longest wait for a server, in ffmpeg's microseconds; the session gives up at about the same time. */
    private static final String PATIENCE_MICROS = "10000000";

    /** Leaves out the measuring of the rate, which would hold back the first picture by a second. */
    private static final List<String> RTSP = List.of("-fpsprobesize", "0", "-rtsp_flags", "prefer_tcp");

    /** Returns the input of a camera whose source ffmpeg reads. */
    static FfmpegInput of(SourceConfig source) {
        if (source instanceof SourceConfig.Url url) {
            return of(url);
        }
        if (source instanceof SourceConfig.Ffmpeg given) {
            return new FfmpegInput(
                    "ffmpeg",
                    given.words(),
                    Optional.empty(),
                    Redaction.ofCommand(given.words()),
                    given.words().contains("-re") ? Pace.LIVE : Pace.TOLD,
                    /* local= */ false);
        }
        throw new IllegalArgumentException("ffmpeg does not read it: source=" + source);
    }

    private static FfmpegInput of(SourceConfig.Url url) {
        return switch (url.kind()) {
            case FILE -> file(url);
            case DEVICE -> named(url, List.of("-f", "v4l2"), Address.path(url.text()), Pace.LIVE);
            case RTSP -> stream(url, RTSP, Pace.LIVE);
            case HTTP ->
                stream(url, List.of("-rw_timeout", PATIENCE_MICROS), segmented(url) ? Pace.RECORDED : Pace.TOLD);
            case RTMP -> stream(url, List.of("-rw_timeout", PATIENCE_MICROS), Pace.LIVE);
            case TRANSPORT -> stream(url, List.of(), Pace.LIVE);
        };
    }

    private static FfmpegInput file(SourceConfig.Url url) {
        String path = "file:"
                + Address.path(url.text()); // whatever the path holds, it is neither an option nor another protocol
        if (url.growing()) {
            return named(url, GROWING, "pipe:0", Pace.GROWING);
        }
        return named(url, url.loop() ? List.of(LOOP, "-1") : List.of(), path, Pace.RECORDED);
    }

    /** Returns the input of another machine's stream, whose address is hidden if it has secrets. */
    private static FfmpegInput stream(SourceConfig.Url url, List<String> options, Pace pace) {
        List<String> all = new ArrayList<>(PROBE);
        all.addAll(options);
        if (!secret(url.text())) {
            return named(url, all, url.text(), pace);
        }
        StringBuilder list = new StringBuilder("ffconcat version 1.0\nfile " + quoted(url.text()) + "\n");
        for (int i = 0; i < all.size(); i += 2) {
            list.append("option ")
                    .append(all.get(i).substring(1))
                    .append(' ')
                    .append(all.get(i + 1))
                    .append('\n');
        }
        List<String> words = List.of("-f", "concat", "-safe", "0", "-protocol_whitelist", PROTOCOLS, "-i", "pipe:0");
        return new FfmpegInput(
                url.shown(), words, Optional.of(list.toString()), redaction(url), pace, /* local= */ false);
    }

    private static FfmpegInput named(SourceConfig.Url url, List<String> options, String input, Pace pace) {
        List<String> words = new ArrayList<>(options);
        words.addAll(List.of("-i", input));
        return new FfmpegInput(
                url.shown(), words, Optional.empty(), redaction(url), pace, url.kind() == Address.Kind.FILE);
    }

    private static Redaction redaction(SourceConfig.Url url) {
        return Redaction.ofCommand(List.of(url.text()));
    }

    /** Returns whether the path ends like HLS, whose segments come at once. */
    private static boolean segmented(SourceConfig.Url url) {
        return url.shown().endsWith(".m3u8");
    }

    /** Returns whether it is a file that begins anew when it ends. */
    boolean looped() {
        return words.contains(LOOP);
    }

    /** Returns the bytes of the heap on their way to ffmpeg's stdin. */
    int heldBytes() {
        return pace == Pace.GROWING ? GrowingFile.READ_BYTES : 0;
    }

    /** Returns whether all words can be written in {@code charset}, that of the locale: ffmpeg is not told the others. */
    boolean writable(Charset charset) {
        CharsetEncoder encoder = charset.newEncoder();
        return words.stream().allMatch(encoder::canEncode);
    }

    /** Returns a line of ffmpeg's with a file's path replaced by the name for everybody. */
    String named(String line) {
        return local ? line.replace(words.get(words.size() - 1), shown) : line;
    }

    /** Returns whether an address may hold a secret: a user, a parameter, or the stream's name of RTMP, which is its key. */
    private static boolean secret(String address) {
        return address.indexOf('?') >= 0
                || address.indexOf('@') >= 0
                || !Redaction.general().redact(address).equals(address);
    }

    /** Returns a word quoted for ffmpeg's lists (libavutil, av_get_token). */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
