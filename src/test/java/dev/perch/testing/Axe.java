package dev.perch.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** axe-core, which finds the violations of WCAG 2.2 AA on a page that a program can find. */
public final class Axe {
    private Axe() {}

    /** Returns a sentence for each violation on the page. */
    public static @Nullable Object flaws(Chromium chromium) throws IOException {
        try (InputStream script = Axe.class.getResourceAsStream("/axe.min.js")) {
            chromium.run(
                    new String(Objects.requireNonNull(script, "axe.min.js").readAllBytes(), StandardCharsets.UTF_8));
        }
        return chromium.driver().executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(
                  found => done(found.violations.map(each => each.id + ': ' + each.nodes.map(node => node.target.join(' ')).join(', '))),
                  failure => done([failure.message]));
                """);
    }
}
