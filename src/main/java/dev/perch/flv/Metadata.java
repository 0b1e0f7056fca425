package dev.perch.flv;

import java.util.Map;

/**
 * A stream's description of itself (Adobe Flash Video File Format Specification 10.1 §E.5). It is often wrong, so nothing depends on it.
 *
 * @param fields by their names
 */
public record Metadata(Map<String, Amf> fields) {
    public Metadata {
        fields = Map.copyOf(fields);
    }

    /** Returns the number of frames a second, 0 where it is not told. */
    public double frameRate() {
        return number("framerate");
    }

    /** Returns a number, 0 where there is none of that name. */
    public double number(String name) {
        return fields.get(name) instanceof Amf.Numeric number ? number.value() : 0;
    }

    /** Returns a text, the empty one where there is none of that name. */
    public String text(String name) {
        return fields.get(name) instanceof Amf.Text text ? text.value() : "";
    }
}
