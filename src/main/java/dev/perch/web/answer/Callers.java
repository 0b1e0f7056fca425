package dev.perch.web.answer;

import dev.perch.access.Caller;
import dev.perch.access.Credentials;
import dev.perch.access.LocalNames;
import dev.perch.access.Permit;
import dev.perch.config.AddressRange;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Identifies who sends a request. Anybody can send a proxy's headers, so their values are trusted only from configured proxies. Their presence counts
 * from anybody, because it takes rights and gives none.
 */
public final class Callers {
    /** The headers that proxies add, apart from {@code X-Forwarded-…} and those with an address (RFC 7239, RFC 9110 §7.6.3, and those of CDNs). */
    private static final Set<String> FORWARDING = Set.of(
            "forwarded", "x-forwarded", "via", "x-original-host", "x-scheme", "cdn-loop", "cf-ray", "x-amz-cf-id");

    /**
     * The ends of the names of headers that hold the client's address: {@code X-Real-IP, X-Cluster-Client-IP, True-Client-IP, CF-Connecting-IP,
     * X-Azure-ClientIP, X-NF-Client-Connection-IP, X-ProxyUser-Ip, X-Envoy-External-Address, X-Original-Forwarded-For}. Each proxy and CDN has its own.
     */
    private static final List<String> TELLING = List.of(
            "client-ip",
            "clientip",
            "real-ip",
            "remote-ip",
            "user-ip",
            "connecting-ip",
            "connection-ip",
            "external-address",
            "forwarded-for");

    /** Set by Tomcat's RemoteIpValve and RemoteIpFilter, which remove the headers and replace the proxy's address. */
    private static final String REWRITTEN = "org.apache.tomcat.request.forwarded";

    /** The request attribute that holds the caller. */
    private static final String FOUND = Caller.class.getName();

    /** The name of the login cookie. */
    public static final String COOKIE = "perch";

    private static final String PERMIT = Permit.class.getName();
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final List<AddressRange> trusted;
    private final Set<String> hosts;
    private final boolean containerUsers;

    public Callers(List<AddressRange> trusted) {
        this(trusted, /* hosts= */ Set.of(), /* containerUsers= */ false);
    }

    /**
     * Creates it.
     *
     * @param hosts the configured names of this machine
     * @param containerUsers whether the servlet container knows the users
     */
    public Callers(List<AddressRange> trusted, Set<String> hosts, boolean containerUsers) {
        this.trusted = trusted;
        this.hosts = hosts;
        this.containerUsers = containerUsers;
    }

    /** Returns who sent {@code request}. */
    public Caller of(HttpServletRequest request) {
        if (request.getAttribute(FOUND) instanceof Caller known) {
            return known;
        }
        Caller found = find(request);
        request.setAttribute(FOUND, found);
        return found;
    }

    private Caller find(HttpServletRequest request) {
        Optional<InetAddress> peer = AddressRange.literal(String.valueOf(request.getRemoteAddr()));
        boolean trustedPeer = peer.filter(this::trusted).isPresent();
        boolean proxied = trustedPeer || rewritten(request) || forwarded(request);
        Optional<InetAddress> client =
                trustedPeer ? lastUntrusted(hops(request)).or(() -> peer) : peer;
        String host = Objects.requireNonNullElse(request.getServerName(), "");
        Optional<InetAddress> told = !proxied
                ? Optional.empty()
                : trustedPeer ? Optional.of(Caller.HIDDEN).filter(hidden -> hides(hops(request))) : told(request);
        boolean foreign = !trustedPeer && called(request) && LocalNames.foreign(host, hosts);
        return new Caller(client, told, proxied, trustedPeer, host, foreign, request.getLocalPort(), given(request));
    }

    /** Returns whether the client names a host, as every browser does; otherwise (HTTP/1.0) the container uses a name of its own. */
    private static boolean called(HttpServletRequest request) {
        return request.getHeader("Host") != null
                || String.valueOf(request.getProtocol()).startsWith("HTTP/2");
    }

    /** Returns the address by which the sender of {@code request} is counted; empty for a trusted proxy itself, and if unknown. */
    Optional<InetAddress> counted(HttpServletRequest request) {
        Caller caller = of(request);
        return caller.address()
                .filter(address ->
                        !caller.trustedPeer() || !address.getHostAddress().equals(request.getRemoteAddr()));
    }

    private boolean trusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /** Returns the permit of {@code request}; empty if it was let in without a check. */
    public static Optional<Permit> permit(HttpServletRequest request) {
        return request.getAttribute(PERMIT) instanceof Permit permit ? Optional.of(permit) : Optional.empty();
    }

    /** Stores the permit of {@code request}. */
    public static void permit(HttpServletRequest request, Permit permit) {
        request.setAttribute(PERMIT, permit);
    }

    /** Returns who sent {@code request}, with this name and password as credentials. */
    public Caller of(HttpServletRequest request, String user, String password) {
        Caller any = of(request);
        Credentials given =
                new Credentials("", user, password, "", containerUsers ? new ContainerUsers(request) : null);
        return new Caller(
                any.address(),
                any.told(),
                any.proxied(),
                any.trustedPeer(),
                any.host(),
                any.foreign(),
                any.port(),
                Optional.of(given));
    }

