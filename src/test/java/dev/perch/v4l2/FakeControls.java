package dev.perch.v4l2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The controls of a scripted driver, one of each kind. They answer as the kernel's control framework does. */
public final class FakeControls {
    private static final int NEXT = 0xc000_0000;
    private static final int UNTOLD = 0x7fff_ffff; // stands for a step that the device does not tell

    private final Abi abi = Abi.running();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Integer> writeErrors = new HashMap<>();
    private final IdentityHashMap<ByteBuffer, Long> addresses = new IdentityHashMap<>();
    private final List<String> written = new ArrayList<>();
    private long nextAddress = 0x1000;

    private static final class Entry {
        final int id;
        final int type;
        final String title;
        final long[] range;
        final int flags;
        final Map<Integer, Object> menu = new HashMap<>();
        int dimension;
        Object value = 0L;

        Entry(int id, int type, String title, int flags, long... range) {
            this.id = id;
            this.type = type;
            this.title = title;
            this.flags = flags;
            this.range = range.length == 4 ? range : new long[] {0, 0, UNTOLD, 0};
            this.value = this.range[3];
        }
    }

    public FakeControls() {
        add(0x00980001, Control.Type.CTRL_CLASS, "User Controls", 0x44);
        add(0x00980900, 1, "Brightness", 0x20, 0, 255, 1, 128);
        add(0x00980901, 1, "Zoom, Absolute", 0, 100, 400, 25, 100);
        add(0x00980903, 2, "Horizontal Flip", 0x400, 0, 1, 1, 0);
        add(0x00980904, 4, "Do It Now", 0x240, 0, 0, 0, 0);
        add(0x00980905, 5, "Large Number", 0, 0, 1L << 40, 1, 1L << 33);
        add(0x00980906, 7, "String", 0, 1, 5, 1, 0).value = "ab";
        add(0x00980907, 8, "Bitmask", 0, 0, 0x8000_2002L, 0, 0x2002);
        Entry numbers = add(0x00980908, 9, "Integer Menu", 0, 1, 3, 1, 1);
        numbers.menu.putAll(Map.of(1, 10L, 2, 20L, 3, 30L));
        add(0x00980909, 0x100, "Matrix", 0x100, 0, 255, 1, 7).dimension = 6;
        add(0x0098090a, 1, "Temperature", 0x84, -40, 125, 1, 20);
        add(0x0098090b, 1, "Off", 0x1, 0, 1, 1, 0);
        add(0x0098090c, 1, "Brightness", 0x10, -5, 5, 1, 0);
        Entry level = add(0x00990a6b, 3, "H264 Level", 0, 0, 4, 1, 4); // its menu has no names
        level.menu.putAll(Map.of(0, "1", 1, "1b", 2, "4", 4, "4.2"));
    }

    private Entry add(int id, int type, String title, int flags, long... range) {
        Entry entry = new Entry(id, type, title, flags, range);
        entries.add(entry);
        return entry;
    }

    /** Adds a control that flips the picture vertically. */
    public synchronized FakeControls flipping() {
        entries.add(entries.size() - 1, new Entry(0x00980915, 2, "Vertical Flip", 0, 0, 1, 1, 0));
        return this;
    }

    /** Adds a control that rotates the picture. */
    public synchronized FakeControls rotating() {
        entries.add(entries.size() - 1, new Entry(0x00980922, 1, "Rotate", 0, 0, 270, 90, 0));
        return this;
    }

    /** Adds the bit rate of an encoder. */
    public synchronized FakeControls encoding() {
        entries.add(entries.size() - 1, new Entry(0x009909cf, 1, "Video Bitrate", 0, 25_000, 25_000_000, 25_000, 0));
        return this;
    }

    /** Sets a control as another program does. */
    public synchronized FakeControls found(String title, long value) {
        first(title).value = value;
        return this;
    }

    /** Returns the value that a control has in the driver. */
    public synchronized String value(String title) {
        return String.valueOf(first(title).value);
    }

    /** Makes the next attempt to set a control fail. */
    public synchronized FakeControls refuses(String title, int errno) {
        writeErrors.put(first(title).id, errno);
        return this;
    }

    /** Returns the settings in the order of the calls, as {@code title=value}. */
    public synchronized List<String> written() {
        return List.copyOf(written);
    }

    synchronized long address(ByteBuffer memory) {
        return addresses.computeIfAbsent(memory, unknown -> nextAddress += 0x1000);
    }

