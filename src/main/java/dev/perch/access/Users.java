package dev.perch.access;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Identifies callers by name and password, or by the cookie of an earlier login. Users are in a file, which is read anew when it changes, or belong
 * to the servlet container. Safe from any thread.
 */
public final class Users {
    private static final System.Logger LOG = System.getLogger(Users.class.getName());

    /** How long a browser stays logged in. */
    public static final long COOKIE_SECONDS = 30L * 24 * 3600;

    /** The most right passwords that are remembered, so that they are not hashed again for each picture. */
    private static final int MOST_REMEMBERED = 256;

    private static final long CONTAINERS_NANOS = 60_000_000_000L; // a container's users may change
    private static final long PATIENCE_MILLIS = 2_000;
    static final int MOST_AT_ONCE = 3;

    /** Limits guessers to one of the machine's cores. */
    private final Semaphore calculating = new Semaphore(1, /* fair= */ true);

    /** The callers whose passwords are being hashed or wait for that; each holds a request thread. */
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    private final Optional<WatchedFile> file;
    private final Signer memory = new Signer(Signer.secret()); // so that nothing remembered holds a password
    private final Signer containers = new Signer(Signer.secret());
    private final Failures failures = new Failures();
    private final LongSupplier nanos;
    private final LongSupplier seconds;
    private final Map<String, Remembered> remembered = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** A right password: for a user of the file its hash, for a container's user the roles and the time. */
    private record Remembered(String kept, Grants grants, long atNanos) {}

    /**
     * The result of an identification.
     *
     * @param grants empty if the caller is unknown
     * @param wrong whether the password was wrong or the name unknown
     * @param waitSeconds how long no attempt counts
     */
    public record Known(Optional<Grants> grants, boolean wrong, long waitSeconds) {
        private static final Known NOBODY = new Known(Optional.empty(), /* wrong= */ false, 0);
        private static final Known WRONG = new Known(Optional.empty(), /* wrong= */ true, 0);

        private static Known of(Grants grants) {
            return new Known(Optional.of(grants), /* wrong= */ false, 0);
        }

        private static Known later(long waitSeconds) {
            return new Known(Optional.empty(), /* wrong= */ false, waitSeconds);
        }
    }

    /**
     * Creates the users.
     *
     * @param file empty if the servlet container knows them
     */
    public Users(Optional<Path> file) {
        this(file, System::nanoTime, () -> System.currentTimeMillis() / 1000);
    }

    Users(Optional<Path> file, LongSupplier nanos, LongSupplier seconds) {
        this.file = file.map(path -> new WatchedFile(path, nanos));
        this.nanos = nanos;
        this.seconds = seconds;
    }

    /** Identifies {@code caller} by the first of its proofs that is valid. */
    Known identify(Caller caller) {
        Optional<Credentials> given = caller.given();
        if (given.isEmpty()) {
            return Known.NOBODY;
        }
        Credentials proofs = given.get();
        Optional<Grants> present = present(proofs);
        Optional<Grants> grants = present.filter(some -> !some.all().isEmpty()).or(() -> byCookie(proofs.cookie()));
        if (grants.isPresent()) {
            return Known.of(grants.get());
        }
        return proofs.user().isEmpty() ? present.map(Known::of).orElse(Known.NOBODY) : byPassword(caller, proofs);
    }

    private Optional<Grants> present(Credentials proofs) {
        return file.isPresent() || proofs.container() == null
                ? Optional.empty()
                : roles(proofs.container().present());
    }

    /** Returns what one is told who is a user without a role. */
    static String noRole() {
        return "The server knows you, and you have none of the roles that Perch asks for: "
                + Stream.of(Role.values()).map(Role::inContainer).collect(Collectors.joining(", ")) + ".";
    }

    /** One without any role is a user still, who need not say who that is. */
    private static Optional<Grants> roles(Optional<Set<Role>> roles) {
        return roles.map(Grants::of);
    }

    // ---- name and password

