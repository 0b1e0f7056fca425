package dev.perch.audience;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts viewers by their address, so that one stranger cannot take all places. An address is one IPv4 address, or one IPv6 network (the first 64
 * bits, RFC 4291 §2.5.4: a host has all addresses of its network). Safe from any thread.
 */
public final class AddressShares {
    private static final int NETWORK_BYTES = 8;

    private final int most;
    private final Map<String, Integer> present = new HashMap<>(); // guarded by this

    /**
     * Creates the counter.
     *
     * @param most the most from one address
     */
    public AddressShares(int most) {
        this.most = most;
    }

    /** Thrown when an address has all the viewers that it may have. */
    public static final class FullException extends RuntimeException {
        private final int most;

        FullException(String address, int most) {
            super(
                    address + " has " + most + " viewers or requests that wait, as many as one address may have. Raise"
                            + " server.max-viewers-per-address, or name the proxy that many come through in server.trusted-proxies.");
            this.most = most;
        }

        /** Returns the most viewers of one address. */
        public int most() {
            return most;
        }
    }

    /**
     * Counts one more from {@code address}.
     *
     * @return ends the count, once
     * @throws FullException when the address has as many as it may
     */
    Runnable enter(InetAddress address) {
        String network = network(address);
        count(network);
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                leave(network);
            }
        };
    }

    private synchronized void count(String network) {
        int now = present.getOrDefault(network, 0);
        if (now >= most) {
            throw new FullException(network, most);
        }
        present.put(network, now + 1);
    }

    private synchronized void leave(String network) {
        present.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Returns the name under which {@code address} is counted. */
    public static String network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] first = Arrays.copyOf(address.getAddress(), NETWORK_BYTES);
        String hex = String.format("%016x", new BigInteger(1, first));
        return hex.replaceAll("(.{4})(?=.)", "$1:") + "::/64";
    }
}
