package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.feed.FeedStats;
import dev.perch.media.Encoding;
import dev.perch.web.answer.Discretion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * camera-streamer's {@code /status} of one camera: its outputs, its capture, and the whole addresses of what is there. Perch's feeds take the place
 * of its buffers.
 */
final class StreamerStatus {
    private static final String CAPTURE = "CAMERA:capture";

    /** The outputs, in the order of camera-streamer. */
    private enum Output {
        SNAPSHOT(Encoding.JPEG),
        STREAM(Encoding.JPEG),
        VIDEO(Encoding.H264);

        private final Encoding encoding;

        Output(Encoding encoding) {
            this.encoding = encoding;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CameraFacts facts;
    private final Discretion discretion;

    StreamerStatus(CameraFacts facts, Discretion discretion) {
        this.facts = facts;
        this.discretion = discretion;
    }

    /**
     * Returns the answer.
     *
     * @param beside the folder of the camera's other addresses, with a final slash
     */
    String json(String version, String beside) {
        JsonStringWriter json = JsonWriter.string().object();
        json.value("version", version).value("revision", "perch");
        json.object("outputs");
        for (Output output : Output.values()) {
            output(json, output);
        }
        json.end().array("devices");
        device(json);
        json.end().array("links");
        links(json);
        json.end().object("endpoints");
        for (Output output : Output.values()) {
            json.object(output.word()).value("enabled", offered(output));
            if (offered(output)) {
                json.value("output", output.word()).value("uri", beside + output.word());
            }
            json.end();
        }
        json.object("rtsp").value("enabled", false).end();
        json.object("webrtc").value("enabled", false).end();
        return json.end().end().done();
    }

    private void output(JsonStringWriter json, Output output) {
        json.object(output.word()).value("name", output.word() + "_lock").value("enabled", offered(output));
        if (offered(output)) {
            List<FeedStats> feeds = facts.feeds().stream()
                    .filter(feed -> feed.track().encoding() == output.encoding)
                    .map(CameraFacts.FeedFacts::stats)
                    .toList();
            json.value("width", facts.width())
                    .value("height", facts.height())
                    .value("source", CAPTURE)
                    .value("frames", feeds.stream().mapToLong(FeedStats::frames).sum())
                    .value("refs", facts.watchers().now())
                    .value(
                            "dropped",
                            feeds.stream().mapToLong(FeedStats::dropped).sum());
        }
        json.end();
    }

    private void device(JsonStringWriter json) {
        json.object()
                .value("name", facts.identity().title())
                .value("path", discretion.source(facts.identity().source()))
                .value("allow_dma", false)
                .value("output", false)
                .array("captures");
        if (facts.live()) {
            json.object()
                    .value("name", CAPTURE)
                    .value("width", facts.width())
                    .value("height", facts.height())
                    .value("format", facts.session().format())
                    .end();
        }
        json.end().end();
    }

    private void links(JsonStringWriter json) {
        List<String> taken = new ArrayList<>();
        for (Output output : Output.values()) {
            if (facts.live() && offered(output)) {
                taken.add(output.name() + "-CAPTURE");
            }
        }
        if (!taken.isEmpty()) {
            json.object().value("source", CAPTURE).array("callbacks");
            taken.forEach(json::value);
            json.end().end();
        }
    }

    private boolean offered(Output output) {
        return facts.offer().encodings().isEmpty() || facts.offer().encodings().contains(output.encoding);
    }
}
