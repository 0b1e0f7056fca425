package dev.perch.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts H.264 into NAL units and access units, knowing nothing of the program's own parsers. */
public final class NalUnits {
    public static final int SLICE = 1;
    public static final int IDR = 5;
    public static final int SPS = 7;
    public static final int PPS = 8;

    private NalUnits() {}

    public static int type(ByteBuffer nal) {
        return nal.get(nal.position()) & 0x1f;
    }

    /** Of a byte stream with start codes (ITU-T H.264 §B.1). */
    public static List<ByteBuffer> ofAnnexB(byte[] stream) {
        List<ByteBuffer> units = new ArrayList<>();
        int start = startCode(stream, 0);
        while (start < stream.length) {
            int next = startCode(stream, start + 3);
            int end = next;
            while (end > start + 3 && stream[end - 1] == 0) {
                end--; // trailing_zero_8bits, and the zero_byte of the next start code
            }
            units.add(ByteBuffer.wrap(Arrays.copyOfRange(stream, start + 3, end)));
            start = next;
        }
        return units;
    }

    private static int startCode(byte[] stream, int from) {
        for (int i = from; i + 2 < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                return i;
            }
        }
        return stream.length;
    }

    /** Of a sample with lengths of four bytes (ISO/IEC 14496-15 §5.3.4.2). */
    public static List<ByteBuffer> ofSample(byte[] sample) {
        List<ByteBuffer> units = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(sample);
        while (in.hasRemaining()) {
            byte[] nal = new byte[in.getInt()];
            in.get(nal);
            units.add(ByteBuffer.wrap(nal));
        }
        return units;
    }

    /** Groups the NAL units of pictures of one slice each into access units: each ends with its slice. */
    public static List<List<ByteBuffer>> accessUnits(List<ByteBuffer> units) {
        List<List<ByteBuffer>> all = new ArrayList<>();
        List<ByteBuffer> current = new ArrayList<>();
        for (ByteBuffer nal : units) {
            current.add(nal);
            if (type(nal) == SLICE || type(nal) == IDR) {
                all.add(current);
                current = new ArrayList<>();
            }
        }
        if (!current.isEmpty()) {
            all.add(current);
        }
        return all;
    }

    /** Reads a live byte stream access unit by access unit; each is known to be whole when the next one's start code comes. */
    public static final class LiveStream {
        private final InputStream in;
        private final ByteBuffer nal = ByteBuffer.allocate(1 << 18);
        private int zeros;
        private boolean inside;

        public LiveStream(InputStream in) {
            this.in = in;
        }

        /** The next access unit; empty at the end of the stream. */
        public List<ByteBuffer> next() throws IOException {
            List<ByteBuffer> unit = new ArrayList<>();
            for (ByteBuffer nal = nextNal(); nal.hasRemaining(); nal = nextNal()) {
                unit.add(nal);
                if (type(nal) == SLICE || type(nal) == IDR) {
                    return unit;
                }
            }
            if (!unit.isEmpty()) {
                throw new EOFException("the stream ended in an access unit");
            }
            return unit;
        }

        private ByteBuffer nextNal() throws IOException {
            while (true) {
                int read = in.read();
                if (read < 0) {
                    return whole();
                }
                if (read == 1 && zeros >= 2) {
                    zeros = 0;
                    if (inside && nal.position() > 0) {
                        return whole();
                    }
                    inside = true;
                    continue;
                }
                if (read == 0) {
                    zeros++;
                    continue;
                }
                for (; zeros > 0; zeros--) {
                    nal.put((byte) 0);
                }
                nal.put((byte) read);
            }
        }

        private ByteBuffer whole() {
            byte[] bytes = Arrays.copyOf(nal.array(), nal.position());
            nal.clear();
            return ByteBuffer.wrap(bytes);
        }
    }
}
