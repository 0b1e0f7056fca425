package dev.perch.testing;

import dev.perch.access.Grants;
import dev.perch.access.UserFile;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Users whose passwords are checked quickly, because their lines of the file ask for few rounds. */
public final class TestUsers {
    private static final int ROUNDS = 100;
    private static final byte[] SALT = "salt of a tester".getBytes(StandardCharsets.US_ASCII);

    private TestUsers() {}

    /** Returns a user with the roles that {@code grants} says. */
    public static UserFile.User user(String name, int number, String grants, String password) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), SALT, ROUNDS, 256);
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            String kept = "pbkdf2-sha256$" + ROUNDS + "$" + text(SALT) + "$" + text(key);
            return new UserFile.User(name, number, Grants.read(grants).orElseThrow(), kept);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
