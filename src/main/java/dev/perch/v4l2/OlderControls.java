package dev.perch.v4l2;

import java.nio.ByteBuffer;

/** Describes controls of drivers that know VIDIOC_QUERYCTRL only, which has no 64-bit ranges and no arrays. */
final class OlderControls {
    private static final int NEXT_CTRL = 0x8000_0000; // V4L2_CTRL_FLAG_NEXT_CTRL

    private OlderControls() {}

    /**
     * Asks for the control after {@code last} and leaves it in the device's argument as a v4l2_query_ext_ctrl.
     *
     * @return the call's result
     */
    static int query(Device device, int last) {
        Abi abi = device.abi;
        StructLayout older = abi.queryctrl;
        ByteBuffer query = device.argument();
        query.putInt(older.offset("id"), last | NEXT_CTRL);
        int result = device.ioctl(abi.queryControl);
        if (result < 0) {
            return result;
        }
        int minimum = query.getInt(older.offset("minimum"));
        int maximum = query.getInt(older.offset("maximum"));
        int step = query.getInt(older.offset("step"));
        int defaultValue = query.getInt(older.offset("default_value"));
        int flags = query.getInt(older.offset("flags"));
        StructLayout extended = abi.queryExtCtrl; // id, type and name have the same offsets in both
        for (int at = extended.offset("minimum"); at < extended.sizeBytes(); at++) {
            query.put(at, (byte) 0);
        }
        query.putLong(extended.offset("minimum"), minimum)
                .putLong(extended.offset("maximum"), unsigned(query, maximum));
        query.putLong(extended.offset("step"), step).putLong(extended.offset("default_value"), defaultValue);
        query.putInt(extended.offset("flags"), flags);
        return result;
    }

    /** Widens a maximum to 64 bits; a bitmask's is unsigned. */
    private static long unsigned(ByteBuffer query, int maximum) {
        boolean bitmask = Control.Type.of(query.getInt(4)) == Control.Type.BITMASK;
        return bitmask ? Integer.toUnsignedLong(maximum) : maximum;
    }
}
