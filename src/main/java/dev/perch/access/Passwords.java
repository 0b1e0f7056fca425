package dev.perch.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Hashes passwords by PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2), in the form {@code pbkdf2-sha256$rounds$salt$key}. */
final class Passwords {
    /** Half a second of one of a Pi Zero's four cores. Each line has its own number, so that a later version may use more. */
    static final int ROUNDS = 100_000;

    /** The most rounds that a file may ask for: ten seconds of a Pi Zero. */
    private static final int MOST_ROUNDS = 2_000_000;

    private static final String SCHEME = "pbkdf2-sha256";
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile(SCHEME + "\\$([0-9]{1,7})\\$([A-Za-z0-9_-]{16,64})\\$([A-Za-z0-9_-]{43})");

    /** The rounds calculated so far: the cost of logins, and the only thing that their time could reveal. */
    private static final LongAdder CALCULATED = new LongAdder();

    private Passwords() {}

    /** Returns the rounds calculated since the program began. */
    static long calculatedRounds() {
        return CALCULATED.sum();
    }

    /** Returns the hash of {@code password}, with a new salt. */
    static String keep(String password) {
        return keep(password, ROUNDS);
    }

    static String keep(String password, int rounds) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return SCHEME + "$" + rounds + "$" + text(salt) + "$" + text(key(password, salt, rounds));
    }

    /** Returns a hash that no password matches, with as many rounds as {@code like}, so that a check takes as long. */
    static String nobodys(Optional<String> like) {
        Matcher form = FORM.matcher(like.orElse(""));
        String rounds = form.matches() ? form.group(1) : String.valueOf(ROUNDS);
        return SCHEME + "$" + rounds + "$" + Signer.random(SALT_BYTES) + "$" + Signer.random(KEY_BYTES);
    }

    /** Returns whether {@code kept} has the form of a hash. */
    static boolean wellFormed(String kept) {
        Matcher form = FORM.matcher(kept);
        return form.matches() && Integer.parseInt(form.group(1)) >= 1 && Integer.parseInt(form.group(1)) <= MOST_ROUNDS;
    }

    /** Returns whether {@code password} matches the hash {@code kept}. A wrong one takes as long. */
    static boolean match(String password, String kept) {
        Matcher form = FORM.matcher(kept);
        if (!form.matches()) {
            throw new IllegalArgumentException("not what is kept of a password");
        }
        byte[] salt = Base64.getUrlDecoder().decode(form.group(2));
        byte[] right = Base64.getUrlDecoder().decode(form.group(3));
        return MessageDigest.isEqual(right, key(password, salt, Integer.parseInt(form.group(1))));
    }

    private static byte[] key(String password, byte[] salt, int rounds) {
        CALCULATED.add(rounds);
        char[] letters = password.toCharArray();
        PBEKeySpec spec = new PBEKeySpec(letters, salt, rounds, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java 17 has PBKDF2WithHmacSHA256", impossible);
        } finally {
            spec.clearPassword();
            Arrays.fill(letters, ' ');
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
