package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses values of AMF 0 (Adobe Action Message Format AMF 0, 2007). Depth and number of values are bounded, and no length or count is trusted before
 * the bytes are there. Not thread-safe.
 */
public final class AmfReader {
    /** The deepest nesting accepted. Commands and metadata have objects in objects; the deepest seen is 3. */
    static final int MOST_DEPTH = 16;

    /** The most values accepted. Metadata with a file's index have one for each key frame. */
    static final int MOST_VALUES = 4096;

    private static final int NUMBER = 0;
    private static final int BOOLEAN = 1;
    private static final int STRING = 2;
    private static final int OBJECT = 3;
    private static final int NULL = 5;
    private static final int UNDEFINED = 6;
    private static final int REFERENCE = 7;
    private static final int ECMA_ARRAY = 8;
    private static final int OBJECT_END = 9;
    private static final int STRICT_ARRAY = 10;
    private static final int DATE = 11;
    private static final int LONG_STRING = 12;
    private static final int UNSUPPORTED = 13;
    private static final int XML = 15;
    private static final int TYPED_OBJECT = 16;

    private final ByteBuffer in;
    private int values;

    /**
     * Creates a reader.
     *
     * @param in the values between position and limit, big-endian; the caller's, whose position moves with each read
     */
    public AmfReader(ByteBuffer in) {
        this.in = in;
    }

    /** Returns whether bytes are left. */
    public boolean hasNext() {
        return in.hasRemaining();
    }

    /**
     * Returns the next value.
     *
     * @throws MalformedBitstreamException if the bytes end early, or a limit is exceeded
     */
    public Amf read() throws MalformedBitstreamException {
        try {
            return value(0);
        } catch (BufferUnderflowException cut) {
            throw new MalformedBitstreamException("AMF value ends early", in.position(), in.limit());
        }
    }

    private Amf value(int depth) throws MalformedBitstreamException {
        int marker = in.get() & 0xff;
        if (depth > MOST_DEPTH || ++values > MOST_VALUES) {
            throw new MalformedBitstreamException("AMF values are too deep or too many", in.position(), values);
        }
        return switch (marker) {
            case NUMBER -> new Amf.Numeric(in.getDouble());
            case BOOLEAN -> new Amf.Bool(in.get() != 0);
            case STRING -> new Amf.Text(text(in.getShort() & 0xffff));
            case LONG_STRING, XML -> new Amf.Text(text(in.getInt()));
            case OBJECT -> new Amf.Obj(fields(depth));
            case TYPED_OBJECT -> {
                text(in.getShort() & 0xffff); // the class's name
                yield new Amf.Obj(fields(depth));
            }
            case ECMA_ARRAY -> {
                in.getInt(); // the count is only a hint
                yield new Amf.EcmaArray(fields(depth));
            }
            case STRICT_ARRAY -> strictArray(depth);
            case DATE -> {
                double millis = in.getDouble();
                in.getShort(); // a reserved time zone
                yield new Amf.Date(millis);
            }
            case REFERENCE -> {
                in.getShort();
                yield new Amf.Null(); // a reference to an earlier object: nobody sends one
            }
            case NULL, UNDEFINED, UNSUPPORTED -> new Amf.Null();
            default -> throw new MalformedBitstreamException("no AMF 0 type", in.position() - 1, marker);
        };
    }

    private Amf strictArray(int depth) throws MalformedBitstreamException {
        int count = in.getInt();
        if (count < 0 || count > in.remaining()) { // each value has at least one byte
            throw new MalformedBitstreamException("AMF array ends early", in.position(), count);
        }
        List<Amf> array = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            array.add(value(depth + 1));
        }
        return new Amf.StrictArray(array);
    }

    private Map<String, Amf> fields(int depth) throws MalformedBitstreamException {
        Map<String, Amf> fields = new LinkedHashMap<>();
        while (true) {
            String name = text(in.getShort() & 0xffff);
            if (name.isEmpty() && in.hasRemaining() && in.get(in.position()) == OBJECT_END) {
                in.get();
                return fields;
            }
            fields.put(name, value(depth + 1));
        }
    }

    private String text(int length) throws MalformedBitstreamException {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedBitstreamException("AMF string ends early", in.position(), length);
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
