package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.perch.media.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The demo's frames from the bundled file, to compare with the frames of a stream. */
public final class DemoFrames {
    private static final int HEADER_BYTES = 28;
    private static final int JPEG = 3;

    private static final DemoFrames ALL = read();

    private final List<List<ByteBuffer>> accessUnits = new ArrayList<>();
    private final Map<ByteBuffer, Integer> bySlice = new HashMap<>();
    private final Map<Bytes, Integer> byJpeg = new HashMap<>();

    public static DemoFrames all() {
        return ALL;
    }

    private static DemoFrames read() {
        try (InputStream file = DemoFrames.class.getResourceAsStream("/dev/perch/source/demo.loop")) {
            assertNotNull(file);
            return new DemoFrames(ByteBuffer.wrap(file.readAllBytes()));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private DemoFrames(ByteBuffer file) {
        file.position(HEADER_BYTES);
        while (file.hasRemaining()) {
            int kindAndNumber = file.getInt();
            byte[] payload = new byte[file.getInt()];
            file.get(payload);
            add(kindAndNumber >>> 24, kindAndNumber & 0xffffff, payload);
        }
    }

    private void add(int kind, int number, byte[] payload) {
        if (kind == JPEG) {
            byJpeg.put(Bytes.copyOf(payload), number);
        } else {
            List<ByteBuffer> nals = NalUnits.ofAnnexB(payload);
            accessUnits.add(nals);
            bySlice.put(nals.get(nals.size() - 1), number);
        }
    }

    public int frames() {
        return accessUnits.size();
    }

    /** Returns the JPEG of a frame; every fifth frame has one. */
    public Bytes jpeg(int number) {
        return byJpeg.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Returns the NAL units of an access unit. */
    public List<ByteBuffer> accessUnit(int number) {
        return accessUnits.get(number);
    }

    /** Returns the frame number of an access unit. Fails unless it is the demo's, NAL unit for NAL unit. */
    public int number(List<ByteBuffer> accessUnit) {
        Integer number = bySlice.get(accessUnit.get(accessUnit.size() - 1));
        if (number == null || !accessUnit.equals(accessUnits.get(number))) {
            throw new AssertionError("no access unit of the demo: " + describe(accessUnit) + " number=" + number);
        }
        return number;
    }

    /** Returns the frame number of a JPEG. Fails unless it is the demo's, byte for byte. */
    public int number(Bytes jpeg) {
        Integer number = byJpeg.get(jpeg);
        if (number == null) {
            throw new AssertionError("no JPEG of the demo: sizeBytes=" + jpeg.size());
        }
        return number;
    }

    /** Returns true if this JPEG is one of the demo's. */
    public boolean holds(Bytes jpeg) {
        return byJpeg.containsKey(jpeg);
    }

    /** Returns the number of frames from frame {@code from} to frame {@code to}, over the loop's end if need be. */
    public int distance(int from, int to) {
        return Math.floorMod(to - from, frames());
    }

    private static String describe(List<ByteBuffer> nals) {
        StringBuilder text = new StringBuilder();
        nals.forEach(nal -> text.append(NalUnits.type(nal))
                .append(':')
                .append(nal.remaining())
                .append(' '));
        return text.toString();
    }
}
