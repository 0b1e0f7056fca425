package dev.perch.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The server's side of the opening handshake (RFC 6455 §4.2). */
public final class Handshake {
    /** The only version of the protocol. */
    public static final String VERSION = "13";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // §1.3
    private static final int KEY_BYTES = 16;

    private Handshake() {}

    /**
     * Returns what is wrong with a request, as a sentence that says what is accepted; empty if it is right.
     *
     * @param header returns a header by its name
     */
    public static Optional<String> fault(Function<String, @Nullable String> header) {
        if (!has(header.apply("Upgrade"), "websocket") || !has(header.apply("Connection"), "upgrade")) {
            return Optional.of(
                    "This address speaks WebSocket only: it wants \"Upgrade: websocket\" and \"Connection: Upgrade\".");
        }
        if (!VERSION.equals(header.apply("Sec-WebSocket-Version"))) {
            return Optional.of(
                    "The version of WebSocket must be " + VERSION + ": \"Sec-WebSocket-Version: " + VERSION + "\".");
        }
        return isKey(header.apply("Sec-WebSocket-Key"))
                ? Optional.empty()
                : Optional.of("\"Sec-WebSocket-Key\" must be " + KEY_BYTES + " bytes in Base64.");
    }

    private static boolean has(@Nullable String list, String token) {
        return list != null
                && Arrays.stream(list.split(","))
                        .anyMatch(each -> each.strip().toLowerCase(Locale.ROOT).equals(token));
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Returns the value of {@code Sec-WebSocket-Accept} for a request's key (§4.2.2). */
    public static String accept(String key) {
        try {
            byte[] text = (key.strip() + GUID).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-1", missing);
        }
    }
}
