package dev.perch.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An address, or all addresses with the same prefix (RFC 4632 §3.1, RFC 4291 §2.3).
 *
 * @param network the first address; bits behind the prefix are ignored
 * @param prefixBits the number of compared bits
 */
public record AddressRange(InetAddress network, int prefixBits) {
    public AddressRange {
        if (prefixBits < 0 || prefixBits > network.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException("the prefix is longer than the address: prefixBits=" + prefixBits);
        }
    }

    /** Returns the range in {@code text}, in the configuration's forms; empty if it is none. */
    public static Optional<AddressRange> of(String text) {
        return read(text);
    }

    /** Parses {@code 192.168.1.7}, {@code 10.0.0.0/8}, {@code fd00::/8}; empty for anything else. */
    static Optional<AddressRange> read(String text) {
        int slash = text.indexOf('/');
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        Optional<InetAddress> network = literal(slash < 0 ? text : text.substring(0, slash));
        if (network.isEmpty() || (slash >= 0 && !bits.matches("[0-9]{1,3}"))) {
            return Optional.empty();
        }
        int most = network.get().getAddress().length * Byte.SIZE;
        int prefixBits = slash < 0 ? most : Integer.parseInt(bits);
        return prefixBits > most ? Optional.empty() : Optional.of(new AddressRange(network.get(), prefixBits));
    }

    /**
     * Parses an address, never a name, so that no name server is asked. An IPv4 address in IPv6 form becomes the IPv4 address.
     *
     * @param text without brackets; a zone ({@code %eth0}) is ignored
     */
    public static Optional<InetAddress> literal(String text) {
        String bare = text.contains(":") ? text.replaceFirst("%.*", "") : text;
        if (!Addresses.isIp(bare)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare));
        } catch (UnknownHostException noAddress) {
            return Optional.empty();
        }
    }

    /** Returns the 64-bit network of an IPv6 address (RFC 4291 §2.5.4), in the configuration's form. */
    public static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Long.BYTES; i += 2) {
            text.append(Integer.toHexString(((bytes[i] & 0xff) << Byte.SIZE) | (bytes[i + 1] & 0xff)))
                    .append(':');
        }
        return text.append(":/64").toString();
    }

    /** Returns whether {@code address} is in this range. */
    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if ((ours[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixBits;
    }
}
