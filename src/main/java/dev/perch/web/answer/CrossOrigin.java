package dev.perch.web.answer;

import dev.perch.access.LocalNames;
import dev.perch.config.Origins;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides which pages of other sites may read answers (Fetch Standard, HTTP extensions): those of the same host, of the own network, and of the
 * configuration. All headers about origins are written here. Pages that only show pictures and films need no permission.
 */
public final class CrossOrigin {
    private static final String DECIDER = CrossOrigin.class.getName();
    private static final String EXPOSED = "X-Timestamp, Content-Length, Content-Range, Date, ETag, Retry-After";
    private static final String PAGE = "default-src 'self'; img-src 'self'; media-src 'self' blob:; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ";

    private final Origins configured;

    public CrossOrigin(Origins configured) {
        this.configured = configured;
    }

    /** Returns whether the page that sent {@code request} may read the answer; true if no page of another site sent it. */
    public boolean mayRead(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null || allowed(origin, request);
    }

    /** Sets the fields that tell browsers and caches who may read the answer. Stores in the request who may show an error in a frame. */
    public void mark(HttpServletRequest request, HttpServletResponse response) {
        request.setAttribute(DECIDER, this);
        Headers.all(response::setHeader);
        String origin = request.getHeader("Origin");
        if (configured.any()) {
            response.setHeader(Headers.ALLOW_ORIGIN, "*");
            response.setHeader(Headers.EXPOSE_HEADERS, EXPOSED);
            return;
        }
        response.setHeader(Headers.VARY, "Origin");
        if (origin != null && allowed(origin, request)) {
            response.setHeader(Headers.ALLOW_ORIGIN, origin);
            response.setHeader(Headers.EXPOSE_HEADERS, EXPOSED);
        }
    }

    /**
     * Returns true unless a web page of another site sends the request. Such a page may change nothing, whoever its user is, even where every page
     * may read.
     */
    public boolean mayChange(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null ? !"cross-site".equals(request.getHeader("Sec-Fetch-Site")) : near(origin, request);
    }

    /** Answers a browser's preflight request. Pages of other sites may read, but never write. */
    public void preflight(String methods, HttpServletRequest request, HttpServletResponse response) {
        if (response.getHeader(Headers.ALLOW_ORIGIN) == null) {
            return;
        }
        response.setHeader("Access-Control-Allow-Methods", methods);
        response.setHeader("Access-Control-Allow-Headers", "*");
        response.setHeader("Access-Control-Max-Age", configured.any() ? "86400" : "600");
        // a page at a public address asks for one in a private network (WICG Private Network Access)
        if (request.getHeader("Access-Control-Request-Private-Network") != null) {
            response.setHeader("Access-Control-Allow-Private-Network", "true");
        }
    }

    /** Returns the pages that may show the answer to {@code request}, marked before, in a frame. */
    static String ancestorsOf(HttpServletRequest request) {
        return request.getAttribute(DECIDER) instanceof CrossOrigin decider ? decider.ancestors(request) : "'self'";
    }

    /** Adds {@code Accept} to the fields on which a cached answer depends. */
    public static void varyByAccept(HttpServletResponse response) {
        String vary = response.getHeader(Headers.VARY);
        response.setHeader(Headers.VARY, vary == null || vary.equals("Accept") ? "Accept" : "Accept, Origin");
    }

    /** Sets what a page may load (Content Security Policy Level 3), and who may show it in a frame: the pages that may read. */
    public void page(HttpServletRequest request, HttpServletResponse response) {
        Headers.page(PAGE + ancestors(request), response::setHeader);
    }

    /**
     * Returns the pages that may show this one in a frame. A policy cannot express "a private address" or "a name without a dot", so the page around
     * this one is named if the request tells it ({@code Referer}, of which browsers send the origin to other sites).
     */
    private String ancestors(HttpServletRequest request) {
        if (configured.any()) {
            return "*";
        }
        StringBuilder sources = new StringBuilder("'self' http://localhost:* https://localhost:*");
        String host = host(request.getServerName());
        if (host.matches("[a-z0-9._-]+")) {
            sources.append(" http://")
                    .append(host)
                    .append(":* https://")
                    .append(host)
                    .append(":*");
        }
        for (String domain : LocalNames.LOCAL_DOMAINS) {
            sources.append(" http://*")
                    .append(domain)
                    .append(":* https://*")
                    .append(domain)
                    .append(":*");
        }
        configured.named().stream()
                .sorted()
                .forEach(origin -> sources.append(' ').append(origin));
        around(request).ifPresent(origin -> sources.append(' ').append(origin));
        return sources.toString();
    }

    private Optional<String> around(HttpServletRequest request) {
        String referer = request.getHeader("Referer");
        if (referer == null) {
            return Optional.empty();
        }
        String origin = referer.replaceFirst("^([^:/]+://[^/?#]*).*", "$1");
        return Origins.normal(origin).filter(normal -> allowed(normal, request));
    }

    private boolean allowed(String origin, HttpServletRequest request) {
        return configured.any() || near(origin, request);
    }

    private boolean near(String origin, HttpServletRequest request) {
        Optional<String> normal = Origins.normal(origin); // "null" is not valid
        if (normal.isEmpty()) {
            return false;
        }
        if (configured.named().contains(normal.get())) {
            return true;
        }
        String fetchSite = request.getHeader("Sec-Fetch-Site"); // no script can set this header
        if ("same-origin".equals(fetchSite)) {
            return true;
        }
        return normal.get().startsWith("http")
                && ofHere(host(withoutPort(normal.get().replaceFirst("^https?://", ""))), request);
    }

    private static boolean ofHere(String host, HttpServletRequest request) {
        return !host.isEmpty()
                && (host.equals(host(request.getServerName()))
                        || host.equals(forwardedHost(request))
                        || LocalNames.local(host));
    }

    /**
     * Returns the host that the client called, as told by a proxy that uses another name for Perch. A page of another site cannot send this without a
     * preflight.
     */
    private static String forwardedHost(HttpServletRequest request) {
        String header = request.getHeader("X-Forwarded-Host");
        return header == null ? "" : host(withoutPort(header.strip()));
    }

    private static String withoutPort(String authority) {
        return authority.replaceFirst(":[0-9]+$", "");
    }

    /** Returns {@code text} in lower case, without brackets and the final dot. */
    private static String host(String text) {
        return text.replaceAll("^\\[|]$", "").replaceFirst("(?<=.)\\.$", "").toLowerCase(Locale.ROOT);
    }
}
