package dev.perch.v4l2;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The offsets of the fields of a C struct, computed from their types by the rules of the platform's ABI: each is aligned to its own size. */
final class StructLayout {
    private final String name;
    private final Map<String, Integer> offsets;
    private final int sizeBytes;
    private final int alignmentBytes;

    private StructLayout(Builder built) {
        this.name = built.name;
        this.offsets = Map.copyOf(built.offsets);
        this.alignmentBytes = built.alignmentBytes;
        this.sizeBytes = align(built.endBytes, alignmentBytes);
    }

    /** Begins a struct without fields. */
    static Builder of(String name, DataModel model) {
        return new Builder(name, model);
    }

    /** Returns the struct's tag in C. */
    String name() {
        return name;
    }

    /** Returns the names of the fields. */
    Set<String> fields() {
        return offsets.keySet();
    }

    /** Returns {@code sizeof}. */
    int sizeBytes() {
        return sizeBytes;
    }

    /** Returns {@code offsetof}. */
    int offset(String field) {
        Integer offset = offsets.get(field);
        if (offset == null) {
            throw new IllegalArgumentException("no such field: struct=" + name + " field=" + field);
        }
        return offset;
    }

    private static int align(int offset, int alignmentBytes) {
        return (offset + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
    }

    /** Appends fields in the order of the C declaration. */
    static final class Builder {
        private final String name;
        private final DataModel model;
        private final Map<String, Integer> offsets = new LinkedHashMap<>();
        private int endBytes;
        private int alignmentBytes = 1;
        private boolean packed;

        private Builder(String name, DataModel model) {
            this.name = name;
            this.model = model;
        }

        /** Makes the struct {@code __attribute__((packed))}. Call this before the first field. */
        Builder packed() {
            packed = true;
            return this;
        }

        /** Appends a {@code __u32} or {@code __s32} for each name. */
        Builder u32(String... names) {
            for (String field : names) {
                field(field, 4, 4);
            }
            return this;
        }

        /** Appends {@code __u32 field[count]}. */
        Builder u32s(String field, int count) {
            return field(field, 4 * count, 4);
        }

        /** Appends a {@code __u16}. */
        Builder u16(String field) {
            return field(field, 2, 2);
        }

        /** Appends a {@code __u64} or {@code __s64}. */
        Builder u64(String field) {
            return field(field, 8, model.wideAlignmentBytes());
        }

        /** Appends {@code __u8 field[count]}. */
        Builder u8s(String field, int count) {
            return field(field, count, 1);
        }

        /** Appends a {@code struct timeval} or {@code struct timespec}. */
        Builder time(String field) {
            int half = model.timevalBytes() / 2;
            return field(field, 2 * half, half == 8 ? wideOrLongAlignment() : half);
        }

        /** Appends a union whose largest member has {@code size} bytes and which holds a pointer or an {@code unsigned long}. */
        Builder pointerUnion(String field, int size) {
            return field(field, Math.max(size, model.longBytes()), model.longBytes());
        }

        /** Appends a union whose largest member has {@code size} bytes and which holds a 64-bit number. */
        Builder wideUnion(String field, int size) {
            return field(field, size, model.wideAlignmentBytes());
        }

        /** Appends a struct inside the struct; its fields are named {@code field.inner}. */
        Builder struct(String field, StructLayout inner) {
            field(field, inner.sizeBytes, inner.alignmentBytes);
            int start = endBytes - inner.sizeBytes;
            inner.offsets.forEach((innerField, offset) -> offsets.put(field + "." + innerField, start + offset));
            return this;
        }

        StructLayout build() {
            return new StructLayout(this);
        }

        private int wideOrLongAlignment() {
            return model.longBytes() == 8 ? 8 : model.wideAlignmentBytes();
        }

        private Builder field(String field, int size, int naturalAlignment) {
            int alignment = packed ? 1 : naturalAlignment;
            int offset = align(endBytes, alignment);
            offsets.put(field, offset);
            endBytes = offset + size;
            alignmentBytes = Math.max(alignmentBytes, alignment);
            return this;
        }
    }
}
