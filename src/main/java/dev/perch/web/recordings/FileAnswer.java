package dev.perch.web.recordings;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.record.FileParts;
import dev.perch.record.Playback;
import dev.perch.record.Recording;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.HeldAnswer;
import dev.perch.web.answer.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Sends a recorded file, or a range of it (RFC 9110 §14), or its init segment. */
final class FileAnswer {
    private static final String TYPE = "video/mp4";

    private FileAnswer() {}

    static void of(Recording recording, boolean init, Exchange exchange)
            throws IOException, MalformedBitstreamException {
        if (init) {
            init(recording, exchange.response());
        } else {
            file(recording, exchange.request(), exchange.response());
        }
    }

    private static void init(Recording recording, HeldAnswer response) throws IOException, MalformedBitstreamException {
        ByteBuffer bytes = Playback.init(recording);
        response.setContentType(TYPE);
        response.setContentLength(bytes.remaining());
        response.setHeader("Cache-Control", "max-age=3600");
        response.getOutputStream().write(bytes.array(), bytes.arrayOffset(), bytes.limit());
    }

    private static void file(Recording recording, HttpServletRequest request, HeldAnswer response) throws IOException {
        long size = Files.size(recording.path());
        String tag = "\"" + recording.startMillis() + "-" + size + (recording.finished() ? "" : "-growing") + "\"";
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", recording.finished() ? "max-age=3600" : "no-store");
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        String condition = request.getHeader("If-Range");
        Optional<FileRange> range = condition == null || condition.equals(tag)
                ? FileRange.of(request.getHeader("Range"), size)
                : Optional.empty();
        if (range.isPresent() && !range.get().satisfiable()) {
            response.setHeader("Content-Range", "bytes */" + size);
            Problem.of(416, "Range not satisfiable", "The file has " + size + " bytes.")
                    .answer(request, response);
            return;
        }
        FileRange sent = range.orElse(new FileRange(0, size));
        if (range.isPresent()) {
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setHeader("Content-Range", "bytes " + sent.from() + "-" + (sent.to() - 1) + "/" + size);
        }
        response.setContentType(TYPE);
        response.setContentLengthLong(sent.to() - sent.from());
        if (!request.getMethod().equals("HEAD")) {
            response.body(new FileParts(
                    ByteBuffer.allocate(0),
                    List.of(new FileParts.Part(recording.path(), sent.from(), sent.to() - sent.from()))));
        }
    }
}
