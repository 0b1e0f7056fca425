package dev.perch.config;

import java.util.List;
import java.util.regex.Pattern;

/** The names that cameras may have in addresses. */
final class CameraIds {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** The words that addresses use in place of a camera's id. */
    static final List<String> RESERVED = List.of(
            "snapshot",
            "stream",
            "stats",
            "status",
            "state",
            "metrics",
            "healthz",
            "ws",
            "api",
            "hls",
            "dash",
            "recordings",
            "controls",
            "video",
            "static",
            "compare",
            "system",
            "login",
            "publish",
            "clip");

    private CameraIds() {}

    /** Returns whether {@code id} consists of the characters of a name. */
    static boolean formed(String id) {
        return ID.matcher(id).matches();
    }

    /** Returns whether a camera may have this name. */
    static boolean valid(String id) {
        return formed(id) && !RESERVED.contains(id);
    }
}
