package dev.perch.window;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names of presentations. Caches keep segments for ever, so no two may share one, not even over a restart. */
final class PresentationName {
    private PresentationName() {}

    static String fresh() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
