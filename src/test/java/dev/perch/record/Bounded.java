package dev.perch.record;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.util.concurrent.Callable;

/** Drops CAP_SYS_RESOURCE (capabilities(7)) from root's threads, so that quotas bind them as they bind other users. */
final class Bounded {
    private static final int VERSION_3 = 0x20080522;
    private static final int SYS_RESOURCE = 1 << 24;

    private final Memory header = new Memory(8);
    private final Memory sets = new Memory(24); // the first number is what is in effect

    private Bounded() {
        header.setInt(0, VERSION_3);
        header.setInt(4, /* this thread */ 0);
        call("capget");
    }

    /** Runs {@code what}. Quotas bind the threads that it starts, and those that they start. */
    static <T> T starting(Callable<T> what) throws Exception {
        Bounded thread = new Bounded();
        int before = thread.sets.getInt(0);
        thread.set(before & ~SYS_RESOURCE);
        try {
            return what.call();
        } finally {
            thread.set(before);
        }
    }

    private void set(int wanted) {
        sets.setInt(0, wanted);
        call("capset");
    }

    private void call(String name) {
        NativeLibrary.getInstance("c")
                .getFunction(name, Function.THROW_LAST_ERROR)
                .invokeInt(new Object[] {header, sets});
    }
}
