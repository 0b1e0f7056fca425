package dev.perch.access;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The recent failed logins, by address and by user, and how long the next attempt must wait: nothing after the first few, then a second, doubled each
 * time. The oldest are forgotten for new ones, so that memory is bounded. Safe from any thread.
 */
final class Failures {
    /** The failures that cost nothing: slips of the keyboard. */
    private static final int FREE = 3;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long LONGEST_OF_ADDRESS_NANOS = 60 * SECOND_NANOS;

    /** The longest wait for a user's name: a stranger who guesses must not lock out the user. */
    private static final long LONGEST_OF_USER_NANOS = 5 * SECOND_NANOS;

    /** The time without a failure after which it is forgotten. */
    private static final long FORGOTTEN_NANOS = 15 * 60 * SECOND_NANOS;

    private static final int MOST = 2048;
    private static final int NETWORK_BYTES = 8; // of IPv6: a host has all addresses of its network (RFC 4291 §2.5.4)

    private final Map<Long, Failed> failed = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

    private static final class Failed {
        private int times;
        private long lastNanos;
    }

    /** Returns the seconds that the next attempt must wait; 0 for none. */
    synchronized long waitSeconds(Optional<InetAddress> address, String user, long nowNanos) {
        long nanos = Math.max(
                left(address(address), LONGEST_OF_ADDRESS_NANOS, nowNanos),
                left(user(user), LONGEST_OF_USER_NANOS, nowNanos));
        return nanos <= 0 ? 0 : (nanos + SECOND_NANOS - 1) / SECOND_NANOS;
    }

    private long left(long key, long longest, long nowNanos) {
        Failed known = failed.get(key);
        if (known == null || known.times <= FREE) {
            return 0;
        }
        long delay = Math.min(longest, SECOND_NANOS << Math.min(known.times - FREE - 1, 10));
        return known.lastNanos + delay - nowNanos;
    }

    synchronized void fail(Optional<InetAddress> address, String user, long nowNanos) {
        count(address(address), nowNanos);
        count(user(user), nowNanos);
    }

    /** Counts an attempt of which only the origin is known. */
    synchronized void fail(Optional<InetAddress> address, long nowNanos) {
        count(address(address), nowNanos);
    }

    private void count(long key, long nowNanos) {
        Failed known = failed.get(key);
        if (known == null) {
            makeRoom();
            known = new Failed();
            failed.put(key, known);
        } else if (nowNanos - known.lastNanos > FORGOTTEN_NANOS) {
            known.times = 0;
        }
        known.times++;
        known.lastNanos = nowNanos;
    }

    private void makeRoom() {
        Iterator<Failed> oldest = failed.values().iterator();
        while (oldest.hasNext() && failed.size() >= MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    /** Forgets the address, whose user has logged in. Others' failures with the user's name remain. */
    synchronized void succeed(Optional<InetAddress> address) {
        failed.remove(address(address));
    }

    synchronized int size() {
        return failed.size();
    }

    private static long address(Optional<InetAddress> address) {
        long hash = 1;
        if (address.isPresent()) {
            byte[] bytes = address.get().getAddress();
            int count = address.get() instanceof Inet4Address ? bytes.length : NETWORK_BYTES;
            for (int i = 0; i < count; i++) {
                hash = (hash << Byte.SIZE) ^ (hash >>> 56) ^ (bytes[i] & 0xff);
            }
        }
        return hash << 1;
    }

    private static long user(String user) {
        long hash = 7;
        for (int i = 0; i < user.length(); i++) {
            hash = hash * 0x100000001b3L + user.charAt(i);
        }
        return (hash << 1) | 1;
    }
}
