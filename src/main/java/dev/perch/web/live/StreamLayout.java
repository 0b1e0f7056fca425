package dev.perch.web.live;

import dev.perch.mjpeg.MultipartFraming;
import dev.perch.progressive.Backlog;
import dev.perch.progressive.Mp4Framing;
import dev.perch.progressive.Mp4Start;
import dev.perch.progressive.Padding;
import dev.perch.source.Source;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;

/** Chooses the layout of a stream for one client: from the query if it says, else from what the request tells of the client. */
final class StreamLayout {
    private static final String TWICE = "twice";
    private static final String HYBRID = "hybrid";
    private static final String PLAIN = "plain";

    private StreamLayout() {}

    /** Chooses the layout of the parts of {@code stream.mjpg}. {@code advance_headers} is µStreamer's word. */
    static MultipartFraming.Layout parts(HttpServletRequest request, Callers callers, double durationSeconds)
            throws Parameters.RefusedException {
        Optional<Boolean> ours = Parameters.flag(request, "advance");
        Optional<Boolean> asked = ours.isPresent() ? ours : Parameters.flag(request, "advance_headers");
        boolean ends = durationSeconds < Double.POSITIVE_INFINITY;
        if (asked.orElseGet(() -> !ends && ClientProfile.of(request, callers).paintsParts())) {
            return MultipartFraming.Layout.ADVANCE;
        }
        return ends ? MultipartFraming.Layout.ENDING : MultipartFraming.Layout.LENGTHS;
    }

    /** Chooses how {@code stream.mp4} begins, with which frames, whether it is padded and whether it states capture times. */
    static Mp4Framing mp4(HttpServletRequest request, Callers callers, double durationSeconds)
            throws Parameters.RefusedException {
        ClientProfile client = ClientProfile.of(request, callers);
        Optional<String> word = Parameters.word(request, "start", List.of(HYBRID, PLAIN, TWICE));
        Mp4Start start = word.map(StreamLayout::start).orElseGet(client::start);
        boolean pads = Parameters.flag(request, "pad").orElseGet(() -> start == Mp4Start.HYBRID && client.near());
        boolean relay = request.getHeader(Source.RELAY_HEADER) != null;
        boolean timed = Parameters.flag(request, "prft").orElse(relay);
        return new Mp4Framing(
                start, backlog(request, client, durationSeconds), pads ? Padding.toBlocks() : Padding.none(), timed);
    }

    /** Chooses which of the frames since the last key frame a stream begins with, and how fast they play. */
    static Backlog backlog(HttpServletRequest request, Callers callers, double durationSeconds)
            throws Parameters.RefusedException {
        return backlog(request, ClientProfile.of(request, callers), durationSeconds);
    }

    private static Backlog backlog(HttpServletRequest request, ClientProfile client, double durationSeconds)
            throws Parameters.RefusedException {
        boolean records = durationSeconds < Double.POSITIVE_INFINITY || !client.browser();
        return Parameters.flag(request, "backlog")
                .map(asked -> asked ? Backlog.SQUEEZED : Backlog.NONE)
                .orElse(records ? Backlog.TRUE_TO_TIME : Backlog.SQUEEZED);
    }

    private static Mp4Start start(String word) {
        return switch (word) {
            case HYBRID -> Mp4Start.HYBRID;
            case TWICE -> Mp4Start.TWICE;
            default -> Mp4Start.PLAIN;
        };
    }

    /** Returns the name under which to save a stream; empty for none. */
    static String filename(HttpServletRequest request) throws Parameters.RefusedException {
        String name = request.getParameter("filename");
        if (name == null || name.isBlank()) {
            return "";
        }
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new Parameters.RefusedException(
                    "filename is not accepted: it has letters, digits, points, hyphens and underscores, at most 100, such as front.mp4.");
        }
        return name;
    }
}
