package dev.perch.access;

import dev.perch.config.AddressRange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Recognizes names and addresses of the own machine and the own network. No name server is asked. */
public final class LocalNames {
    /** The domains of local networks: RFC 6762 (mDNS), RFC 8375, and the usual name in routers. */
    public static final List<String> LOCAL_DOMAINS = List.of(".local", ".lan", ".home.arpa");

    private LocalNames() {}

    /** Returns whether {@code host} means the machine that asks (RFC 6761 §6.3). */
    static boolean loopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || AddressRange.literal(host)
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent();
    }

    /** Returns whether {@code host} can only lead into the own network: nobody else can own such a name. */
    public static boolean local(String host) {
        Optional<InetAddress> address = AddressRange.literal(host);
        if (address.isPresent()) {
            return isPrivate(address.get());
        }
        boolean single = !host.isEmpty() && host.indexOf('.') < 0 && host.indexOf(':') < 0;
        return single
                || loopback(host)
                || LOCAL_DOMAINS.stream().anyMatch(domain -> host.endsWith(domain) && host.length() > domain.length());
    }

    /**
     * Returns whether {@code host} is a name that anybody may own and have lead here. Addresses are not, nor are names that can only lead into the
     * own network, nor names of this machine.
     *
     * @param known the names of this machine in the configuration, in lower case
     */
    public static boolean foreign(String host, Set<String> known) {
        String bare = bare(host);
        return !bare.isEmpty()
                && bare.indexOf(':') < 0
                && AddressRange.literal(bare).isEmpty()
                && !local(bare)
                && !known.contains(bare)
                && !OwnNames.has(bare);
    }

    /** Returns {@code host} in lower case, without brackets and the final dot. */
    static String bare(String host) {
        return host.replaceAll("^\\[|]$", "").replaceFirst("(?<=.)\\.$", "").toLowerCase(Locale.ROOT);
    }

    /** Returns whether {@code address} is loopback, link-local or in a private network (RFC 1918, 3927, 4193, 4291). */
    public static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || (address instanceof Inet6Address
                        ? (address.getAddress()[0] & 0xfe) == 0xfc
                        : address.isSiteLocalAddress());
    }
}
