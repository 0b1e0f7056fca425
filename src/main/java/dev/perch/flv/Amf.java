package dev.perch.flv;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of AMF 0 (Adobe Action Message Format AMF 0, 2007), as in FLV's scripts and RTMP's commands. */
public sealed interface Amf {
    /** Returns the fields of an object or ECMA array; none for any other value. */
    default Map<String, Amf> fields() {
        return Map.of();
    }

    /** A number (§2.2). */
    record Numeric(double value) implements Amf {}

    /** A boolean (§2.3). */
    record Bool(boolean value) implements Amf {}

    /** A string or long string (§2.4, §2.14), or an XML document (§2.17). */
    record Text(String value) implements Amf {}

    /** An anonymous or typed object (§2.5, §2.18), its fields in the order in which they came. */
    record Obj(Map<String, Amf> fields) implements Amf {
        public Obj {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** An ECMA array (§2.10), written with its count and otherwise like an object. */
    record EcmaArray(Map<String, Amf> fields) implements Amf {
        public EcmaArray {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** A strict array (§2.12). */
    record StrictArray(List<Amf> values) implements Amf {
        public StrictArray {
            values = List.copyOf(values);
        }
    }

    /** A date (§2.13), in milliseconds since 1970. */
    record Date(double millis) implements Amf {}

    /** Null (§2.7), undefined (§2.8), or a value that is not supported (§2.15). */
    record Null() implements Amf {}
}
