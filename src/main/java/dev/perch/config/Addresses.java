package dev.perch.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks addresses to listen at, without asking any name server. */
final class Addresses {
    /** RFC 1123 §2.1: letters, digits and hyphens between dots. */
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*");

    private static final Pattern OCTETS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private Addresses() {}

    static Optional<String> read(String text) {
        boolean accepted = text.contains(":") ? isIpv6(text) : isIpv4(text) || isHostName(text);
        return accepted ? Optional.of(text) : Optional.empty();
    }

    /** Returns {@code text} if it is a host name and not an address. */
    static Optional<String> readName(String text) {
        return isHostName(text) ? Optional.of(text) : Optional.empty();
    }

    /** Returns whether {@code text} is an IP address, not a name. */
    static boolean isIp(String text) {
        return text.contains(":") ? isIpv6(text) : isIpv4(text);
    }

    private static boolean isIpv4(String text) {
        if (!OCTETS.matcher(text).matches()) {
            return false;
        }
        for (String octet : text.split("\\.", -1)) {
            if (Integer.parseInt(octet) > 255) {
                return false;
            }
        }
        return true;
    }

    /** A name that ends in digits is a mistyped address. */
    private static boolean isHostName(String text) {
        return HOST_NAME.matcher(text).matches() && !text.matches("(.*\\.)?[0-9]+");
    }

    /** Uses that {@link InetAddress} takes a text with a colon as a literal, never as a name. */
    private static boolean isIpv6(String text) {
        if (!text.matches("[0-9A-Fa-f:.]{2,45}")) {
            return false;
        }
        try {
            return InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
