package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads script tags (Adobe Flash Video File Format Specification 10.1 §E.4.4), of which only {@code onMetaData} matters; RTMP publishers put {@code
 * @setDataFrame} before it.
 */
final class ScriptTags {
    /** The largest tag read; larger ones hold an index of key frames or pictures and are skipped. */
    static final int MOST_BYTES = 64 << 10;

    private final Consumer<Metadata> output;
    private @Nullable ByteBuffer gathered;

    ScriptTags(Consumer<Metadata> output) {
        this.output = output;
    }

    void begin(int sizeBytes) {
        gathered = sizeBytes <= MOST_BYTES ? ByteBuffer.allocate(sizeBytes) : null;
    }

    void bytes(ByteBuffer piece) {
        ByteBuffer space = gathered;
        if (space != null) {
            space.put(piece);
        } else {
            piece.position(piece.limit());
        }
    }

    void end() {
        ByteBuffer whole = gathered;
        gathered = null;
        if (whole == null) {
            return;
        }
        try {
            AmfReader in = new AmfReader(whole.flip());
            Amf name = in.read();
            if (name.equals(new Amf.Text("@setDataFrame"))) {
                name = in.read();
            }
            if (name.equals(new Amf.Text("onMetaData")) && in.hasNext()) {
                output.accept(new Metadata(in.read().fields()));
            }
        } catch (MalformedBitstreamException damaged) {
            // the tracks describe themselves
        }
    }
}
