package dev.perch.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the Java heap that is freed by its owner, not by the collector. Java 22 and later have an API for it (JEP 454); on Java 17 and 21
 * the only way is {@code sun.misc.Unsafe.invokeCleaner}, which Java 24 warns about and a later version removes.
 */
final class DirectMemory {
    private static final boolean FOREIGN = Runtime.version().feature() >= 22;

    private final ByteBuffer bytes;
    private final @Nullable AutoCloseable scope; // null where the buffer's own cleaner frees it

    private DirectMemory(ByteBuffer bytes, @Nullable AutoCloseable scope) {
        this.bytes = bytes;
        this.scope = scope;
    }

    /**
     * Allocates zeroed memory.
     *
     * @throws OutOfMemoryError when the JVM's limit on direct memory, or the system, has no room
     */
    static DirectMemory allocate(int sizeBytes) {
        JvmTally.take(sizeBytes);
        boolean given = false;
        try {
            DirectMemory memory = FOREIGN
                    ? Foreign.allocate(sizeBytes)
                    : new DirectMemory(ByteBuffer.allocateDirect(sizeBytes), /* scope= */ null);
            given = true;
            return memory;
        } finally {
            if (!given) {
                JvmTally.giveBack(sizeBytes);
            }
        }
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Frees the memory. Nobody may touch {@link #bytes} any more. */
    void free() {
        int sizeBytes = bytes.capacity();
        try {
            if (scope == null) {
                Cleaner.INVOKE.invoke(bytes);
            } else {
                scope.close();
            }
            JvmTally.giveBack(sizeBytes);
        } catch (Throwable impossible) {
            throw new IllegalStateException("the JVM refused to free direct memory", impossible);
        }
    }

    /** Loaded on Java 17 and 21 only. */
    private static final class Cleaner {
        private static final MethodHandle INVOKE = handle();

        private static MethodHandle handle() {
            try {
                Class<?> unsafe = Class.forName("sun.misc.Unsafe");
                Field instance = unsafe.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                return MethodHandles.lookup()
                        .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                        .bindTo(instance.get(null));
            } catch (ReflectiveOperationException missing) {
                throw new ExceptionInInitializerError(missing);
            }
        }
    }

    /** Loaded on Java 22 and later only: {@code Arena.ofShared().allocate(size, 16).asByteBuffer()}. */
    private static final class Foreign {
        private static final long ALIGNMENT_BYTES = 16;

        private static final MethodHandle OF_SHARED;
        private static final MethodHandle ALLOCATE;
        private static final MethodHandle AS_BYTE_BUFFER;

        static {
            try {
                Class<?> arena = Class.forName("java.lang.foreign.Arena");
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                OF_SHARED = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena));
                ALLOCATE =
                        lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class, long.class));
                AS_BYTE_BUFFER = lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
            } catch (ReflectiveOperationException missing) {
                throw new ExceptionInInitializerError(missing);
            }
        }

        /** Allocates through the new API, to which the JVM applies no limit of its own. */
        static DirectMemory allocate(int sizeBytes) {
            try {
                AutoCloseable scope = (AutoCloseable) OF_SHARED.invoke();
                Object segment = ALLOCATE.invoke(scope, (long) sizeBytes, ALIGNMENT_BYTES);
                return new DirectMemory((ByteBuffer) AS_BYTE_BUFFER.invoke(segment), scope);
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable impossible) {
                throw new IllegalStateException("the JVM refused direct memory", impossible);
            }
        }
    }
}
