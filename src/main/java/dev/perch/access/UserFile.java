package dev.perch.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The contents of the users' file: a line {@code secret TEXT}, which signs cookies, and one for each user, {@code NAME NUMBER ROLES PASSWORD}.
 * Immutable.
 *
 * @param secret empty in a file without one
 * @param users by name, in the order of the file
 */
public record UserFile(String secret, Map<String, User> users) {
    /** The form of a user's name. */
    public static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";

    /** More users than the operator of a small machine manages by hand. */
    private static final int MOST_USERS = 1000;

    private static final long MOST_BYTES = 1 << 20;
    private static final String HEAD =
            "# Perch's users, written by \"perch user\": name, number (raised, it signs the user out"
                    + " everywhere), roles, password\n";

    public UserFile {
        users = Map.copyOf(new LinkedHashMap<>(users));
    }

    /** Returns a file without users, with a new secret. */
    public static UserFile empty() {
        return new UserFile(Signer.secret(), Map.of());
    }

    /**
     * One user.
     *
     * @param number raising it invalidates the user's cookies
     * @param password the hash
     */
    public record User(String name, int number, Grants grants, String password) {
        /** Returns a user with a new password. */
        public static User of(String name, int number, Grants grants, String password) {
            return new User(name, number, grants, Passwords.keep(password));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Thrown for a file that cannot be used; the message is a sentence. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Reads {@code file}.
     *
     * @throws RefusedException if others than owner and group may read it, or a line is wrong
     */
    public static UserFile read(Path file) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        Set<PosixFilePermission> mode = attributes.permissions();
        if (mode.contains(PosixFilePermission.OTHERS_READ)
                || mode.contains(PosixFilePermission.OTHERS_WRITE)
                || mode.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new RefusedException("The users in " + file + " are open to others ("
                    + PosixFilePermissions.toString(mode) + "), accepted: mode 0600 or 0640: chmod 640 " + file);
        }
        if (attributes.size() > MOST_BYTES) {
            throw new RefusedException(file + " is larger than a file of users: " + attributes.size() + " bytes");
        }
        return parse(file.toString(), Files.readAllLines(file));
    }

    /** Returns a text that changes when the file does. */
    static String stamp(Path file) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey() + " "
                    + attributes.permissions();
        } catch (IOException gone) {
            return "";
        }
    }

    static UserFile parse(String file, List<String> lines) throws RefusedException {
        String secret = "";
        Map<String, User> users = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = words(lines.get(i));
            if (words.isEmpty() || words.get(0).startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1) + ": ";
            if (words.size() == 2 && words.get(0).equals("secret")) {
                secret = words.get(1);
            } else {
                User user = user(place, words);
                if (users.put(user.name(), user) != null || users.size() > MOST_USERS) {
                    throw new RefusedException(
                            place + "the user " + user.name() + " is there twice, or one of more than " + MOST_USERS);
                }
            }
        }
        return new UserFile(secret, users);
    }

    private static User user(String place, List<String> words) throws RefusedException {
        Optional<Grants> grants = words.size() == 4 ? Grants.read(words.get(2)) : Optional.empty();
        if (grants.isEmpty()
                || !words.get(0).matches(NAME)
                || !words.get(1).matches("[0-9]{1,9}")
                || !Passwords.wellFormed(words.get(3))) {
            throw new RefusedException(place + "found something else, accepted: a name, a number, roles ("
                    + Grants.ACCEPTED + ") and a password as \"perch user\" writes them");
        }
        return new User(words.get(0), Integer.parseInt(words.get(1)), grants.get(), words.get(3));
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(line);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    /** Returns this file with {@code user}, replacing one of the same name. */
    public UserFile with(User user) {
        Map<String, User> others = new LinkedHashMap<>(users);
        others.put(user.name(), user);
        return new UserFile(secret, others);
    }

    /** Returns this file without the user of this name. */
    public UserFile without(String name) {
        Map<String, User> others = new LinkedHashMap<>(users);
        others.remove(name);
        return new UserFile(secret, others);
    }

    /** Replaces {@code file}, keeping its owner, group and mode; a new file belongs to its owner alone. */
    public void write(Path file) throws IOException {
        StringBuilder text =
                new StringBuilder(HEAD).append("secret ").append(secret).append('\n');
        users.values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(user -> text.append(user.name())
                        .append(' ')
                        .append(user.number())
                        .append(' ')
                        .append(user.grants())
                        .append(' ')
                        .append(user.password())
                        .append('\n'));
        PrivateFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
