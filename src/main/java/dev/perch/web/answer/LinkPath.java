package dev.perch.web.answer;

/**
 * The beginning of an address by which a signed link reaches all that lies below it: {@code /~TOKEN/front/hls/index.m3u8}. Playlists, manifests and pages name what
 * belongs to them relative to themselves, so each player carries the token on without knowing of it.
 */
public final class LinkPath {
    private static final String BEGIN = "/~";

    private LinkPath() {}

    /** Returns the token that {@code path}, from the program's root, begins with; empty for none. */
    public static String token(String path) {
        if (!path.startsWith(BEGIN)) {
            return "";
        }
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(BEGIN.length()) : path.substring(BEGIN.length(), slash);
    }

    /** Returns {@code path} without a token. */
    public static String rest(String path) {
        if (!path.startsWith(BEGIN)) {
            return path;
        }
        int slash = path.indexOf('/', 1);
        return slash < 0 ? "/" : path.substring(slash);
    }

    /** Returns the beginning of addresses that a link reaches, from the program's root. */
    public static String of(String token) {
        return BEGIN.substring(1) + token + "/";
    }
}
