package dev.perch.v4l2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The H.264 extension unit of a scripted camera, unit 12, with three of its selectors. It answers as uvcvideo does. */
public final class FakeH264Unit {
    private final Abi abi = Abi.running();
    private final IdentityHashMap<ByteBuffer, Long> addresses = new IdentityHashMap<>();
    private final Map<Integer, Structure> structures = new HashMap<>();
    private final List<String> written = new ArrayList<>();
    private int nextErrno;

    private static final class Structure {
        final int info;
        final ByteBuffer minimum;
        final ByteBuffer maximum;
        final ByteBuffer current;

        Structure(int sizeBytes, int info) {
            this.info = info;
            minimum = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
            maximum = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
            current = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        Structure field(H264Field field, long least, long most, long value) {
            field.put(minimum, least);
            field.put(maximum, most);
            field.put(current, value);
            return this;
        }
    }

    public FakeH264Unit() {
        Structure config = new Structure(46, 3)
                .field(H264Field.FRAME_INTERVAL, 333_333, 2_000_000, 333_333)
                .field(H264Field.BITRATE, 64_000, 12_000_000, 3_000_000)
                .field(H264Field.WIDTH, 320, 1920, 1280)
                .field(H264Field.HEIGHT, 180, 1080, 720)
                .field(H264Field.PROFILE, 0x4200, 0x6400, 0x4200)
                .field(H264Field.I_FRAME_PERIOD, 0, 60_000, 10_000)
                .field(H264Field.STREAM_MUX_OPTION, 0, 3, 0)
                .field(H264Field.ENTROPY_MODE, 0, 1, 0);
        config.maximum.putShort(8, (short) 0xffff); // bmHints
        structures.put(0x01, config);
        structures.put(0x02, new Structure(46, 2));
        structures.put(0x03, new Structure(3, 3).field(H264Field.RATE_CONTROL_MODE, 0, 0x13, 1));
        structures.put(0x0a, new Structure(2, 1).field(H264Field.VERSION, 0x100, 0x100, 0x100));
        structures.put(0x0b, new Structure(2, 2));
    }

    /** Makes the next SET_CUR fail. */
    public synchronized FakeH264Unit refuses(int errno) {
        nextErrno = errno;
        return this;
    }

    /** Makes the camera refuse to carry H.264 within its JPEGs. */
    public synchronized FakeH264Unit withoutMux() {
        structure(1).field(H264Field.STREAM_MUX_OPTION, 0, 0, 0);
        return this;
    }

    /** Returns each SET_CUR except those of the probe, as {@code selector=bytes in hexadecimal}; a commit as {@code mux, size, interval, profile, rate, period}. */
    public synchronized List<String> written() {
        return List.copyOf(written);
    }

    synchronized long address(ByteBuffer memory) {
        return addresses.computeIfAbsent(memory, unknown -> 0x10_0000L * (addresses.size() + 1));
    }

    /** Returns the result of an ioctl; null if it is not about extension units. */
    synchronized @Nullable Integer answer(int request, ByteBuffer query) {
        if (request != abi.queryUnit) {
            return null;
        }
        int pointer = abi.unitQuery.offset("data");
        long address = abi.model.longBytes() == 8 ? query.getLong(pointer) : query.getInt(pointer);
        ByteBuffer data = addresses.entrySet().stream()
                .filter(known -> known.getValue() == address)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError("EFAULT: address=" + address));
        int selector = query.get(abi.unitQuery.offset("selector"));
        if (query.get(abi.unitQuery.offset("unit")) != 12 || !structures.containsKey(selector)) {
            return -Errno.ENOENT;
        }
        int code = Byte.toUnsignedInt(query.get(abi.unitQuery.offset("query")));
        return answer(selector, code, query.getShort(abi.unitQuery.offset("size")), data);
    }

    private int answer(int selector, int code, int sizeBytes, ByteBuffer data) {
        Structure structure = structure(selector);
        int expected =
                code == ExtensionUnit.GET_LEN ? 2 : code == ExtensionUnit.GET_INFO ? 1 : structure.current.capacity();
        if (sizeBytes != expected) {
            return -Errno.ENOBUFS;
        }
        switch (code) {
            case ExtensionUnit.GET_LEN -> data.putShort(0, (short) structure.current.capacity());
            case ExtensionUnit.GET_INFO -> data.put(0, (byte) structure.info);
            case ExtensionUnit.GET_MIN -> data.put(0, structure.minimum, 0, sizeBytes);
            case ExtensionUnit.GET_MAX -> data.put(0, structure.maximum, 0, sizeBytes);
            case ExtensionUnit.GET_CUR -> data.put(0, structure.current, 0, sizeBytes);
            case ExtensionUnit.SET_CUR -> {
                return set(selector, structure, data);
            }
            default -> {
                return -Errno.EPIPE; // GET_RES, GET_DEF: some cameras stall
            }
        }
        return 0;
    }

    private int set(int selector, Structure structure, ByteBuffer data) {
        int errno = nextErrno;
        nextErrno = 0;
        if (errno != 0) {
            return -errno;
        }
        structure.current.put(0, data, 0, structure.current.capacity());
        if (selector == H264Field.PROBE) {
            H264Field.all()
                    .filter(field -> field.selector == H264Field.PROBE)
                    .forEach(field -> clamp(field, structure));
        } else if (selector == H264Field.COMMIT) {
            written.add("mux " + H264Field.STREAM_MUX_OPTION.in(data) + ", " + H264Field.WIDTH.in(data) + "x"
                    + H264Field.HEIGHT.in(data) + ", " + H264Field.FRAME_INTERVAL.in(data) + ", "
                    + Long.toHexString(H264Field.PROFILE.in(data)) + ", " + H264Field.BITRATE.in(data) + ", "
                    + H264Field.I_FRAME_PERIOD.in(data));
        } else {
            StringBuilder bytes = new StringBuilder(selector + "=");
            for (int i = 0; i < structure.current.capacity(); i++) {
                bytes.append(String.format(java.util.Locale.ROOT, "%02x", data.get(i)));
            }
            written.add(bytes.toString());
        }
        return 0;
    }

    private static void clamp(H264Field field, Structure structure) {
        long value = Math.max(field.in(structure.minimum), field.in(structure.current));
        field.put(structure.current, Math.min(field.in(structure.maximum), value));
    }

    private Structure structure(int selector) {
        Structure structure = structures.get(selector);
        if (structure == null) {
            throw new AssertionError("no such selector: selector=" + selector);
        }
        return structure;
    }
}
