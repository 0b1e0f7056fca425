package dev.perch.access;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The proofs that a caller shows to be let in.
 *
 * @param key the operator's or a publisher's, as sent, without blanks around it; empty for none
 * @param user of a name and a password (RFC 7617); empty for none
 * @param password of that user
 * @param cookie what a browser was given at its login; empty for none
 * @param link the token of a signed link; empty for none
 * @param container what the servlet container knows of users; null where there is none
 */
public record Credentials(
        String key,
        String user,
        String password,
        String cookie,
        String link,
        @Nullable Container container) {
    /** Shows a key alone. */
    public Credentials(String key) {
        this(key, "", "", "", "", null);
    }

    /** Comes by no link. */
    public Credentials(String key, String user, String password, String cookie, @Nullable Container container) {
        this(key, user, password, cookie, "", container);
    }

    /** Comes by a link alone. */
    public static Credentials ofLink(String token) {
        return new Credentials("", "", "", "", token, null);
    }

    /** Returns the proofs that can be looked at without the container: key, cookie and link. */
    Credentials withoutContainer() {
        return new Credentials(key, "", "", cookie, link, null);
    }

    /** The servlet container, in which users are known. */
    public interface Container {
        /** Returns the roles of who is logged in there already; empty where nobody is. */
        Optional<Set<Role>> present();

        /** Returns the roles of a user whose password that is; empty where it is not. */
        Optional<Set<Role>> login(String user, String password);
    }

    /** Leaves the proofs out, so that no log shows them. */
    @Override
    public String toString() {
        return "Credentials[…]";
    }
}