    private Known byPassword(Caller caller, Credentials proofs) {
        String key = memory.sign(proofs.user() + "\0" + proofs.password());
        UserFile.User user = file.map(WatchedFile::content)
                .map(content -> content.users().get(proofs.user()))
                .orElse(null);
        Optional<Grants> known = recall(key, user);
        if (known.isPresent()) {
            return Known.of(known.get());
        }
        long wait = failures.waitSeconds(caller.address(), proofs.user(), nanos.getAsLong());
        if (wait > 0) {
            return Known.later(wait);
        }
        if (!places.tryAcquire()) {
            return Known.later(1);
        }
        try {
            return inTurn(caller, proofs, key, user);
        } finally {
            places.release();
        }
    }

    /**
     * Hashes one password at a time. What others have found out in the meantime counts: a password is hashed once, and a failed guess delays those
     * behind it.
     */
    private Known inTurn(Caller caller, Credentials proofs, String key, UserFile.@Nullable User user) {
        boolean turn = false;
        try {
            turn = calculating.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (!turn) {
                failures.fail(caller.address(), nanos.getAsLong());
                return Known.later(1);
            }
            Optional<Grants> known = recall(key, user);
            if (known.isPresent()) {
                return Known.of(known.get());
            }
            long wait = failures.waitSeconds(caller.address(), proofs.user(), nanos.getAsLong());
            return wait > 0 ? Known.later(wait) : calculate(caller, proofs, key, user);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Known.later(1);
        } finally {
            if (turn) {
                calculating.release();
            }
        }
    }

    private Optional<Grants> recall(String key, UserFile.@Nullable User user) {
        synchronized (remembered) {
            Remembered known = remembered.get(key);
            if (known == null) {
                return Optional.empty();
            }
            if (file.isPresent()) {
                return user != null && user.password().equals(known.kept)
                        ? Optional.of(user.grants())
                        : Optional.empty();
            }
            return nanos.getAsLong() - known.atNanos < CONTAINERS_NANOS ? Optional.of(known.grants) : Optional.empty();
        }
    }

    /** Checks the password. An unknown name takes as long as a known one. */
    private Known calculate(Caller caller, Credentials proofs, String key, UserFile.@Nullable User user) {
        Optional<Grants> grants;
        if (file.isPresent()) {
            String kept = user == null ? file.get().nobody() : user.password();
            boolean right = Passwords.match(proofs.password(), kept);
            grants = right && user != null ? Optional.of(user.grants()) : Optional.empty();
        } else {
            Credentials.Container container = proofs.container();
            grants = container == null ? Optional.empty() : roles(container.login(proofs.user(), proofs.password()));
        }
        if (grants.isEmpty()) {
            failures.fail(caller.address(), proofs.user(), nanos.getAsLong());
            return Known.WRONG;
        }
        failures.succeed(caller.address());
        synchronized (remembered) {
            remembered.put(key, new Remembered(user == null ? "" : user.password(), grants.get(), nanos.getAsLong()));
        }
        return Known.of(grants.get());
    }

    // ---- cookies

    /**
     * The outcome of a login.
     *
     * @param cookie what the browser gets; empty: nothing
     * @param waitSeconds how long no attempt counts
     * @param trouble why it gets nothing, for people
     */
    public record Login(Optional<String> cookie, long waitSeconds, String trouble) {
        private static Login refused(String trouble) {
            return new Login(Optional.empty(), 0, trouble);
        }
    }

    /** Logs {@code caller} in by the name and the password shown. */
    public Login login(Caller caller) {
        Optional<Credentials> given = caller.given();
        Known known = given.isEmpty() || given.get().user().isEmpty() ? Known.WRONG : byPassword(caller, given.get());
        if (known.waitSeconds() > 0) {
            String trouble = "Too many attempts: the next counts in " + known.waitSeconds() + " s.";
            return new Login(Optional.empty(), known.waitSeconds(), trouble);
        }
        if (known.grants().isEmpty()) {
            return Login.refused("That is no user with this password.");
        }
        Grants grants = known.grants().get();
        return grants.all().isEmpty()
                ? Login.refused(noRole())
                : new Login(Optional.of(cookie(given.orElseThrow().user(), grants)), 0, "");
    }

