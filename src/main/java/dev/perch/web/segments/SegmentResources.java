package dev.perch.web.segments;

import dev.perch.cmaf.Init;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Problem;
import dev.perch.window.CameraWindow;
import dev.perch.window.Segment;
import dev.perch.window.SegmentName;
import dev.perch.window.SegmentWindow;
import dev.perch.window.WindowView;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Answers with the resources of playlists and manifests: init segments, segments and parts. */
final class SegmentResources {
    static final String CONTENT_TYPE = "video/mp4";

    /** A client may ask for the hinted part, and for some after it. */
    private static final int MOST_PARTS_AHEAD = 15;

    /** True to send a segment while it is made, false to wait until it is complete. */
    private final boolean growing;

    SegmentResources(boolean growing) {
        this.growing = growing;
    }

    /** Answers with a resource. A name of another presentation, or of a segment that is no longer kept, is gone for ever. */
    void answer(SegmentName name, SegmentExchange asked) throws BudgetExceededException, IOException {
        SegmentExchange exchange = asked.about(name.presentation());
        exchange.window().touch();
        Optional<SegmentWindow> present = exchange.track().get();
        boolean sound = present.isPresent() && present.equals(exchange.window().sound());
        if ((sound || (present.isPresent() && exchange.window().muxes())) && !exchange.listens()) {
            exchange.unheard();
            return;
        }
        if (sound) {
            exchange.window().touchSound();
        }
        if (present.isEmpty()) {
            exchange.gone("That segment is not kept any more.");
        } else if (name.part() == SegmentName.INIT) {
            init(name, present.get(), exchange);
        } else {
            segment(name, present.get(), exchange);
        }
    }

    private static void init(SegmentName name, SegmentWindow window, SegmentExchange exchange) throws IOException {
        Optional<Init> init = window.init((int) name.number());
        if (init.isEmpty()) {
            exchange.gone("There is no such init segment.");
        } else if (begins(name, exchange)) {
            exchange.bytes(CONTENT_TYPE, init.get().bytes().toArray());
        }
    }

    private void segment(SegmentName name, SegmentWindow window, SegmentExchange exchange)
            throws BudgetExceededException, IOException {
        Optional<Segment> retained = window.retain(name.number());
        WindowView view = window.view();
        if (retained.isPresent()) {
            Segment segment = retained.get();
            try {
                send(name, segment, exchange);
            } finally {
                segment.bytes().close();
            }
        } else if (name.number() > view.nextNumber() || name.part() > MOST_PARTS_AHEAD) {
            exchange.tooFarAhead("The next segment is " + view.nextNumber() + ".");
        } else if (name.number() == view.nextNumber()) {
            exchange.block(SegmentExchange.blockNanos(view), now -> there(name, now));
        } else {
            exchange.gone("That segment is not kept any more.");
        }
    }

    /** Returns whether the wait for {@code name} is over: it is there, or will not come. */
    private boolean there(SegmentName name, WindowView view) {
        Optional<Segment> segment = view.segment(name.number());
        boolean whole = segment.map(known -> growing || known.complete()).orElse(name.number() < view.nextNumber());
        return whole
                || segment.map(known -> name.part() >= 0 && known.parts().size() > name.part())
                        .orElse(false);
    }

    /** Sends a retained segment or a part of it, or makes the request wait for it. */
    private void send(SegmentName name, Segment segment, SegmentExchange exchange)
            throws BudgetExceededException, IOException {
        if (growing && !segment.complete() && name.part() == SegmentName.WHOLE) {
            grow(name, segment, exchange);
            return;
        }
        boolean wanted = name.part() == SegmentName.WHOLE
                ? segment.complete()
                : name.part() < segment.parts().size();
        if (wanted && name.part() == SegmentName.WHOLE) {
            body(name, segment, new ByteRange(0, segment.sizeBytes()), exchange);
        } else if (wanted) {
            Segment.Part part = segment.parts().get(name.part());
            body(name, segment, new ByteRange(part.fromByte(), part.toByte()), exchange);
        } else if (segment.complete()) {
            exchange.gone("The segment has ended without that part.");
        } else if (name.part() > segment.parts().size() + MOST_PARTS_AHEAD) {
            Problem.of(
                            400,
                            "Too far ahead",
                            "The segment has " + segment.parts().size() + " parts so far.")
                    .answer(exchange.request(), exchange.response());
        } else {
            long nanos = exchange.view().map(SegmentExchange::blockNanos).orElseGet(exchange.window()::firstHeldNanos);
            exchange.block(nanos, now -> there(name, now));
        }
    }

    /**
     * Sends bytes.
     *
     * @param all the resource's place in the segment's bytes
     */
    private void body(SegmentName name, Segment segment, ByteRange all, SegmentExchange exchange)
            throws BudgetExceededException, IOException {
        if (!begins(name, exchange)) {
            return;
        }
        HttpServletResponse response = exchange.response();
        int size = all.to() - all.from();
        Optional<ByteRange> range = ByteRange.of(exchange.request().getHeader("Range"), size);
        if (range.isPresent() && !range.get().satisfiable()) {
            response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
            response.setHeader("Content-Range", "bytes */" + size);
            return;
        }
        ByteRange sent = range.orElse(new ByteRange(0, size));
        range.ifPresent(part -> {
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setHeader("Content-Range", "bytes " + part.from() + "-" + (part.to() - 1) + "/" + size);
        });
        response.setContentLength(sent.to() - sent.from());
        if (!exchange.head()) {
            begin(
                    exchange,
                    (async, lease) -> new SegmentBody(
                            async, segment.bytes(), all.from() + sent.from(), all.from() + sent.to(), lease));
        }
    }

    /** Makes an answer that sends itself. */
    private interface BodyMaker {
        SegmentBody make(AsyncContext async, Lease lease) throws IOException;
    }

    private static SegmentBody begin(SegmentExchange exchange, BodyMaker maker)
            throws BudgetExceededException, IOException {
        Lease lease = exchange.admission().of(exchange.request()).byContainer(0);
        boolean begun = false;
        try {
            SegmentBody body = maker.make(AsyncRequests.start(exchange.request()), lease);
            body.begin();
            begun = true;
            return body;
        } finally {
            if (!begun) {
                lease.close();
            }
        }
    }

    /** Sends a segment while it is made, each frame as it comes. */
    private static void grow(SegmentName name, Segment segment, SegmentExchange exchange)
            throws BudgetExceededException, IOException {
        if (!begins(name, exchange) || exchange.head()) {
            return;
        }
        CameraWindow window = exchange.window();
        window.await(begin(
                exchange, (async, lease) -> new SegmentBody(async, segment.bytes(), () -> grown(name, window), lease)));
    }

    private static boolean grown(SegmentName name, CameraWindow window) {
        return window.named(name.presentation())
                .map(SegmentWindow::view)
                .flatMap(view -> view.segment(name.number()))
                .map(Segment::complete)
                .orElse(true);
    }

    /** Sets the head of a resource. Returns whether a body is wanted. */
    private static boolean begins(SegmentName name, SegmentExchange exchange) {
        String tag = "\"" + name.presentation() + "-" + name.number()
                + (name.part() == SegmentName.WHOLE ? "" : "." + name.part()) + "\"";
        Caching.forEver(exchange.response(), tag);
        exchange.response().setHeader("Accept-Ranges", "bytes");
        exchange.response().setContentType(CONTENT_TYPE);
        return !Caching.unchanged(exchange.request(), exchange.response(), tag);
    }
}
