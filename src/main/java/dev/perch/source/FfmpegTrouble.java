package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.process.ProgramExit;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Explains in plain words why ffmpeg gives no picture. */
final class FfmpegTrouble {
    /**
     * An error of ffmpeg and its meaning.
     *
     * @param said part of the error
     * @param words the end of a sentence that begins with the input's name
     */
    private record Cause(Pattern said, Kind kind, String words) {
        static Cause of(String said, Kind kind, String words) {
            return new Cause(Pattern.compile(said, Pattern.CASE_INSENSITIVE), kind, words);
        }
    }

    /** Tried in this order, each against all errors. */
    private static final List<Cause> CAUSES = List.of(
            Cause.of(
                    "unknown keyword 'option'",
                    Kind.UNSUPPORTED,
                    "has a secret in its address, which ffmpeg can be told without showing it from 5.0 on."),
            Cause.of("401 Unauthorized", Kind.NOT_PERMITTED, "refuses the user name or password, or asks for one."),
            Cause.of("403 Forbidden", Kind.NOT_PERMITTED, "forbids access (403)."),
            Cause.of("404 (Stream )?Not Found", Kind.ABSENT, "is not there: the server knows no such path (404)."),
            Cause.of("Server returned 5XX|50[0-9] [A-Z]", Kind.FAULT, "is not given: the server has failed (5xx)."),
            Cause.of(
                    "Server returned 4XX|4[0-9][0-9] [A-Z]",
                    Kind.FAULT,
                    "is not given: the server refuses the request."),
            Cause.of("Connection refused", Kind.ABSENT, "cannot be reached: nothing listens at that address and port."),
            Cause.of(
                    "No route to host|Network is unreachable|Host is unreachable",
                    Kind.ABSENT,
                    "cannot be reached: there is no route to that host."),
            Cause.of(
                    "Failed to resolve hostname|Name or service not known|Temporary failure in name resolution",
                    Kind.ABSENT,
                    "cannot be reached: no host of that name is known."),
            Cause.of(
                    "Protocol not found|not on whitelist|Unsafe file name|Unknown input format|Unrecognized option|Option not found",
                    Kind.UNSUPPORTED,
                    "cannot be read by this ffmpeg."),
            Cause.of("timed out", Kind.FAULT, "does not answer."),
            Cause.of("No such file or directory", Kind.ABSENT, "does not exist."),
            Cause.of("Permission denied|Operation not permitted", Kind.NOT_PERMITTED, "may not be read by this user."),
            Cause.of("Is a directory", Kind.UNSUPPORTED, "is a directory."),
            Cause.of("Device or resource busy", Kind.BUSY, "is used by another program."),
            Cause.of(
                    "moov atom not found",
                    Kind.FAULT,
                    "is no whole MP4: its index is not written yet, or the file is damaged."),
            Cause.of(
                    "partial file",
                    Kind.FAULT,
                    "is an MP4 that is cut off, or has its index at its end, which its server lets nobody read first."),
            Cause.of("matches no streams", Kind.UNSUPPORTED, "has no picture."),
            Cause.of(
                    "Unknown encoder|Encoder not found",
                    Kind.UNSUPPORTED,
                    "would have to be encoded as H.264, which this ffmpeg cannot (libx264)."),
            Cause.of(
                    "Decoder .*not found|no decoder|unknown codec|Could not find codec parameters",
                    Kind.UNSUPPORTED,
                    "has a coding that this ffmpeg does not know."),
            Cause.of(
                    "Invalid data found|could not find corresponding trackid",
                    Kind.FAULT,
                    "is nothing that ffmpeg knows as video."),
            Cause.of(
                    "End of file|Connection reset|Broken pipe|Stream ends prematurely",
                    Kind.FAULT,
                    "was ended by the other side."),
            Cause.of( // the HTTP of ffmpeg tells no more of redirects
                    "Input/output error",
                    Kind.FAULT,
                    "cannot be reached, was ended by the other side, or is redirected without end."));

    /** Of options that are not the reader's. */
    private static final Pattern ADVICE = Pattern.compile("^(To ignore this|Consider increasing)");

    private final FfmpegSource source;
    private final List<String> errors;

    FfmpegTrouble(FfmpegSource source, FfmpegReport report) {
        this.source = source;
        this.errors = report.errors();
    }

    /** Returns why a session is given up after this silence. */
    CaptureException silence(Duration patience) {
        return new CaptureException(
                Kind.FAULT,
                source.description() + " has sent nothing for " + patience.toSeconds() + " seconds." + quoted());
    }

    /** Returns why ffmpeg is not told its input. */
    CaptureException unwritable() {
        return new CaptureException(
                Kind.UNSUPPORTED,
                source.description() + " has letters that the locale of Perch has not (" + FfmpegSource.LOCALE
                        + "): start it with LC_ALL=C.UTF-8.");
    }

    /** Returns why a file cannot be opened. */
    CaptureException unreadable(IOException why) {
        return why instanceof AccessDeniedException
                ? new CaptureException(Kind.NOT_PERMITTED, source.description() + " may not be read by this user.", why)
                : new CaptureException(Kind.ABSENT, source.description() + " does not exist.", why);
    }

    /**
     * Returns why a session has ended.
     *
     * @param exit of ffmpeg; empty if it only closed its output
     * @param begun whether pictures came
     */
    CaptureException end(Optional<ProgramExit> exit, boolean begun) {
        if (exit.filter(ProgramExit::notFound).isPresent()) {
            return new CaptureException(
                    Kind.UNSUPPORTED,
                    source.description() + " is read by the program " + source.program()
                            + ", which is not on this machine: apt install ffmpeg");
        }
        boolean success = exit.filter(ProgramExit::success).isPresent();
        if (success && source.input().pace() == FfmpegInput.Pace.GROWING) {
            return new CaptureException(Kind.FAULT, source.description() + " was cut, or is another file now.");
        }
        if (success && begun) {
            boolean once = source.input().local();
            return new CaptureException(
                    once ? Kind.ENDED : Kind.FAULT,
                    source.description() + " has " + (once ? "been played to its end." : "ended its stream."));
        }
        for (Cause known : CAUSES) {
            Optional<String> line = errors.stream()
                    .filter(each -> known.said().matcher(each).find())
                    .reduce((first, last) -> last);
            if (line.isPresent()) {
                return new CaptureException(
                        known.kind(), source.description() + " " + known.words() + quoted(line.get()));
            }
        }
        return new CaptureException(
                Kind.FAULT,
                "ffmpeg, which reads " + source.description() + ", has ended"
                        + exit.map(how -> " with " + how.words()).orElse("") + "." + quoted());
    }

    private String quoted() {
        return errors.stream()
                .filter(line -> !ADVICE.matcher(line).find())
                .reduce((first, last) -> last)
                .map(this::quoted)
                .orElse("");
    }

    private String quoted(String line) {
        return " ffmpeg says: \"" + source.input().named(line) + "\"";
    }
}
