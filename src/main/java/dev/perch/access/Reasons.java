package dev.perch.access;

import dev.perch.config.AddressRange;
import java.net.Inet6Address;
import java.util.Optional;

/** The words in which callers are told why they may not. */
final class Reasons {
    /** Of a link that does not count, or not here. */
    static final Verdict BY_LINK = new Verdict.Refused(
            "Not by this link", "The link has ended, was taken back, or does not lead here or from here.");

    /** Of every name, so that whoever has no key does not learn which cameras there are to publish to. */
    static final Verdict NO_PUBLISHER = new Verdict.Refused(
            "For the publisher only",
            "That takes a camera of this name that is published to, and its publish-key, from where access.publish lets it come."
                    + " It is sent as \"Authorization: Bearer KEY\" or \"X-Perch-Key: KEY\", by RTMP as \"?key=KEY\" or behind the camera's name.");

    private Reasons() {}

    /** Of a user whose roles are not enough. */
    static Verdict notYours(Grants grants) {
        return grants.all().isEmpty()
                ? new Verdict.Refused("No role", Users.noRole())
                : new Verdict.Refused(
                        "Not yours", "Your roles (" + grants + ") do not reach this. Another user's may: /login.");
    }

    static Verdict walled(Caller caller, Optional<String> camera, String wish) {
        return new Verdict.Refused(
                "Not from this address",
                "access.play of perch.yml does not let " + caller.seen() + " " + wish
                        + camera.map(id -> " camera " + id).orElse("") + ".");
    }

    static Verdict byForeignName(Caller caller) {
        String host = caller.host().length() > 80 ? caller.host().substring(0, 80) + "…" : caller.host();
        return new Verdict.Refused(
                "Not by this name",
                "Perch lets you in by your address, and only under a name that nobody elsewhere can own: an IP address, localhost, a name without a dot or in .local, .lan, .home.arpa, or this machine's own."
                        + " You called it \"" + host
                        + "\". If that name is yours, write in perch.yml: server: {hosts: [" + host
                        + "]}, or name the proxy that hands it on in server.trusted-proxies.");
    }

    static Verdict tooFar(Caller caller) {
        return new Verdict.Refused(
                "For private networks only",
                "Perch shows its cameras to private addresses only, and you come from " + caller.seen()
                        + "."
                        + ownNetwork(caller)
                        + " To let everybody watch, write in perch.yml: access: {play: {allow: all}}");
    }

    /** A home's computers have public addresses of IPv6, which begin alike (RFC 4291 §2.5.4) and are nobody's private ones. */
    private static String ownNetwork(Caller caller) {
        return caller.address()
                .filter(address ->
                        address instanceof Inet6Address && caller.told().isEmpty())
                .map(address -> " If that is your own network, write in perch.yml: access: {play: {allow: [private, \""
                        + AddressRange.network(address) + "\"]}}.")
                .orElse("");
    }
}
