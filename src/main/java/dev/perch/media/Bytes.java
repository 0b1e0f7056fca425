package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A read-only view of memory, on the heap or direct, with value equality.
 *
 * <p>Immutable as far as this class goes: whoever made it by {@link #view} promises that the memory under it stays as it is for as long as
 * the view is used; {@link #copyOf} makes no such demand.
 */
public final class Bytes {
    private static final Bytes EMPTY = new Bytes(ByteBuffer.allocate(0).asReadOnlyBuffer());

    private final ByteBuffer memory; // position 0, limit = size; never moved

    private Bytes(ByteBuffer memory) {
        this.memory = memory;
    }

    /** No bytes at all. */
    public static Bytes empty() {
        return EMPTY;
    }

    /** A copy of the given bytes, on the heap. */
    public static Bytes copyOf(byte... bytes) {
        return new Bytes(ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer());
    }

    /** A copy, on the heap, of what remains in {@code buffer}; its position remains unchanged. */
    public static Bytes copyOf(ByteBuffer buffer) {
        ByteBuffer copy = ByteBuffer.allocate(buffer.remaining());
        copy.put(buffer.duplicate()).flip();
        return new Bytes(copy.asReadOnlyBuffer());
    }

    /** The memory between the position and the limit of {@code buffer}, shared, not copied; its position remains unchanged. */
    public static Bytes view(ByteBuffer buffer) {
        return new Bytes(buffer.slice().asReadOnlyBuffer());
    }

    /** How many bytes. */
    public int size() {
        return memory.limit();
    }

    /** The byte at {@code index} as a number from 0 to 255. */
    public int at(int index) {
        return memory.get(index) & 0xff;
    }

    /** The bytes from {@code from} (inclusive) to {@code to} (exclusive), shared. */
    public Bytes slice(int from, int to) {
        return new Bytes(memory.slice(from, to - from));
    }

    /** A read-only buffer over the same memory, position 0; the caller's own to move. */
    public ByteBuffer buffer() {
        return memory.duplicate();
    }

    /** Appends all the bytes to {@code destination}, whose position moves on. */
    public void copyTo(ByteBuffer destination) {
        int size = size();
        destination.put(destination.position(), memory, 0, size);
        destination.position(destination.position() + size);
    }

    /** A copy as an array. */
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
