package dev.perch.web.status;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.audience.Audience;
import dev.perch.audience.StreamClient;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Encoding;
import dev.perch.web.answer.Discretion;
import java.time.Instant;
import java.util.List;

/**
 * Describes the cameras in the form of other programs, for their clients: µStreamer, camera-streamer, go2rtc, MediaMTX, mjpg-streamer. Values that
 * Perch does not know are left out. Created for one answer.
 */
final class OtherPrograms {
    private final Cameras cameras;
    private final Audience audience;
    private final String version;
    private final Discretion discretion;

    /**
     * Creates the answers.
     *
     * @param discretion limits what the reader may know
     */
    OtherPrograms(Cameras cameras, Audience audience, String version, Discretion discretion) {
        this.discretion = discretion;
        this.cameras = cameras;
        this.audience = audience;
        this.version = version;
    }

    /**
     * Returns the answer at an address.
     *
     * @param beside the folder of the camera's other addresses, with a final slash
     */
    String at(String name, Camera camera, String beside) {
        return switch (name) {
            case "/state" -> state(camera);
            case "/status" -> new StreamerStatus(CameraFacts.of(camera), discretion).json(version, beside);
            case "/api/streams" -> streams();
            case "/v3/paths/list" -> paths();
            default -> program();
        };
    }

    /** Returns µStreamer's {@code /state}. */
    private String state(Camera camera) {
        CameraFacts facts = CameraFacts.of(camera);
        List<StreamClient> clients = audience.clients(camera);
        JsonStringWriter json = JsonWriter.string()
                .object()
                .value("ok", true)
                .object("result")
                .value("instance_id", "")
                .object("encoder")
                .value("type", facts.offer().natively().contains(Encoding.JPEG) ? "HW" : "CPU")
                .value("quality", camera.config().quality().jpegQuality())
                .end()
                .object("source")
                .object("resolution")
                .value("width", facts.width())
                .value("height", facts.height())
                .end()
                .value("online", facts.live())
                .value("desired_fps", Math.round(facts.session().framesPerSecond()))
                .value("captured_fps", Math.round(facts.measuredFps()))
                .end()
                .object("stream")
                .value("queued_fps", Math.round(facts.measuredFps()))
                .value("clients", clients.size())
                .object("clients_stat");
        for (StreamClient client : clients) {
            json.object(client.id())
                    .value("fps", client.framesPerSecond())
                    .value("extra_headers", client.wishes().extraHeaders())
                    .value("advance_headers", client.wishes().advanceHeaders())
                    .value("dual_final_frames", client.wishes().dualFinalFrames())
                    .value("zero_data", client.wishes().zeroData())
                    .value("key", client.key())
                    .end();
        }
        return json.end().end().end().end().done();
    }

    /** Returns go2rtc's {@code /api/streams}, without the sources' addresses. */
    private String streams() {
        JsonStringWriter json = JsonWriter.string().object();
        for (Camera camera : discretion.shown(cameras.all())) {
            json.object(camera.id());
            stream(json, camera);
            json.end();
        }
        return json.end().done();
    }

    /** Returns go2rtc's {@code /api/streams?src=}, about one camera. */
    String stream(Camera camera) {
        JsonStringWriter json = JsonWriter.string().object();
        stream(json, camera);
        return json.end().done();
    }

    private void stream(JsonStringWriter json, Camera camera) {
        CameraFacts facts = CameraFacts.of(camera);
        String source = discretion.source(facts.identity().source());
        json.array("producers");
        if (facts.live()) {
            json.object()
                    .value("id", discretion.shown(cameras.all()).indexOf(camera) + 1)
                    .value("type", "perch")
                    .value("format_name", "perch")
                    .value("protocol", "perch")
                    .value("source", source)
                    .value("url", source)
                    .array("medias");
            facts.feeds().stream()
                    .filter(feed -> feed.newest() != null)
                    .forEach(feed -> json.value(media(feed.track().encoding())));
            json.end()
                    .array("receivers")
                    .end()
                    .value(
                            "bytes_recv",
                            facts.feeds().stream()
                                    .mapToLong(feed -> feed.stats().bytes())
                                    .sum())
                    .end();
        }
        json.end().array("consumers");
        for (int i = 0; i < facts.watchers().now(); i++) {
            json.object()
                    .value("type", "perch viewer")
                    .value("format_name", "perch")
                    .value("protocol", "http")
                    .end();
        }
        json.end();
    }

    private static String media(Encoding encoding) {
        return switch (encoding) {
            case H264 -> "video, recvonly, H264";
            case JPEG -> "video, recvonly, JPEG";
            case AAC -> "audio, recvonly, MPEG4-GENERIC";
        };
    }

    /** Returns MediaMTX's {@code /v3/paths/list}. */
    private String paths() {
        List<Camera> all = discretion.shown(cameras.all());
        JsonStringWriter json = JsonWriter.string()
                .object()
                .value("itemCount", all.size())
                .value("pageCount", 1)
                .array("items");
        for (Camera camera : all) {
            CameraFacts facts = CameraFacts.of(camera);
            json.object()
                    .value("name", camera.id())
                    .value("confName", camera.id())
                    .object("source")
                    .value("type", "perch")
                    .value("id", "")
                    .end();
            json.value("available", facts.live()).value("online", facts.live()).value("ready", facts.live());
            if (facts.live() && facts.stateAgeMillis().isPresent()) {
                String since = Instant.now()
                        .minusMillis(facts.stateAgeMillis().getAsLong())
                        .toString();
                json.value("availableTime", since).value("onlineTime", since).value("readyTime", since);
            } else {
                json.nul("availableTime").nul("onlineTime").nul("readyTime");
            }
            json.array("tracks");
            facts.feeds().stream()
                    .filter(feed -> feed.newest() != null)
                    .forEach(feed -> json.value(track(feed.track().encoding())));
            json.end().array("tracks2");
            facts.feeds().stream()
                    .filter(feed -> feed.newest() != null)
                    .forEach(feed -> json.object()
                            .value("codec", track(feed.track().encoding()))
                            .end());
            long bytes = facts.feeds().stream()
                    .mapToLong(feed -> feed.stats().bytes())
                    .sum();
            json.end()
                    .value("inboundBytes", bytes)
                    .value("bytesReceived", bytes)
                    .array("readers");
            for (int i = 0; i < facts.watchers().now(); i++) {
                json.object().value("type", "perchViewer").value("id", "").end();
            }
            json.end().end();
        }
        return json.end().end().done();
    }

    private static String track(Encoding encoding) {
        return switch (encoding) {
            case H264 -> "H264";
            case JPEG -> "M-JPEG";
            case AAC -> "MPEG-4 Audio";
        };
    }

    /** Returns mjpg-streamer's {@code /program.json}: the cameras are its inputs, up to the first one that the reader may not know. */
    private String program() {
        JsonStringWriter json = JsonWriter.string().object().array("inputs");
        for (int i = 0; i < cameras.all().size(); i++) {
            Camera camera = cameras.all().get(i);
            if (!discretion.shows(camera)) {
                break; // later numbers are parts of addresses, and would reveal that camera
            }
            plugin(json, i, camera.id(), camera.config().title());
        }
        json.end().array("outputs");
        plugin(json, 0, "http", "Perch " + version);
        return json.end().end().done();
    }

    private static void plugin(JsonStringWriter json, int number, String name, String title) {
        json.object()
                .value("id", Integer.toString(number))
                .value("name", name)
                .value("plugin", title)
                .value("args", "")
                .end();
    }
}
