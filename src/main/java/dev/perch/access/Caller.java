package dev.perch.access;

import dev.perch.config.AddressRange;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The client that sends a request.
 *
 * @param address the client's address as far as it is known: from a trusted proxy, otherwise the connection's peer; empty if the container gives none
 * @param told a public address named by a proxy that the configuration does not trust, or {@link #HIDDEN}; used only to take rights away
 * @param proxied true if a header, the container or the configuration shows that a proxy stands between; the address is then never this machine
 *     itself
 * @param trustedPeer true if the peer is a proxy that the configuration trusts
 * @param host the name by which the client called this server, in lower case, without port and brackets
 * @param foreign true if anybody may own that name and have it lead here (DNS rebinding): a foreign web page may be asking, and the address proves
 *     nothing
 * @param port the server's port that the client used
 * @param given the credentials shown
 */
public record Caller(
        Optional<InetAddress> address,
        Optional<InetAddress> told,
        boolean proxied,
        boolean trustedPeer,
        String host,
        boolean foreign,
        int port,
        Optional<Credentials> given) {
    /** Stands for an address that a proxy conceals ({@code unknown}, {@code _hidden}; RFC 7239 §6.3), which may be anybody's. */
    public static final InetAddress HIDDEN = AddressRange.literal("0.0.0.0").orElseThrow();

    public Caller {
        host = LocalNames.bare(host);
    }

    /** Creates a caller of whom no other address is known, and who uses a name of the own network. */
    public Caller(
            Optional<InetAddress> address,
            boolean proxied,
            boolean trustedPeer,
            String host,
            int port,
            Optional<Credentials> given) {
        this(address, Optional.empty(), proxied, trustedPeer, host, /* foreign= */ false, port, given);
    }

    /** Returns this caller with other credentials. */
    public Caller showing(Optional<Credentials> others) {
        return new Caller(address, told, proxied, trustedPeer, host, foreign, port, others);
    }

    /**
     * Returns whether the client is on this machine, by its address and by the name that it uses. A foreign page whose name leads here (DNS
     * rebinding) comes from this machine too, but uses its own host name.
     */
    public boolean atThisMachine() {
        return !proxied && fromLoopback() && ownHost();
    }

    /** Returns whether {@link #address} belongs to this machine. */
    public boolean fromLoopback() {
        return address.filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** Returns whether {@link #host} can only mean the machine that the client runs on. */
    public boolean ownHost() {
        return LocalNames.loopback(host);
    }

    /** Returns whether the client is in the same house, as far as its address tells. */
    public boolean near() {
        return address.filter(LocalNames::isPrivate).isPresent() && told.isEmpty();
    }

    /** Returns the address that the client seems to come from, for people. */
    String seen() {
        return told.or(() -> address)
                .filter(known -> !known.isAnyLocalAddress())
                .map(InetAddress::getHostAddress)
                .orElse("an unknown address");
    }
}
