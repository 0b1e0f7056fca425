package dev.perch.web.live;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.media.StreamConfig;
import dev.perch.websocket.PayloadFormat;
import java.util.List;
import java.util.Optional;

/** The texts of a WebSocket; docs/websocket.md describes them. */
final class WallJson {
    private WallJson() {}

    /** Returns the first message, of all cameras. */
    static String cameras(PayloadFormat format, List<Lane> lanes) {
        JsonStringWriter json = JsonWriter.string()
                .object()
                .value("type", "cameras")
                .value("format", format.word())
                .array("cameras");
        for (Lane lane : lanes) {
            json.object();
            facts(json, format, lane);
            json.end();
        }
        return json.end().end().done();
    }

    /** Returns the message that tells what has changed of one camera. */
    static String camera(PayloadFormat format, Lane lane) {
        JsonStringWriter json = JsonWriter.string().object().value("type", "camera");
        facts(json, format, lane);
        return json.end().done();
    }

    private static void facts(JsonStringWriter json, PayloadFormat format, Lane lane) {
        Lane.Facts facts = lane.told();
        json.value("camera", lane.number())
                .value("id", lane.camera().id())
                .value("title", lane.camera().config().title())
                .value("state", facts.state().word())
                .value("reason", facts.reason())
                .value("mimeType", format.mimeType(facts.config()))
                .value(
                        "codecs",
                        facts.config()
                                .filter(StreamConfig.H264.class::isInstance)
                                .map(config -> ((StreamConfig.H264) config).codecs())
                                .orElse(null))
                .value("width", picture(facts).map(StreamConfig.Picture::width).orElse(null))
                .value(
                        "height",
                        picture(facts).map(StreamConfig.Picture::height).orElse(null));
    }

    private static Optional<StreamConfig.Picture> picture(Lane.Facts facts) {
        return facts.config().filter(StreamConfig.Picture.class::isInstance).map(StreamConfig.Picture.class::cast);
    }
}
