package dev.perch.web.answer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The common parts of pages that the program writes without a template: problems and the login form. */
public final class PlainPage {
    /** The beginning of each such page's style. */
    public static final String STYLE = ":root{color-scheme:light dark}"
            + "body{margin:0;padding:0 1.25rem;font:1rem/1.5 system-ui,sans-serif;display:grid;min-height:100vh;place-content:center;"
            + "background:#f4f6f5;color:#1d2a2e}";

    private PlainPage() {}

    /** Returns {@code text} escaped for HTML, between tags and in attribute values. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Returns the part of a policy that lets a page apply {@code style} and nothing else: its hash (CSP 3, 6.7.3.3). */
    public static String onlyStyle(String style) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            return "default-src 'none'; img-src 'self'; style-src 'sha256-"
                    + Base64.getEncoder().encodeToString(digest) + "'; base-uri 'none'; ";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
