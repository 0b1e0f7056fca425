package dev.perch.web.controls;

import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonReader;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.web.answer.Parameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Controls as JSON: the answer of /controls, and the body of a request. docs/controls.md describes the form. */
final class ControlsJson {
    private ControlsJson() {}

    static String of(String cameraId, List<Control> controls) {
        JsonStringWriter json =
                JsonWriter.string().object().value("camera", cameraId).array("controls");
        controls.forEach(control -> control(json, control));
        return json.end().end().done();
    }

    private static void control(JsonStringWriter json, Control control) {
        json.object()
                .value("name", control.name())
                .value("title", control.title())
                .value("group", control.group())
                .value("type", control.type().toString())
                .value("settable", control.settable())
                .value("accepted", control.accepted())
                .value("minimum", control.range().minimum())
                .value("maximum", control.range().maximum())
                .value("step", control.range().step());
        value(json, "default", control, new ControlValue.Whole(control.range().defaultValue()));
        ControlValue current = control.value();
        if (current == null) {
            json.nul("value");
        } else {
            value(json, "value", control, current);
        }
        json.array("flags");
        control.flags().stream().sorted().forEach(flag -> json.value(flag.toString()));
        json.end();
        if (!control.dimensions().isEmpty()) {
            json.array("dimensions", control.dimensions());
        }
        if (!control.menu().isEmpty()) {
            json.array("menu");
            control.menu()
                    .forEach(entry -> json.object()
                            .value("number", entry.number())
                            .value("name", entry.name())
                            .end());
            json.end();
        }
        json.end();
    }

    private static void value(JsonStringWriter json, String name, Control control, ControlValue value) {
        if (value instanceof ControlValue.Text text) {
            json.value(name, text.value());
        } else if (value instanceof ControlValue.Whole number) {
            if (control.type() == Control.Type.BOOLEAN) {
                json.value(name, number.value() != 0);
            } else if (control.type() == Control.Type.STRING) {
                json.nul(name); // strings have no default
            } else {
                json.value(name, number.value());
            }
        }
    }

    /**
     * Parses an object of names and values, in its order.
     *
     * @throws Parameters.RefusedException if it is anything else
     */
    static List<ControlSetting> settings(String body) throws Parameters.RefusedException {
        List<ControlSetting> settings = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try {
            JsonReader json = JsonReader.from(body);
            if (json.current() != JsonReader.Type.OBJECT) {
                throw new Parameters.RefusedException("The body is no JSON object" + example());
            }
            json.object();
            while (json.next()) {
                String name = json.key();
                if (!names.add(name)) {
                    throw new Parameters.RefusedException("The body names \"" + name + "\" twice.");
                }
                settings.add(new ControlSetting(name, value(json, name), /* required= */ true));
            }
        } catch (JsonParserException malformed) {
            throw new Parameters.RefusedException("The body is no JSON: " + malformed.getMessage() + example());
        }
        if (settings.isEmpty()) {
            throw new Parameters.RefusedException("The body names no control" + example());
        }
        return settings;
    }

    private static String example() {
        return "; accepted: names of controls with their values, such as {\"brightness\": 140}.";
    }

    private static ControlValue value(JsonReader json, String name)
            throws JsonParserException, Parameters.RefusedException {
        return switch (json.current()) {
            case STRING -> new ControlValue.Text(json.string());
            case BOOLEAN -> new ControlValue.Text(Boolean.toString(json.bool()));
            case NUMBER -> ControlValue.of(json.number().toString()); // fractions are refused as texts
            default ->
                throw new Parameters.RefusedException(
                        "\"" + name + "\" has no plain value; accepted: a number, true or false, or a text.");
        };
    }
}
