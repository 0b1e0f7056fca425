package dev.perch.source;

import dev.perch.media.Orientation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The facts about the input and the errors that ffmpeg prints to stderr with {@code -loglevel level+info}. One thread gives the lines, any thread
 * asks.
 */
final class FfmpegReport implements UnaryOperator<String> {
    private static final int KEPT = 10;

    /** A line such as {@code [rtsp @ 0x55d0c0] [error] method DESCRIBE failed: 401 Unauthorized}. */
    private static final Pattern LINE =
            Pattern.compile("(?:\\[([^\\]@]+) @ (?:0x)?[0-9a-fA-F]+\\] )*\\[(\\w+)\\] ?(.*)");

    private static final Pattern STREAM =
            Pattern.compile(" *Stream #0:(\\d+)(?:\\[[^\\]]*\\])?(?:\\([^)]*\\))?: (Video|Audio): ([A-Za-z0-9_]+)(.*)");
    /** The name of a sample format (libavutil/pixdesc.c). */
    private static final Pattern SAMPLES = Pattern.compile(", ((?:yuv|gray|gbr|rgb|nv)[a-z0-9]+)");

    /** The formats that every browser plays: 4:2:0 of 8 bits. */
    private static final Set<String> PLAYABLE = Set.of("yuv420p", "yuvj420p");

    /** Counter-clockwise (libavutil/display.h); it tells nothing of mirrors. */
    private static final Pattern ROTATION = Pattern.compile(" *(?i:display ?matrix): rotation of (-?[0-9.]+) degrees");

    private static final Pattern INPUT = Pattern.compile("Input #0, ([^ ]+), from .*");
    private static final Pattern DURATION = Pattern.compile(" *Duration: \\d.*");

    /** Decoders complain dozens of times when a stream is joined between two key frames. */
    private static final Set<String> DECODERS =
            Set.of("h264", "hevc", "aac", "aac_latm", "mp3", "mp3float", "mjpeg", "mpeg4", "mpeg2video", "NULL");

    /** Errors of a wanted end, and of a coding that the next run encodes. */
    private static final Pattern EXPECTED = Pattern.compile(
            "Broken pipe$|codec \\S+ not compatible with flv|official FLV specification|use it anyway\\.$|(?i:could not write header|error initializing output stream)");

    private final Predicate<String> news;
    private final Runnable changed;
    private final CountDownLatch told = new CountDownLatch(1);
    private final List<String> errors = new ArrayList<>(); // guarded by this, like all below
    private String format = "";
    private String video = "";
    private String audio = "";
    private boolean timed;
    private boolean ofInput;
    private boolean ofPicture; // the stream that was told of last is the one that is taken
    private Orientation held = Orientation.UPRIGHT;
    private boolean matrix; // a matrix was told of

    /**
     * Creates an empty report.
     *
     * @param news whether a line was not logged in the previous run
     * @param changed called when the input is fully described
     */
    FfmpegReport(Predicate<String> news, Runnable changed) {
        this.news = news;
        this.changed = changed;
    }

    /** Reads a line, and returns the part that is to be logged: errors, unless they are old news. */
    @Override
    public String apply(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            error(line); // from the loader or a library
            return line;
        }
        String text = matcher.group(3);
        switch (matcher.group(2)) {
            case "info" -> fact(text);
            case "error", "fatal", "panic" -> {
                error(text);
                boolean ofDecoder = matcher.group(1) != null && DECODERS.contains(matcher.group(1));
                return ofDecoder || EXPECTED.matcher(text).find() || !news.test(text) ? "" : text;
            }
            default -> {} // warnings, of which there may be one a frame
        }
        return "";
    }

    private void fact(String text) {
        if (text.startsWith("Output #") || text.startsWith("Stream mapping")) {
            told.countDown();
            changed.run();
            return;
        }
        synchronized (this) {
            Matcher input = INPUT.matcher(text);
            if (input.matches()) {
                format = input.group(1);
                ofInput = true;
            }
            timed |= ofInput && DURATION.matcher(text).matches();
            Matcher stream = STREAM.matcher(text);
            if (ofInput && stream.matches()) {
                stream(stream.group(2), stream.group(3), stream.group(4));
            }
            Matcher rotation = ROTATION.matcher(text);
            if (ofInput && ofPicture && rotation.matches()) {
                long quarters = Math.round(-Double.parseDouble(rotation.group(1)) / 90);
                held = new Orientation((int) Math.floorMod(quarters, 4L) * 90, /* mirrored= */ false);
                matrix = true;
            }
        }
    }

    /** Records the first stream of each kind, as {@code -map 0:V:0} takes it. */
    private void stream(String medium, String codec, String rest) {
        ofPicture = false;
        if (medium.equals("Audio")) {
            audio = audio.isEmpty() ? codec : audio;
        } else if (!rest.contains("(attached pic)") && !rest.contains("(timed thumbnails)")) {
            Matcher samples = SAMPLES.matcher(rest);
            boolean odd = samples.find() && !PLAYABLE.contains(samples.group(1));
            ofPicture = video.isEmpty();
            video = !video.isEmpty() ? video : odd ? codec + " " + samples.group(1) : codec;
        }
    }

    private synchronized void error(String text) {
        if (errors.size() == KEPT) {
            errors.remove(1); // the first error often names the cause
        }
        errors.add(text);
    }

    /** Waits until the input is fully described. Returns false if that takes longer than {@code millis}. */
    boolean awaitTold(long millis) throws InterruptedException {
        return told.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Returns whether the input is fully described. */
    boolean told() {
        return told.getCount() == 0;
    }

    /** Returns ffmpeg's name of the picture's coding, with the sample format if browsers do not play that; empty if unknown. */
    synchronized Optional<String> video() {
        return Optional.of(video).filter(name -> !name.isEmpty());
    }

    /** Returns how the decoded pictures are to be held, as far as ffmpeg tells: it tells nothing of mirrors. */
    synchronized Orientation held() {
        return held;
    }

    /** Returns whether an MP4 holds its pictures otherwise than upright, perhaps mirrored. */
    synchronized boolean matrixOfMovie() {
        return matrix && format.startsWith("mov");
    }

    /** Returns ffmpeg's name of the sound's coding; empty if there is no sound, or none is known yet. */
    synchronized Optional<String> audio() {
        return Optional.of(audio).filter(name -> !name.isEmpty());
    }

    /** Returns whether the input can be read faster than it plays: it has a length, comes in whole segments, or is generated. */
    synchronized boolean recorded() {
        return timed || format.startsWith("hls") || format.startsWith("dash") || format.startsWith("lavfi");
    }

    /** Returns the first error and the last ones. */
    synchronized List<String> errors() {
        return List.copyOf(errors);
    }
}
