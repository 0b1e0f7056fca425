package dev.perch.rtmp;

import dev.perch.flv.Amf;
import java.util.LinkedHashMap;
import java.util.Map;

/** The information objects of answers (RTMP 1.0 §7.2.1, §7.2.2). */
final class Status {
    private Status() {}

    static Amf of(String level, String code, String description) {
        return new Amf.Obj(fields(level, code, description));
    }

    static Map<String, Amf> fields(String level, String code, String description) {
        Map<String, Amf> fields = new LinkedHashMap<>();
        fields.put("level", new Amf.Text(level));
        fields.put("code", new Amf.Text(code));
        fields.put("description", new Amf.Text(description));
        return fields;
    }
}
