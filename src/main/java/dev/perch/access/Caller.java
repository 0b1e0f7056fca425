package dev.perch.access;

import dev.perch.config.AddressRange;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The client that asks.
 *
 * @param address of the client, as far as it is known: the one that a trusted proxy tells, otherwise the connection's other end; empty if the
 * container names none
 * @param told a public address that a proxy which the configuration does not name tells of, or {@link #HIDDEN}; believed where it takes rights, and nowhere else
 * @param proxied true when anything stands between, as a header of the request, the container or the configuration tells: then an address is never
 * this machine itself, whatever it is
 * @param trustedPeer true when the connection's other end is a proxy that the configuration names
 * @param host the name that the client called this server by, in lower case, without port and brackets
 * @param foreign true when that is a name that anybody may own and have lead here (DNS rebinding): then a web page of elsewhere may be what asks, and
 * the address tells nothing
 * @param port of this server that the client came by
 * @param given the credentials that it shows
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
    /** Stands for an address that a proxy keeps to itself ({@code unknown}, {@code _hidden}; RFC 7239 §6.3), which may be anybody's. */
    public static final InetAddress HIDDEN = AddressRange.literal("0.0.0.0").orElseThrow();

    public Caller {
        host = LocalNames.bare(host);
    }

    /** Has heard of no other address, and is called by a name of one's own network. */
    public Caller(
            Optional<InetAddress> address,
            boolean proxied,
            boolean trustedPeer,
            String host,
            int port,
            Optional<Credentials> given) {
        this(address, Optional.empty(), proxied, trustedPeer, host, /* foreign= */ false, port, given);
    }

    /** Returns the same caller with other proofs. */
    public Caller showing(Optional<Credentials> others) {
        return new Caller(address, told, proxied, trustedPeer, host, foreign, port, others);
    }

    /**
     * Returns whether it sits at this machine: by the address that it comes from and by the name that it uses. A page of another site that has its name lead
     * here (DNS rebinding) comes from this machine too, but names its own host.
     */
    public boolean atThisMachine() {
        return !proxied && fromLoopback() && ownHost();
    }

    /** Returns whether {@link #address} is one of this machine's own. */
    public boolean fromLoopback() {
        return address.filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** Returns whether {@link #host} can mean only the machine that the client runs on. */
    public boolean ownHost() {
        return LocalNames.loopback(host);
    }

    /** Returns whether it is in the same house, as far as its address tells. */
    public boolean near() {
        return address.filter(LocalNames::isPrivate).isPresent() && told.isEmpty();
    }

    /** Returns the address that it seems to come from, for people. */
    String seen() {
        return told.or(() -> address)
                .filter(known -> !known.isAnyLocalAddress())
                .map(InetAddress::getHostAddress)
                .orElse("an unknown address");
    }
}
