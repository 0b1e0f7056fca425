package dev.perch.window;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Makes names of presentations. Caches keep segments for ever, so no two presentations may share a name, not even across a restart. */
final class PresentationName {
    private PresentationName() {}

    static String fresh() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
