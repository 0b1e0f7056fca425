package dev.perch.mqtt;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import java.util.Set;

/**
 * The messages about a camera, as JSON.
 *
 * @param version of this program
 */
record Announcement(Topics topics, String version) {
    static final String CAMERA = "camera";
    static final String BINARY_SENSOR = "binary_sensor";

    /** The attributes' names: Home Assistant drops attributes named like its own, such as {@code state}. */
    private static final String ATTRIBUTES =
            "{{ {'camera_state': value_json.state, 'reason': value_json.reason} | to_json }}";

    /** The states of a broken camera. An idle or private one is in order: nobody watches it, or somebody wants it so. */
    private static final Set<Class<? extends CameraState>> BROKEN = Set.of(
            CameraState.Lost.class, CameraState.Refused.class, CameraState.Awaiting.class, CameraState.Ended.class);

    /** Returns Home Assistant's configuration of an entity with a camera's pictures (its integration MQTT camera). */
    String pictures(Camera camera) {
        return entity(camera, /* suffix= */ "")
                .value("topic", topics.picture(camera.id()))
                .end()
                .done();
    }

    /** Returns Home Assistant's configuration of an entity that says whether a camera works (its integration MQTT binary sensor). */
    String sensor(Camera camera) {
        return entity(camera, "_connected")
                .value("device_class", "connectivity")
                .value("entity_category", "diagnostic")
                .value("state_topic", topics.state(camera.id()))
                .value("value_template", "{{ value_json.connected }}")
                .end()
                .done();
    }

    /**
     * Returns the beginning of an entity. All belong to one device, which is the camera; the first takes the device's name, the other its class's.
     */
    private JsonStringWriter entity(Camera camera, String suffix) {
        String unique = topics.uniqueId(camera.id());
        JsonStringWriter json = JsonWriter.string().object();
        if (suffix.isEmpty()) {
            json.nul("name");
        }
        return json.value("unique_id", unique + suffix)
                .value("availability_topic", topics.status())
                .value("json_attributes_topic", topics.state(camera.id()))
                .value("json_attributes_template", ATTRIBUTES)
                .object("device")
                .array("identifiers")
                .value(unique)
                .end()
                .value("name", camera.config().title())
                .value("manufacturer", "Perch")
                .value("sw_version", version)
                .end()
                .object("origin")
                .value("name", "Perch")
                .value("sw_version", version)
                .end();
    }

    /** Returns a camera's state. Its reasons name no secrets. */
    static String state(CameraState state) {
        return JsonWriter.string()
                .object()
                .value("connected", BROKEN.contains(state.getClass()) ? "OFF" : "ON")
                .value("state", state.word())
                .value("reason", state.reason())
                .end()
                .done();
    }
}
