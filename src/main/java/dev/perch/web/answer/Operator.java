package dev.perch.web.answer;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Who may change things: whoever has the key. Without a configured key, whoever sits at this machine; with one, a program on this machine has the
 * key of the running Perch's key file instead, which only root and Perch's own user can read.
 */
public final class Operator {
    private static final String BEARER = "bearer ";

    private final String key;
    private final Callers callers;
    private final IntFunction<Optional<String>> localKeys;

    /**
     * @param key as configured; empty: nobody has it
     * @param localKeys the content of the key file of the Perch that listens at a port; empty where there is none
     */
    public Operator(String key, Callers callers, IntFunction<Optional<String>> localKeys) {
        this.key = key;
        this.callers = callers;
        this.localKeys = localKeys;
    }

    /** Why the request may not change anything; empty when it may. */
    public Optional<Problem> refusal(HttpServletRequest request) {
        String given = givenKey(request);
        boolean atThisMachine = callers.of(request).atThisMachine();
        boolean free = key.isEmpty() && given.isEmpty() && atThisMachine;
        if (free || same(key, given) || (atThisMachine && !given.isEmpty() && local(given, request.getLocalPort()))) {
            return Optional.empty();
        }
        String sentence = key.isEmpty()
                ? "Only this machine itself may do that, and not through a proxy: set server.operator-key in perch.yml, and send it."
                : given.isEmpty()
                        ? "That needs server.operator-key; on this machine itself, \"bin/perch set\" as root needs none."
                        : "That is not the key of server.operator-key.";
        return Optional.of(Problem.of(
                403,
                "For the operator only",
                sentence + " It is sent as \"X-Perch-Key: KEY\" or \"Authorization: Bearer KEY\"."));
    }

    private boolean local(String given, int port) {
        return !key.isEmpty()
                && localKeys.apply(port).filter(local -> same(local, given)).isPresent();
    }

    /** Takes as long for a wrong key as for a right one. */
    private static boolean same(String right, String given) {
        return !right.isEmpty()
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
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
}
