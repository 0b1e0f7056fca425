package dev.perch.web.live;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.camera.Privacy;
import dev.perch.media.StreamConfig;
import dev.perch.websocket.PayloadFormat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The text messages of a WebSocket; docs/websocket.md describes them. */
final class WallJson {
    private WallJson() {}

    /** Returns the first message, which lists all cameras. */
    static String cameras(PayloadFormat format, List<CameraChannel> channels) {
        JsonStringWriter json = JsonWriter.string()
                .object()
                .value("type", "cameras")
                .value("format", format.word())
                .array("cameras");
        for (CameraChannel channel : channels) {
            json.object();
            facts(json, format, channel);
            json.end();
        }
        return json.end().end().done();
    }

    /** Returns the message about a camera's changes. */
    static String camera(PayloadFormat format, CameraChannel channel) {
        JsonStringWriter json = JsonWriter.string().object().value("type", "camera");
        facts(json, format, channel);
        return json.end().done();
    }

    private static void facts(JsonStringWriter json, PayloadFormat format, CameraChannel channel) {
        CameraChannel.Facts facts = channel.told();
        json.value("camera", channel.number())
                .value("id", channel.camera().id())
                .value("title", channel.camera().config().title())
                .value("rendition", channel.rendition())
                .value("state", facts.state().word())
                .value("reason", facts.reason())
                .value(
                        "privateUntil",
                        channel.camera()
                                .privacy()
                                .flatMap(Privacy::until)
                                .map(Instant::toString)
                                .orElse(null))
                .value("mimeType", format.mimeType(facts.config(), facts.sound()))
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

    private static Optional<StreamConfig.Picture> picture(CameraChannel.Facts facts) {
        return facts.config().filter(StreamConfig.Picture.class::isInstance).map(StreamConfig.Picture.class::cast);
    }
}
