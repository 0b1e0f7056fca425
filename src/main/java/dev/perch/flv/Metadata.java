package dev.perch.flv;

import java.util.Map;

/**
 * A stream's description of itself (Adobe Flash Video File Format Specification 10.1 §E.5). It is often wrong, so nothing depends on it.
 *
 * @param fields by name
 */
public record Metadata(Map<String, Amf> fields) {
    public Metadata {
        fields = Map.copyOf(fields);
    }

    /** Returns the frames a second; 0 if not told. */
    public double frameRate() {
        return number("framerate");
    }

    /** Returns the number of that name; 0 if there is none. */
    public double number(String name) {
        return fields.get(name) instanceof Amf.Numeric number ? number.value() : 0;
    }

    /** Returns the text of that name; empty if there is none. */
    public String text(String name) {
        return fields.get(name) instanceof Amf.Text text ? text.value() : "";
    }
}
