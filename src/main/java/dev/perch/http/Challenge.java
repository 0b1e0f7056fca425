package dev.perch.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's request for a password (RFC 9110 §11.6.1), and the answer: Basic (RFC 7617), or Digest (RFC 7616) by MD5 or SHA-256, also as {@code
 * -sess}.
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final int MOST_BYTES = 4096;
    private static final String SESSION = "-SESS"; // of one nonce (RFC 7616 §3.4.2)
    private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*([A-Za-z][A-Za-z0-9-]*)(?:\\s+(?!=)|$|(?=,))");
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[\\s,]*([A-Za-z][A-Za-z0-9-]*)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]*+))");

    /** Returns the challenges of a {@code WWW-Authenticate}. */
    static List<Challenge> parse(String header) {
        List<Challenge> all = new ArrayList<>();
        String text = header.length() > MOST_BYTES ? header.substring(0, MOST_BYTES) : header;
        int at = 0;
        while (at < text.length()) {
            Matcher parameter = PARAMETER.matcher(text);
            Matcher scheme = SCHEME.matcher(text);
            if (!all.isEmpty() && parameter.find(at)) {
                String value = parameter.group(2) == null
                        ? parameter.group(3)
                        : parameter.group(2).replaceAll("\\\\(.)", "$1");
                all.get(all.size() - 1).parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
                at = parameter.end();
            } else if (scheme.find(at) && scheme.end() > at) {
                all.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), new HashMap<>()));
                at = scheme.end();
            } else {
                return all;
            }
        }
        return all;
    }

    /**
     * Returns the value of {@code Authorization} that answers the best of {@code challenges}.
     *
     * @param clientNonce a hexadecimal number that cannot be guessed
     * @return empty if none of them can be answered
     */
    static Optional<String> answer(List<Challenge> challenges, HttpAddress address, String method, String clientNonce) {
        if (address.login().isEmpty()) {
            return Optional.empty();
        }
        HttpAddress.Login login = address.login().get();
        for (String algorithm : List.of("SHA-256", "MD5")) {
            for (Challenge challenge : challenges) {
                if (challenge.scheme.equals("digest")
                        && challenge.algorithm().replace(SESSION, "").equals(algorithm)
                        && challenge.takesAuth()) {
                    return Optional.of(challenge.digest(login, method, address.target(), clientNonce));
                }
            }
        }
        boolean basic = challenges.stream().anyMatch(challenge -> challenge.scheme.equals("basic"));
        String pair = login.user() + ":" + login.password();
        return basic
                ? Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private String algorithm() {
        return parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    }

    /** Returns whether the quality of protection is {@code auth}, or absent as in RFC 2069. */
    private boolean takesAuth() {
        String qop = parameters.get("qop");
        return qop == null || List.of(qop.split("\\s*,\\s*", -1)).contains("auth");
    }

    private String digest(HttpAddress.Login login, String method, String target, String clientNonce) {
        String algorithm = algorithm().replace(SESSION, "");
        String realm = parameters.getOrDefault("realm", "");
        String nonce = parameters.getOrDefault("nonce", "");
        boolean session = algorithm().endsWith(SESSION);
        String known = hash(algorithm, login.user() + ":" + realm + ":" + login.password());
        String secret = session ? hash(algorithm, known + ":" + nonce + ":" + clientNonce) : known;
        String request = hash(algorithm, method + ":" + target);
        boolean auth = parameters.containsKey("qop");
        String count = "00000001"; // each nonce is used for one request
        String response = auth
                ? hash(algorithm, secret + ":" + nonce + ":" + count + ":" + clientNonce + ":auth:" + request)
                : hash(algorithm, secret + ":" + nonce + ":" + request);
        StringBuilder out = new StringBuilder("Digest username=").append(quoted(login.user()));
        out.append(", realm=").append(quoted(realm)).append(", nonce=").append(quoted(nonce));
        out.append(", uri=").append(quoted(target)).append(", response=").append(quoted(response));
        out.append(", algorithm=").append(parameters.getOrDefault("algorithm", "MD5"));
        if (auth) {
            out.append(", qop=auth, nc=").append(count);
        }
        if (auth || session) {
            out.append(", cnonce=").append(quoted(clientNonce));
        }
        String opaque = parameters.get("opaque");
        return (opaque == null ? out : out.append(", opaque=").append(quoted(opaque))).toString();
    }

    private static String quoted(String text) {
        return '"' + text.replaceAll("[\\\\\"]", "\\\\$0").replaceAll("[\\r\\n]", "") + '"';
    }

    private static String hash(String algorithm, String text) {
        try {
            StringBuilder hex = new StringBuilder();
            for (byte b : MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8))) {
                hex.append(String.format("%02x", b & 0xff));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has it: algorithm=" + algorithm, impossible);
        }
    }
}
