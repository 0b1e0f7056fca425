package dev.perch.rtmp;

import dev.perch.flv.Amf;
import dev.perch.flv.AmfReader;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A command message (RTMP 1.0 §7.1.1): a call, or its answer.
 *
 * @param object the command object; null in many commands
 * @param messageStream 0 for the connection itself
 */
record Command(String name, double transaction, Amf object, List<Amf> arguments, int messageStream) {
    static Command parse(ByteBuffer body, int messageStream) throws MalformedBitstreamException {
        AmfReader in = new AmfReader(body);
        String name = text(in.read());
        double transaction = in.hasNext() && in.read() instanceof Amf.Numeric number ? number.value() : 0;
        Amf object = in.hasNext() ? in.read() : new Amf.Null();
        List<Amf> arguments = new ArrayList<>();
        while (in.hasNext()) {
            arguments.add(in.read());
        }
        return new Command(name, transaction, object, arguments, messageStream);
    }

    /** Returns the argument if it is a text, else an empty text. */
    String text(int index) {
        return index < arguments.size() ? text(arguments.get(index)) : "";
    }

    /** Returns the argument if it is a number, else {@code otherwise}. */
    double number(int index, double otherwise) {
        return index < arguments.size() && arguments.get(index) instanceof Amf.Numeric number
                ? number.value()
                : otherwise;
    }

    /** Returns the argument if it is a boolean, else {@code otherwise}. */
    boolean flag(int index, boolean otherwise) {
        return (index < arguments.size() && arguments.get(index) instanceof Amf.Bool bool) ? bool.value() : otherwise;
    }

    /** Returns a text field of the command object. */
    String field(String key) {
        return text(object.fields().getOrDefault(key, new Amf.Null()));
    }

    /** Returns a text field of the information object, the first argument of answers and status messages. */
    String info(String key) {
        return arguments.isEmpty() ? "" : text(arguments.get(0).fields().getOrDefault(key, new Amf.Null()));
    }

    private static String text(Amf value) {
        return value instanceof Amf.Text text ? text.value() : "";
    }
}