    /** Returns whether the client's own connection is encrypted, as far as the container or a trusted proxy tells. */
    public boolean secure(HttpServletRequest request) {
        return request.isSecure()
                || (of(request).trustedPeer() && "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto")));
    }

    private Optional<Credentials> given(HttpServletRequest request) {
        String own = request.getHeader("X-Perch-Key");
        String authorization = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
        String scheme = authorization.toLowerCase(Locale.ROOT);
        String key = own != null
                ? own.strip()
                : scheme.startsWith(BEARER)
                        ? authorization.substring(BEARER.length()).strip()
                        : "";
        String basic = scheme.startsWith(BASIC) ? basic(authorization.substring(BASIC.length())) : "";
        String cookie = cookie(Objects.requireNonNullElse(request.getHeader("Cookie"), ""));
        String link = LinkPath.token(request.getServletPath());
        if (link.isEmpty() && key.isEmpty() && basic.isEmpty() && cookie.isEmpty() && !containerUsers) {
            return own == null && !scheme.startsWith(BEARER) ? Optional.empty() : Optional.of(new Credentials(key));
        }
        int colon = basic.indexOf(':');
        return Optional.of(new Credentials(
                key,
                colon < 0 ? "" : basic.substring(0, colon),
                colon < 0 ? "" : basic.substring(colon + 1),
                cookie,
                link,
                containerUsers ? new ContainerUsers(request) : null));
    }

    /**
     * Returns name and password joined by a colon (RFC 7617 §2); empty if the text is not valid. The challenge asks for UTF-8, which Python's requests and aiohttp, and so OctoPrint and Home
     * Assistant, do not heed: bytes that are not UTF-8 are read as ISO 8859-1.
     */
    private static String basic(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException malformed) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException other) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Returns whether a request comes from a browser that has logged in. */
    public static boolean loggedIn(HttpServletRequest request) {
        return !cookie(Objects.requireNonNullElse(request.getHeader("Cookie"), ""))
                .isEmpty();
    }

    /** Returns the value of Perch's cookie in a Cookie header (RFC 6265 §5.4). */
    private static String cookie(String header) {
        int from = header.startsWith(COOKIE + "=") ? 0 : header.indexOf("; " + COOKIE + "=") + 2;
        if (header.isEmpty() || (from == 1 && !header.startsWith(COOKIE + "="))) {
            return "";
        }
        int begin = from + COOKIE.length() + 1;
        int end = header.indexOf(';', begin);
        return header.substring(begin, end < 0 ? header.length() : end).strip();
    }

    private static boolean rewritten(HttpServletRequest request) {
        return request.getAttribute(REWRITTEN) != null;
    }

    private static boolean forwarded(HttpServletRequest request) {
        Enumeration<String> names = request.getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement().toLowerCase(Locale.ROOT);
            if (name.startsWith("x-forwarded-") || FORWARDING.contains(name) || tells(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean tells(String name) {
        for (String end : TELLING) {
            if (name.endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    /** Returns a public address among the hops that the request claims. */
    private static Optional<InetAddress> told(HttpServletRequest request) {
        List<String> all = new ArrayList<>(hops(request));
        for (String name : Collections.list(request.getHeaderNames())) {
            if (tells(name.toLowerCase(Locale.ROOT))) {
                all.addAll(list(request, name));
            }
        }
        return all.stream()
                .flatMap(hop ->
                        node(hop).or(() -> Optional.of(Caller.HIDDEN).filter(hidden -> !hop.isEmpty())).stream())
                .filter(address -> !LocalNames.isPrivate(address))
                .findFirst();
    }

    /** Returns whether the walk of {@link #lastUntrusted} ends at a hop without an address. */
    private boolean hides(List<String> hops) {
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = node(hops.get(i));
            if (hop.isEmpty()) {
                return !hops.get(i).isEmpty();
            }
            if (!trusted(hop.get())) {
                return false;
            }
        }
        return false;
    }

    /** Returns the claimed hops of the request, the client first. {@code X-Forwarded-For} is preferred, as most proxies write it. */
    private static List<String> hops(HttpServletRequest request) {
        List<String> hops = list(request, "X-Forwarded-For");
        if (!hops.isEmpty()) {
            return hops;
        }
        return list(request, "Forwarded").stream().map(Callers::forOf).toList();
    }

    private static List<String> list(HttpServletRequest request, String header) {
        List<String> all = new ArrayList<>();
        for (String line : Collections.list(request.getHeaders(header))) {
            for (String item : line.split(",", -1)) {
                if (!item.isBlank()) {
                    all.add(item.strip());
                }
            }
        }
        return all;
    }

    /** Returns the node of {@code for=} (RFC 7239 §4); empty if there is none. */
    private static String forOf(String element) {
        for (String pair : element.split(";", -1)) {
            String text = pair.strip();
            if (text.regionMatches(/* ignoreCase= */ true, 0, "for=", 0, 4)) {
                return text.substring(4).replace("\"", "");
            }
        }
        return "";
    }

    /**
     * Walks from this machine towards the client, as long as the proxy that names the next hop is trusted. A hop without an address ({@code unknown})
     * ends the walk at the one before it.
     */
    private Optional<InetAddress> lastUntrusted(List<String> hops) {
        Optional<InetAddress> last = Optional.empty();
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = node(hops.get(i));
            if (hop.isEmpty()) {
                return last;
            }
            last = hop;
            if (!trusted(hop.get())) {
                return last;
            }
        }
        return last;
    }

    /** Parses an address, with or without a port: {@code 192.0.2.7:4711}, {@code [2001:db8::7]:4711}. */
    private static Optional<InetAddress> node(String text) {
        String bare = text;
        if (text.startsWith("[")) {
            bare = text.replaceFirst("^\\[([^]]*)](:[0-9]+)?$", "$1");
        } else if (text.indexOf(':') == text.lastIndexOf(':')) {
            bare = text.replaceFirst(":[0-9]+$", "");
        }
        return AddressRange.literal(bare);
    }
}
