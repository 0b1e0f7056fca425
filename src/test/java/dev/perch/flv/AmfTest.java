package dev.perch.flv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmfTest {
    /** From the examples of Adobe's specification of AMF 0, and what ffmpeg writes. */
    @Test
    void bytes_areThoseOfTheSpecification() {
        Map<String, Amf> fields = new LinkedHashMap<>();
        fields.put("app", new Amf.Text("live"));
        fields.put("on", new Amf.Bool(true));
        Bytes written =
                AmfWriter.write(new Amf.Text("connect"), new Amf.Numeric(1), new Amf.Obj(fields), new Amf.Null());
        assertEquals(
                "020007636f6e6e656374" + "003ff0000000000000" + "03" + "0003617070" + "0200046c697665" + "00026f6e"
                        + "0101" + "000009" + "05",
                HexFormat.of().formatHex(written.toArray()));
    }

    @Test
    void values_areReadBack() throws MalformedBitstreamException {
        Map<String, Amf> inner = Map.of("x", new Amf.Numeric(-1.5));
        Map<String, Amf> fields = new LinkedHashMap<>();
        fields.put("a", new Amf.EcmaArray(inner));
        fields.put("", new Amf.Null());
        fields.put("list", new Amf.StrictArray(List.of(new Amf.Bool(false), new Amf.Text("ü"))));
        Amf[] values = {
            new Amf.Obj(fields), new Amf.Date(1.7e12), new Amf.Text("x".repeat(70_000)), new Amf.Numeric(Double.NaN)
        };
        AmfReader reader = new AmfReader(AmfWriter.write(values).buffer());
        for (Amf value : values) {
            assertEquals(value, reader.read());
        }
        assertFalse(reader.hasNext());
    }

    /** Undefined, unsupported, a reference and a typed object, which nobody writes here. */
    @Test
    void foreignValues_areRead() throws MalformedBitstreamException {
        AmfReader reader =
                reader("06" + "0d" + "070001" + "100003417070" + "00016b" + "0101" + "000009" + "0f00000001" + "3c");
        for (int i = 0; i < 3; i++) {
            assertEquals(new Amf.Null(), reader.read());
        }
        assertEquals(Map.of("k", new Amf.Bool(true)), reader.read().fields());
        assertEquals(new Amf.Text("<"), reader.read());
        assertFalse(reader.hasNext());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0200",
                "020005616263",
                "03000161",
                "0c7fffffff61",
                "0cffffffff61",
                "0a7fffffff05",
                "0affffffff",
                "04",
                "11",
                "08000000010003",
                "030000"
            })
    void cutAndUnknownValues_areMalformed(String hex) {
        assertThrows(MalformedBitstreamException.class, () -> reader(hex).read());
    }

    @Test
    void depthAndCount_areBounded() {
        assertThrows(
                MalformedBitstreamException.class,
                () -> reader("0a00000001".repeat(2000) + "05").read());
        assertThrows(
                MalformedBitstreamException.class,
                () -> reader("0a00002000" + "05".repeat(0x2000)).read());
    }

    private static AmfReader reader(String hex) {
        return new AmfReader(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }
}