    private ByteBuffer at(long address) {
        return addresses.entrySet().stream()
                .filter(known -> known.getValue() == address)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError("EFAULT: address=" + address));
    }

    private boolean older;

    /** Returns the result of an ioctl; null if it is not about controls. */
    synchronized @Nullable Integer answer(int request, ByteBuffer argument) {
        if (request == abi.queryExtControl) {
            return older ? -Errno.ENOTTY : query(argument);
        }
        if (request == abi.queryControl) {
            return queryOlder(argument);
        }
        if (request == abi.queryMenu) {
            return menu(argument);
        }
        return request == abi.getExtControls || request == abi.setExtControls
                ? value(argument, request == abi.setExtControls)
                : null;
    }

    private int query(ByteBuffer query) {
        int asked = query.getInt(0);
        if ((asked & NEXT) != NEXT) {
            return -Errno.EINVAL;
        }
        Entry next = entries.stream()
                .filter(entry -> entry.id > (asked & ~NEXT))
                .findFirst()
                .orElse(null);
        if (next == null) {
            return -Errno.EINVAL;
        }
        StructLayout layout = abi.queryExtCtrl;
        query.putInt(layout.offset("id"), next.id).putInt(layout.offset("type"), next.type);
        query.put(layout.offset("name"), next.title.getBytes(StandardCharsets.US_ASCII));
        query.putLong(layout.offset("minimum"), next.range[0]).putLong(layout.offset("maximum"), next.range[1]);
        query.putLong(layout.offset("step"), next.range[2]).putLong(layout.offset("default_value"), next.range[3]);
        query.putInt(layout.offset("flags"), next.flags);
        query.putInt(layout.offset("nr_of_dims"), next.dimension > 0 ? 1 : 0);
        query.putInt(layout.offset("dims"), next.dimension);
        return 0;
    }

    /** Answers as a kernel does that lacks VIDIOC_QUERY_EXT_CTRL: with 32-bit numbers and without arrays. */
    private int queryOlder(ByteBuffer query) {
        int asked = query.getInt(0);
        Entry next = entries.stream()
                .filter(entry -> entry.id > (asked & 0x7fff_ffff) && entry.dimension == 0 && entry.range[1] >>> 32 == 0)
                .findFirst()
                .orElse(null);
        if (asked >= 0 || next == null) {
            return -Errno.EINVAL;
        }
        StructLayout layout = abi.queryctrl;
        query.putInt(layout.offset("id"), next.id).putInt(layout.offset("type"), next.type);
        query.put(layout.offset("name"), next.title.getBytes(StandardCharsets.US_ASCII));
        query.putInt(layout.offset("minimum"), (int) next.range[0])
                .putInt(layout.offset("maximum"), (int) next.range[1]);
        query.putInt(layout.offset("step"), (int) next.range[2])
                .putInt(layout.offset("default_value"), (int) next.range[3]);
        query.putInt(layout.offset("flags"), next.flags);
        return 0;
    }

    /** Leaves the driver with VIDIOC_QUERYCTRL alone. */
    synchronized FakeControls older() {
        older = true;
        return this;
    }

    private int menu(ByteBuffer query) {
        Object name = byId(query.getInt(0)).menu.get(query.getInt(4));
        if (name == null) {
            return -Errno.EINVAL;
        }
        if (name instanceof Long number) {
            query.order(ByteOrder.nativeOrder()).putLong(8, number);
        } else {
            query.put(8, name.toString().getBytes(StandardCharsets.US_ASCII));
        }
        return 0;
    }

    private int value(ByteBuffer list, boolean set) {
        int pointer = abi.extControls.offset("controls");
        ByteBuffer control = at(abi.model.longBytes() == 8 ? list.getLong(pointer) : list.getInt(pointer));
        Entry entry = byId(control.getInt(0));
        Integer errno = set ? writeErrors.remove(entry.id) : null;
        if (errno != null) {
            return -errno;
        }
        if (entry.type == 7) {
            text(entry, control, set);
        } else if (set) {
            entry.value = entry.type == 5 ? control.getLong(12) : (long) control.getInt(12);
        } else if (entry.type == 5) {
            control.putLong(12, (Long) entry.value);
        } else {
            control.putInt(12, ((Long) entry.value).intValue());
        }
        if (set) {
            written.add(entry.title + "=" + entry.value);
        }
        return 0;
    }

    private void text(Entry entry, ByteBuffer control, boolean set) {
        ByteBuffer text = at(abi.model.longBytes() == 8 ? control.getLong(12) : control.getInt(12));
        if (control.getInt(4) != entry.range[1] + 1) {
            throw new AssertionError("ENOSPC: size=" + control.getInt(4));
        }
        if (set) {
            entry.value = Device.text(text, 0, text.capacity());
        } else {
            text.put(0, entry.value.toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Entry byId(int id) {
        return entries.stream()
                .filter(entry -> entry.id == id)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such control: id=" + id));
    }

    private Entry first(String title) {
        return entries.stream()
                .filter(entry -> entry.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such control: title=" + title));
    }
}
