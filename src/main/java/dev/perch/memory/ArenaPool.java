package dev.perch.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where arenas come from. Each is leased first and, when closed, freed at once instead of whenever the collector looks: on a small
 * machine a lease given back has to be memory given back.
 */
public final class ArenaPool {
    private static final MethodHandle INVOKE_CLEANER = invokeCleaner();

    private final MemoryBudget budget;
    private final AtomicInteger open = new AtomicInteger();

    public ArenaPool(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The budget that it draws from. */
    public MemoryBudget budget() {
        return budget;
    }

    /**
     * Leases and allocates.
     *
     * @throws BudgetExceededException when the budget, or the JVM's own limit on direct memory, has no room
     */
    public Arena take(String holder, int sizeBytes, String setting) throws BudgetExceededException {
        Lease lease = budget.lease(holder, sizeBytes, setting);
        try {
            Arena arena = new Arena(this, lease, ByteBuffer.allocateDirect(sizeBytes));
            open.incrementAndGet();
            return arena;
        } catch (OutOfMemoryError full) {
            // others in this JVM (Tomcat's socket buffers) use direct memory too
            lease.close();
            long leftBytes = budget.totalBytes() - budget.leasedBytes();
            BudgetExceededException refusal = new BudgetExceededException(
                    holder, sizeBytes, leftBytes, budget.totalBytes(), "-XX:MaxDirectMemorySize", setting);
            refusal.initCause(full);
            throw refusal;
        }
    }

    /** How many arenas are in use. */
    public int openArenas() {
        return open.get();
    }

    void free(ByteBuffer memory) {
        open.decrementAndGet();
        try {
            INVOKE_CLEANER.invoke(memory);
        } catch (Throwable impossible) {
            throw new IllegalStateException("the JVM refused to free direct memory", impossible);
        }
    }

    /** {@code sun.misc.Unsafe.invokeCleaner}: the one way on Java 17 to free a direct buffer at a known moment. */
    private static MethodHandle invokeCleaner() {
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
