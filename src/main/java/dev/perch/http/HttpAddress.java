package dev.perch.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a request (RFC 9110 §4.2).
 *
 * @param host a name or an address, for IPv6 without brackets
 * @param target the path with the query, which begins with a slash
 * @param login the credentials; empty for none
 */
public record HttpAddress(boolean secure, String host, int port, String target, Optional<Login> login) {
    private static final Pattern FORM = Pattern.compile(
            "(https?)://(?:([^@/?#]*)@)?(\\[[0-9A-Fa-f:.]+\\]|[^:/?#\\[\\]]+)(?::([0-9]{0,5}))?([^#]*)(?:#.*)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");
    private static final int MOST_PORT = 65_535;

    /** A user's name and password. */
    public record Login(String user, String password) {
        /** Returns the text for logs, without the password. */
        @Override
        public String toString() {
            return "Login[]";
        }
    }

    /** Parses {@code text}; empty if it is no http or https address. */
    public static Optional<HttpAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            return Optional.empty();
        }
        boolean secure = matcher.group(1).toLowerCase(Locale.ROOT).equals("https");
        String port = Objects.requireNonNullElse(matcher.group(4), "");
        int number = port.isEmpty() ? secure ? 443 : 80 : Integer.parseInt(port);
        if (number < 1 || number > MOST_PORT) {
            return Optional.empty();
        }
        String rest = matcher.group(5);
        return Optional.of(new HttpAddress(
                secure,
                matcher.group(3).replaceAll("[\\[\\]]", ""),
                number,
                rest.startsWith("/") ? ascii(rest) : "/" + ascii(rest),
                Optional.ofNullable(matcher.group(2)).map(HttpAddress::login)));
    }

    private static Login login(String userInfo) {
        int colon = userInfo.indexOf(':');
        return colon < 0
                ? new Login(decoded(userInfo), "")
                : new Login(decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
    }

    /** Decodes percent-encoding (RFC 3986 §2.1). */
    private static String decoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            out.write(low < 0 ? bytes[i] : high << 4 | low);
            i += low < 0 ? 0 : 2;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Encodes the characters that a request line must not have. */
    private static String ascii(String target) {
        StringBuilder out = new StringBuilder();
        for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f) {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b & 0xff));
            }
        }
        return out.toString();
    }

    /**
     * Returns the address of a redirection (RFC 3986 §5.2, as far as servers use it). The login is kept for the same host, port and scheme only, and
     * none is taken from {@code location}.
     *
     * @return empty if it is no http or https address
     */
    Optional<HttpAddress> redirected(String location) {
        Optional<HttpAddress> next;
        if (location.startsWith("//")) {
            next = parse((secure ? "https:" : "http:") + location);
        } else if (SCHEME.matcher(location).matches()) {
            next = parse(location);
        } else {
            next = parse(origin() + (location.startsWith("/") ? location : beside(location)));
        }
        return next.map(to -> new HttpAddress(
                to.secure, to.host, to.port, to.target, to.origin().equals(origin()) ? login : Optional.empty()));
    }

    private String beside(String relative) {
        String path = target.replaceFirst("\\?.*", "");
        if (relative.startsWith("?")) {
            return path + relative;
        }
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        String rest = relative;
        while (rest.startsWith("./") || rest.startsWith("../")) {
            if (rest.startsWith("../")) {
                folder = folder.replaceFirst("[^/]+/$", "");
            }
            rest = rest.substring(rest.indexOf('/') + 1);
        }
        return folder + rest;
    }

    private String origin() {
        return (secure ? "https://" : "http://") + authority();
    }

    /** Returns host and port for the field Host, without the default port. */
    String authority() {
        String name = (host.indexOf(':') >= 0 ? "[" + host + "]" : host).toLowerCase(Locale.ROOT);
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    /** Returns the text for logs, without the login and the query. */
    @Override
    public String toString() {
        return origin() + target.replaceFirst("\\?.*", "");
    }
}
