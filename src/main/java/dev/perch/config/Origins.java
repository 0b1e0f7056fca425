package dev.perch.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The web pages of other networks that may read what Perch sends, by their origins (RFC 6454 §7).
 *
 * @param any whether all may
 * @param named those that may, in the form of {@link #normal}
 */
public record Origins(boolean any, Set<String> named) {
    private static final Pattern ORIGIN =
            Pattern.compile("([a-z][a-z0-9+.-]*)://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::([0-9]{1,5}))?/?");

    public Origins {
        named = Set.copyOf(named);
    }

    /** Returns no origins: only pages of the same network may read. */
    public static Origins none() {
        return new Origins(/* any= */ false, Set.of());
    }

    /** Returns {@code origin} in lower case and without its scheme's default port; empty if it is no origin. */
    public static Optional<String> normal(String origin) {
        Matcher matcher = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1);
        String port = matcher.group(3);
        boolean usual = port == null
                || (scheme.equals("http") && port.equals("80"))
                || (scheme.equals("https") && port.equals("443"));
        return Optional.of(scheme + "://" + matcher.group(2) + (usual ? "" : ":" + port));
    }

    /** Returns whether {@code origin}, in the form of {@link #normal}, may read. */
    public boolean allows(String origin) {
        return any || named.contains(origin);
    }
}
