package dev.perch.access;

/**
 * The proof that a caller shows to be let in.
 *
 * @param key as sent, without blanks around it
 */
public record Credentials(String key) {
    /** Leaves the key out, so that no log shows it. */
    @Override
    public String toString() {
        return "Credentials[…]";
    }
}
