package dev.perch.web;

import dev.perch.access.Caller;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.CrossOrigin;
import dev.perch.web.answer.Problem;
import dev.perch.web.line.Handover;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The checks that a request passes before its route.
 *
 * @param callers identifies who asks
 * @param origins decides which pages of other sites may read
 * @param loopbackOnly tells whether the request came by a connector that listens on this machine only
 */
public record Edge(Callers callers, CrossOrigin origins, Predicate<HttpServletRequest> loopbackOnly) {
    private static final int MISDIRECTED = 421; // RFC 9110 §15.5.20

    public static Edge of(ServerConfig server, Optional<Handover> handover) {
        return of(server, /* containerUsers= */ false, handover);
    }

    /**
     * Creates the checks.
     *
     * @param containerUsers whether the servlet container knows the users
     */
    static Edge of(ServerConfig server, boolean containerUsers, Optional<Handover> handover) {
        return new Edge(
                new Callers(server.trustedProxies(), server.hosts(), containerUsers),
                new CrossOrigin(server.cors()),
                request -> handover.filter(way -> way.loopbackOnly(request)).isPresent());
    }

    /**
     * Returns why the request is not for this server: the server listens on this machine only, but was called by a foreign name. Either that name
     * leads here maliciously (DNS rebinding), or an unconfigured proxy stands in front.
     */
    Optional<Problem> misdirected(HttpServletRequest request) {
        if (!loopbackOnly.test(request)) {
            return Optional.empty();
        }
        Caller caller = callers.of(request);
        if (caller.ownHost() || caller.trustedPeer()) {
            return Optional.empty();
        }
        String host = caller.host().length() > 80 ? caller.host().substring(0, 80) + "…" : caller.host();
        return Optional.of(Problem.of(
                MISDIRECTED,
                "Not this server's name",
                "Perch listens at this machine only and is called \"" + host
                        + "\"; accepted: localhost and loopback addresses. A proxy on this machine that hands other names on is named"
                        + " in perch.yml: server.trusted-proxies: [127.0.0.1]."));
    }
}
