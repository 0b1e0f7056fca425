package dev.perch.v4l2;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The unit of a USB camera that encodes H.264 (UVCX_H264; USB Device Class Definition for Video Devices: H.264 Payload, revision 1.0), which V4L2
 * does not cover and UVCIOC_CTRL_QUERY reaches (linux/uvcvideo.h). On the device's thread.
 */
final class ExtensionUnit {
    private static final System.Logger LOG = System.getLogger(ExtensionUnit.class.getName());

    // linux/usb/video.h A.8, Video Class-Specific Request Codes
    static final int SET_CUR = 0x01;
    static final int GET_CUR = 0x81;
    static final int GET_MIN = 0x82;
    static final int GET_MAX = 0x83;
    static final int GET_RES = 0x84;
    static final int GET_LEN = 0x85;
    static final int GET_INFO = 0x86;
    static final int GET_DEF = 0x87;

    /** The most bytes of a structure. The unit's largest has 46; a greater length is an error of the camera. */
    static final int MAX_BYTES = 256;

    private static final Path SYSFS = Path.of("/sys/class/video4linux");

    /** GUID_UVCX_H264_XU, A29E7641-DE04-47E3-8B2B-F4341AFF003B, in the byte order of a descriptor. */
    private static final byte[] GUID = HexFormat.of().parseHex("41769ea204dee3478b2bf4341aff003b");

    /** The unit's number in the cameras on the market, tried if the descriptors cannot be read. */
    private static final int USUAL_UNIT = 12;

    // USB 2.0 table 9-5; USB Device Class Definition for Video Devices 1.5, A.4, A.5, table 3-7
    private static final int INTERFACE = 0x04;
    private static final int CS_INTERFACE = 0x24;
    private static final int VC_EXTENSION_UNIT = 0x06;
    private static final int UNIT_ID = 3;
    private static final int UNIT_GUID = 4;

    private final Device device;
    private final int unit;
    private final ByteBuffer data = ByteBuffer.allocateDirect(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    ExtensionUnit(Device device, int unit) {
        this.device = device;
        this.unit = unit;
    }

    /** Returns the device's unit; empty if it has none. */
    static Optional<ExtensionUnit> of(Device device) {
        return of(device, SYSFS);
    }

    /**
     * Returns the device's unit; empty if it has none.
     *
     * @param sysfs the folder with a folder for each video device
     */
    static Optional<ExtensionUnit> of(Device device, Path sysfs) {
        if (!device.capabilities().driver().equals("uvcvideo")) {
            return Optional.empty();
        }
        OptionalInt unit = OptionalInt.empty();
        try {
            Path node = Path.of(device.path()).toRealPath().getFileName();
            // .../1-1/1-1:1.0, the interface, in the folder of its USB device
            Path usbInterface = sysfs.resolve(node).resolve("device").toRealPath();
            String number =
                    Files.readString(usbInterface.resolve("bInterfaceNumber")).strip();
            unit = find(Files.readAllBytes(usbInterface.resolveSibling("descriptors")), Integer.parseInt(number, 16));
        } catch (IOException | NumberFormatException unreadable) {
            LOG.log(Level.DEBUG, "the USB descriptors of " + device.path() + " cannot be read", unreadable);
            unit = OptionalInt.of(USUAL_UNIT);
        }
        return unit.isPresent()
                ? Optional.of(new ExtensionUnit(device, unit.getAsInt()))
                        .filter(present -> present.length(H264Field.PROBE) == H264Field.PROBE_BYTES)
                : Optional.empty();
    }

    /**
     * Returns the unit's number in a video function's control interface.
     *
     * @param descriptors in sysfs's order: the device's, then each configuration's
     */
    static OptionalInt find(byte[] descriptors, int interfaceNumber) {
        ByteBuffer bytes = ByteBuffer.wrap(descriptors);
        boolean within = false;
        for (int at = 0; at + 2 <= descriptors.length; at += Byte.toUnsignedInt(bytes.get(at))) {
            int length = Byte.toUnsignedInt(bytes.get(at));
            if (length < 2 || at + length > descriptors.length) {
                return OptionalInt.empty();
            }
            int type = bytes.get(at + 1);
            if (type == INTERFACE && length > 2) {
                within = Byte.toUnsignedInt(bytes.get(at + 2)) == interfaceNumber;
            } else if (within
                    && type == CS_INTERFACE
                    && length >= UNIT_GUID + GUID.length
                    && bytes.get(at + 2) == VC_EXTENSION_UNIT
                    && bytes.slice(at + UNIT_GUID, GUID.length).equals(ByteBuffer.wrap(GUID))) {
                return OptionalInt.of(Byte.toUnsignedInt(bytes.get(at + UNIT_ID)));
            }
        }
        return OptionalInt.empty();
    }

    /** Returns the size in bytes of a selector's structure; the negated errno if the unit has no such selector. */
    int length(int selector) {
        int result = query(selector, GET_LEN, 2);
        return result < 0 ? result : Math.min(MAX_BYTES, Short.toUnsignedInt(data.getShort(0)));
    }

    /**
     * Sends a request: SET_CUR writes {@link #data}, the others read into it.
     *
     * @param sizeBytes the structure's size, from {@link #length}; the kernel refuses any other (ENOBUFS)
     * @return the call's result, or the negated errno
     */
    int query(int selector, int request, int sizeBytes) {
        ByteBuffer query = device.argument();
        query.put(device.abi.unitQuery.offset("unit"), (byte) unit);
        query.put(device.abi.unitQuery.offset("selector"), (byte) selector);
        query.put(device.abi.unitQuery.offset("query"), (byte) request);
        query.putShort(device.abi.unitQuery.offset("size"), (short) sizeBytes);
        device.abi.putPointer(query, device.abi.unitQuery.offset("data"), device.calls.address(data));
        try {
            return device.ioctl(device.abi.queryUnit);
        } finally {
            Reference.reachabilityFence(data); // the struct's pointer does not keep it reachable
        }
    }

    /** Returns the bytes that the last query read, or that the next one writes; little-endian. */
    ByteBuffer data() {
        return data;
    }

    String devicePath() {
        return device.path();
    }
}
