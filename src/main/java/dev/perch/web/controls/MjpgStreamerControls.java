package dev.perch.web.controls;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraControls;
import dev.perch.media.CaptureException;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.web.answer.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;

/**
 * Controls in mjpg-streamer's form: the list of {@code /input_N.json}, whose values are all texts, and {@code /?action=command} with a control's
 * number and value.
 */
final class MjpgStreamerControls {
    /** mjpg-streamer's group of V4L2's own controls (IN_CMD_V4L2). */
    private static final String V4L2_GROUP = "1";

    private MjpgStreamerControls() {}

    /** Returns the list of the controls of {@code camera}; empty if there are none. */
    static String list(Camera camera) throws CaptureException {
        JsonStringWriter json = JsonWriter.string().object().array("controls");
        Optional<CameraControls> controls = camera.controls();
        for (Control control : controls.isPresent() ? controls.get().read() : List.<Control>of()) {
            control(json, control);
        }
        return json.end().array("formats").end().end().done();
    }

    private static void control(JsonStringWriter json, Control control) {
        int flags = control.flags().stream().mapToInt(Control.Flag::bit).sum();
        json.object()
                .value("name", control.title())
                .value("id", Integer.toString(control.id()))
                .value("type", Integer.toString(control.type().number()))
                .value("min", Long.toString(control.range().minimum()))
                .value("max", Long.toString(control.range().maximum()))
                .value("step", Long.toString(control.range().step()))
                .value("default", Long.toString(control.range().defaultValue()))
                .value("value", value(control))
                .value("dest", "0")
                .value("flags", Integer.toString(flags))
                .value("group", V4L2_GROUP);
        if (!control.menu().isEmpty()) {
            json.object("menu");
            control.menu().forEach(entry -> json.value(Integer.toString(entry.number()), entry.name()));
            json.end();
        }
        json.end();
    }

    private static String value(Control control) {
        ControlValue value = control.value();
        if (value instanceof ControlValue.Whole number) {
            return Long.toString(number.value());
        }
        return value instanceof ControlValue.Text text ? text.value() : "0";
    }

    /** Sets the control whose number {@code request} has, and returns mjpg-streamer's answer. */
    static String set(Camera camera, HttpServletRequest request)
            throws Parameters.RefusedException, CaptureException, ControlException {
        int id = number(request, "id");
        int value = number(request, "value");
        Optional<CameraControls> controls = camera.controls();
        if (controls.isEmpty()) {
            throw new Parameters.RefusedException(
                    "Camera " + camera.id() + " has no controls: only a V4L2 device has.");
        }
        Control control = controls.get().read().stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> new Parameters.RefusedException(
                        "id=" + id + " is no control of camera " + camera.id() + "; /input_0.json lists them."));
        controls.get()
                .set(List.of(new ControlSetting(control.name(), new ControlValue.Whole(value), /* required= */ true)));
        return "command: 0";
    }

    private static int number(HttpServletRequest request, String name) throws Parameters.RefusedException {
        String text = request.getParameter(name);
        if (text == null || !text.matches("-?\\d{1,10}") || Long.parseLong(text) != (int) Long.parseLong(text)) {
            throw new Parameters.RefusedException(name
                    + " is not accepted: /?action=command has id, the number of a control, and value, a whole number.");
        }
        return Integer.parseInt(text);
    }
}
