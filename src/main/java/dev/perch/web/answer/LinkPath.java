package dev.perch.web.answer;

/**
 * The prefix of addresses below which a signed link is valid: {@code /~TOKEN/front/hls/index.m3u8}. Playlists, manifests and pages use relative
 * addresses, so every player carries the token on without knowing it.
 */
public final class LinkPath {
    private static final String BEGIN = "/~";

    private LinkPath() {}

    /** Returns the token with which {@code path}, from the program's root, begins; empty for none. */
    public static String token(String path) {
        if (!path.startsWith(BEGIN)) {
            return "";
        }
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(BEGIN.length()) : path.substring(BEGIN.length(), slash);
    }

    /** Returns {@code path} without the token. */
    public static String rest(String path) {
        if (!path.startsWith(BEGIN)) {
            return path;
        }
        int slash = path.indexOf('/', 1);
        return slash < 0 ? "/" : path.substring(slash);
    }

    /** Returns the prefix of a link's addresses, from the program's root. */
    public static String of(String token) {
        return BEGIN.substring(1) + token + "/";
    }
}
