package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A read-only view of memory, on the heap or direct, with value equality.
 *
 * <p>This class never writes. The caller of {@link #view} promises that the memory stays unchanged while the view is used; {@link #copyOf} needs no
 * such promise.
 */
public final class Bytes {
    private static final Bytes EMPTY = new Bytes(ByteBuffer.allocate(0).asReadOnlyBuffer());

    private final ByteBuffer memory; // position 0, limit = size; never moved

    private Bytes(ByteBuffer memory) {
        this.memory = memory;
    }

    /** Returns the instance without bytes. */
    public static Bytes empty() {
        return EMPTY;
    }

    /** Returns a copy of the given bytes, on the heap. */
    public static Bytes copyOf(byte... bytes) {
        return new Bytes(ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer());
    }

    /** Returns a copy, on the heap, of the buffer's remaining bytes. The buffer's position does not move. */
    public static Bytes copyOf(ByteBuffer buffer) {
        ByteBuffer copy = ByteBuffer.allocate(buffer.remaining());
        copy.put(buffer.duplicate()).flip();
        return new Bytes(copy.asReadOnlyBuffer());
    }

    /** Returns a view of the buffer's remaining bytes, shared, not copied. The buffer's position does not move. */
    public static Bytes view(ByteBuffer buffer) {
        return new Bytes(buffer.slice().asReadOnlyBuffer());
    }

    public int size() {
        return memory.limit();
    }

    /** Returns the byte at {@code index} as a number from 0 to 255. */
    public int at(int index) {
        return memory.get(index) & 0xff;
    }

    /** Returns the bytes from {@code from} (inclusive) to {@code to} (exclusive), shared. */
    public Bytes slice(int from, int to) {
        return new Bytes(memory.slice(from, to - from));
    }

    /** Returns a read-only buffer over the same memory at position 0. The caller may move its position and limit. */
    public ByteBuffer buffer() {
        return memory.duplicate();
    }

    /** Appends all bytes to {@code destination} and advances its position. */
    public void copyTo(ByteBuffer destination) {
        int size = size();
        destination.put(destination.position(), memory, 0, size);
        destination.position(destination.position() + size);
    }

    /** Returns a copy of the bytes. */
    public byte[] toArray() {
        byte[] array = new byte[size()];
        memory.get(0, array);
        return array;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && memory.equals(bytes.memory);
    }

    @Override
    public int hashCode() {
        return memory.hashCode();
    }

    @Override
    public String toString() {
        int shown = Math.min(size(), 32);
        String hex = HexFormat.of().formatHex(slice(0, shown).toArray());
        return size() > shown ? hex + "… (" + size() + " bytes)" : hex;
    }
}
