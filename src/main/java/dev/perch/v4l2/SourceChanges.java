package dev.perch.v4l2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Follows the events by which a device reports that its picture gets another size or format: another signal at the input of a frame grabber. The
 * capture thread only.
 */
final class SourceChanges {
    // linux/videodev2.h
    private static final int EVENT_SOURCE_CHANGE = 5;
    private static final int G_INPUT = 38;

    private final Device device;
    private final M2mAbi abi;
    private final ByteBuffer argument;
    private final boolean expected;
    private boolean seen;

    /** Subscribes to the events. Most cameras have none, and refuse. */
    SourceChanges(Device device) {
        this.device = device;
        this.abi = new M2mAbi(device.abi.model);
        this.argument = ByteBuffer.allocateDirect(Math.max(abi.event.sizeBytes(), abi.eventSubscription.sizeBytes()))
                .order(ByteOrder.nativeOrder());
        this.expected = subscribe(input());
    }

    /** Returns the number of the current input, which the events of a device with several inputs carry. */
    private int input() {
        int result = device.ioctl(Abi.number(Abi.READ, G_INPUT, Integer.BYTES), argument.putInt(0, 0));
        return result < 0 ? 0 : argument.getInt(0);
    }

    private boolean subscribe(int input) {
        for (int i = 0; i < argument.capacity(); i++) {
            argument.put(i, (byte) 0);
        }
        argument.putInt(abi.eventSubscription.offset("type"), EVENT_SOURCE_CHANGE);
        argument.putInt(abi.eventSubscription.offset("id"), input);
        return device.ioctl(abi.subscribeEvent, argument) >= 0;
    }

    /** Returns whether the device reports changes. */
    boolean expected() {
        return expected;
    }

    /** Takes one event if there is one. */
    void take() {
        if (device.ioctl(abi.dequeueEvent, argument) >= 0) {
            seen |= argument.getInt(abi.event.offset("type")) == EVENT_SOURCE_CHANGE;
        }
    }

    /** Returns whether the device has reported a change. */
    boolean seen() {
        return seen;
    }
}
