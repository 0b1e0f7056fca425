package dev.perch.access;

import dev.perch.config.AddressRange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Names and addresses of one's own machine and one's own network. No name server is asked. */
public final class LocalNames {
    /** RFC 6762 (mDNS), RFC 8375, and what many routers call their network. */
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

    /** Returns whether {@code host} can lead nowhere but into one's own network: nobody else can own such a name. */
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
     * Returns whether {@code host} is a name that anybody may own, and have lead here. An address is none, nor is a name that can lead nowhere but into one's own network, nor one of this
     * machine's own.
     *
     * @param known the names that the configuration has for this machine, in lower case
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

    /** Returns {@code host} without brackets and the root's dot, in lower case. */
    static String bare(String host) {
        return host.replaceAll("^\\[|]$", "").replaceFirst("(?<=.)\\.$", "").toLowerCase(Locale.ROOT);
    }

    /** Returns whether {@code address} is loopback's, link-local or of a private network (RFC 1918, 3927, 4193, 4291). */
    public static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || (address instanceof Inet6Address
                        ? (address.getAddress()[0] & 0xfe) == 0xfc
                        : address.isSiteLocalAddress());
    }
}
