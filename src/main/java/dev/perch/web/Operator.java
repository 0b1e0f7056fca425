package dev.perch.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may change things: whoever has the key, and without it whoever sits at this machine. Behind a reverse proxy everybody's connection
 * comes from this machine, so a request that went through one needs the key. A page of another site that has its name lead here (DNS
 * rebinding) comes from this machine too, but names its own host.
 */
final class Operator {
    /** What proxies add (RFC 7239, RFC 9110 section 7.6.3, and what was there before them). */
    private static final List<String> PROXIED =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via");

    private static final String BEARER = "bearer ";

    private final String key;

    /** @param key as configured; empty: nobody has it */
    Operator(String key) {
        this.key = key;
    }

    /** Why the request may not change anything; empty when it may. */
    Optional<Problem> refusal(HttpServletRequest request) {
        String given = givenKey(request);
        boolean known = !key.isEmpty()
                && MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        if (known || (given.isEmpty() && atThisMachine(request))) {
            return Optional.empty();
        }
        String sentence = key.isEmpty()
                ? "Only this machine itself may do that: set server.operator-key in perch.yml, and send it."
                : given.isEmpty()
                        ? "Others than this machine itself need server.operator-key for that."
                        : "That is not the key of server.operator-key.";
        return Optional.of(Problem.of(
                403,
                "For the operator only",
                sentence + " It is sent as \"X-Perch-Key: KEY\" or \"Authorization: Bearer KEY\"."));
    }

    private static String givenKey(HttpServletRequest request) {
        String own = request.getHeader("X-Perch-Key");
        String authorization = request.getHeader("Authorization");
        if (own != null) {
            return own.strip();
        }
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? authorization.substring(BEARER.length()).strip()
                : "";
    }

    private static boolean atThisMachine(HttpServletRequest request) {
        return loopback(request.getRemoteAddr())
                && PROXIED.stream().allMatch(header -> request.getHeader(header) == null)
                && ownHost(request.getServerName());
    }

    private static boolean ownHost(String host) {
        String bare = host.replaceAll("^\\[|]$", "").toLowerCase(Locale.ROOT);
        return bare.equals("localhost") || bare.endsWith(".localhost") || loopback(bare);
    }

    /** Of addresses, never of names: no name server is asked. */
    private static boolean loopback(String address) {
        if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.*)?")) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }
}
