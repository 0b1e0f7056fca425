package dev.perch.access;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The proofs that a caller shows.
 *
 * @param key the operator's or a publisher's key, without surrounding blanks; empty for none
 * @param user of a name and a password (RFC 7617); empty for none
 * @param password of that user
 * @param cookie given to a browser at its login; empty for none
 * @param link the token of a signed link; empty for none
 * @param container the servlet container's users; null if there are none
 */
public record Credentials(
        String key,
        String user,
        String password,
        String cookie,
        String link,
        @Nullable Container container) {
    /** Creates credentials of a key only. */
    public Credentials(String key) {
        this(key, "", "", "", "", null);
    }

    /** Creates credentials without a link. */
    public Credentials(String key, String user, String password, String cookie, @Nullable Container container) {
        this(key, user, password, cookie, "", container);
    }

    /** Returns credentials of a link only. */
    public static Credentials ofLink(String token) {
        return new Credentials("", "", "", "", token, null);
    }

    /** Returns the proofs that can be checked without the container: key, cookie and link. */
    Credentials withoutContainer() {
        return new Credentials(key, "", "", cookie, link, null);
    }

    /** The servlet container as a source of users. */
    public interface Container {
        /** Returns the roles of the user who is logged in; empty if nobody is. */
        Optional<Set<Role>> present();

        /** Returns the roles of a user if the password is right; empty if not. */
        Optional<Set<Role>> login(String user, String password);
    }

    /** Leaves the proofs out, so that no log shows them. */
    @Override
    public String toString() {
        return "Credentials[…]";
    }
}
