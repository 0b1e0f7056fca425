package dev.perch.flv;

import dev.perch.media.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes values of AMF 0 (Adobe Action Message Format AMF 0, 2007), for commands and metadata. */
public final class AmfWriter {
    private static final int MOST_SHORT_BYTES = 0xffff;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Returns the values encoded one behind the other. */
    public static Bytes write(Amf... values) {
        AmfWriter writer = new AmfWriter();
        try {
            for (Amf value : values) {
                writer.value(value);
            }
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return Bytes.view(ByteBuffer.wrap(writer.bytes.toByteArray()));
    }

    private AmfWriter() {}

    private void value(Amf value) throws IOException {
        if (value instanceof Amf.Numeric number) {
            out.writeByte(0);
            out.writeDouble(number.value());
        } else if (value instanceof Amf.Bool bool) {
            out.writeByte(1);
            out.writeBoolean(bool.value());
        } else if (value instanceof Amf.Text text) {
            text(text.value().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Amf.Obj object) {
            out.writeByte(3);
            fields(object.fields());
        } else if (value instanceof Amf.EcmaArray array) {
            out.writeByte(8);
            out.writeInt(array.fields().size());
            fields(array.fields());
        } else if (value instanceof Amf.StrictArray array) {
            out.writeByte(10);
            out.writeInt(array.values().size());
            for (Amf each : array.values()) {
                value(each);
            }
        } else if (value instanceof Amf.Date date) {
            out.writeByte(11);
            out.writeDouble(date.millis());
            out.writeShort(0);
        } else {
            out.writeByte(5);
        }
    }

    private void text(byte[] utf8) throws IOException {
        if (utf8.length <= MOST_SHORT_BYTES) {
            out.writeByte(2);
            out.writeShort(utf8.length);
        } else {
            out.writeByte(12);
            out.writeInt(utf8.length);
        }
        out.write(utf8);
    }

    private void fields(Map<String, Amf> fields) throws IOException {
        for (Map.Entry<String, Amf> field : fields.entrySet()) {
            byte[] name = field.getKey().getBytes(StandardCharsets.UTF_8);
            if (name.length > MOST_SHORT_BYTES) {
                throw new IllegalArgumentException("field's name is too long: bytes=" + name.length);
            }
            out.writeShort(name.length);
            out.write(name);
            value(field.getValue());
        }
        out.writeShort(0);
        out.writeByte(9);
    }
}