    private String cookie(String user, Grants grants) {
        long end = seconds.getAsLong() + COOKIE_SECONDS;
        String name = Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        if (file.isEmpty()) {
            String roles = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(grants.toString().getBytes(StandardCharsets.UTF_8));
            String text = name + "." + end + "." + roles;
            return text + "." + containers.sign(text);
        }
        UserFile content = file.get().content();
        UserFile.User known = content.users().get(user);
        String text = name + "." + end + "." + (known == null ? 0 : known.number());
        return text + "." + signature(content, text, known == null ? "" : known.password());
    }

    /** Returns a cookie's signature, which depends on the password's hash: a new password ends the old one's cookies. */
    private static String signature(UserFile content, String text, String kept) {
        return new Signer(content.secret()).sign(text + "." + kept);
    }

    private Optional<Grants> byCookie(String cookie) {
        StringTokenizer words = new StringTokenizer(cookie, ".");
        if (words.countTokens() != 4 || cookie.length() > 512) {
            return Optional.empty();
        }
        String name = words.nextToken();
        String end = words.nextToken();
        String third = words.nextToken();
        String signature = words.nextToken();
        String text = name + "." + end + "." + third;
        if (!end.matches("[0-9]{1,12}") || Long.parseLong(end) < seconds.getAsLong()) {
            return Optional.empty();
        }
        return file.isPresent()
                ? ofFile(file.get().content(), text, signature)
                : containers.signed(text, signature) ? decoded(third).flatMap(Grants::read) : Optional.empty();
    }

    private static Optional<Grants> ofFile(UserFile content, String text, String signature) {
        StringTokenizer words = new StringTokenizer(text, ".");
        UserFile.User user = decoded(words.nextToken())
                .map(name -> content.users().get(name))
                .orElse(null);
        words.nextToken();
        if (user == null || content.secret().isEmpty() || !words.nextToken().equals(String.valueOf(user.number()))) {
            return Optional.empty();
        }
        return new Signer(content.secret()).signed(text + "." + user.password(), signature)
                ? Optional.of(user.grants())
                : Optional.empty();
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Returns the number of remembered attempts and passwords. */
    int remembers() {
        synchronized (remembered) {
            return failures.size() + remembered.size();
        }
    }

    /** The users' file, checked once a second while somebody asks. */
    private static final class WatchedFile {
        private static final long LOOK_NANOS = 1_000_000_000L;

        private final Path path;
        private final LongSupplier nanos;
        private UserFile content = UserFile.empty(); // guarded by this, like all below
        private String nobody = "";
        private String stamp = "";
        private long lookedNanos;

        WatchedFile(Path path, LongSupplier nanos) {
            this.path = path;
            this.nanos = nanos;
            this.lookedNanos = nanos.getAsLong() - 2 * LOOK_NANOS;
        }

        /** Returns the file's contents; the previous ones while the file cannot be used. */
        synchronized UserFile content() {
            long nowNanos = nanos.getAsLong();
            if (nowNanos - lookedNanos < LOOK_NANOS) {
                return content;
            }
            lookedNanos = nowNanos;
            String seen = UserFile.stamp(path);
            if (!seen.equals(stamp)) {
                stamp = seen;
                try {
                    content = UserFile.read(path);
                    nobody = "";
                } catch (IOException unusable) {
                    LOG.log(
                            Level.ERROR,
                            "The users are those of before: " + path + " cannot be used: " + unusable.getMessage());
                }
            }
            return content;
        }

        /** Returns a hash that no password matches and that takes as long as the users'. */
        synchronized String nobody() {
            if (nobody.isEmpty()) {
                nobody = Passwords.nobodys(content.users().values().stream()
                        .map(UserFile.User::password)
                        .findFirst());
            }
            return nobody;
        }
    }
}
