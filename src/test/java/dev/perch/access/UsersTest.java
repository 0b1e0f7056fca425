package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRange;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in by name and password, and by the cookie of a login. */
class UsersTest {
    static final int ROUNDS = 1000;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path folder;

    private Path file;
    private long nanos = 1;
    private long seconds = 1_700_000_000L;
    private Users users;

    @SuppressWarnings("NullAway.Init") // made before each test
    UsersTest() {}

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("users");
        UserFile.empty()
                .with(user("ann", 1, "viewer", "correct horse"))
                .with(user("bob", 1, "viewer,operator@front", "battery staple"))
                .with(user("cam", 1, "publisher", "tr0ub4dor&3"))
                .write(file);
        users = new Users(Optional.of(file), () -> nanos, () -> seconds);
    }

    static UserFile.User user(String name, int number, String roles, String password) {
        return new UserFile.User(name, number, Grants.read(roles).orElseThrow(), Passwords.keep(password, ROUNDS));
    }

    private static Caller caller(String address, Credentials given) {
        return new Caller(AddressRange.literal(address), false, false, "cam.example", 8080, Optional.of(given));
    }

    private static Caller caller(String user, String password, String address) {
        return caller(address, new Credentials("", user, password, "", null));
    }

    private static Caller cookie(String cookie) {
        return caller("192.168.0.7", new Credentials("", "", "", cookie, null));
    }

    private String known(Caller caller) {
        return users.identify(caller).grants().map(Grants::toString).orElse("nobody");
    }

    private void later(long more) {
        nanos += more * SECOND;
        seconds += more;
    }

    // ---- names and passwords

    @Test
    void user_isKnownByThePassword_andNobodyElse() {
        assertEquals("viewer", known(caller("ann", "correct horse", "192.168.0.7")));
        assertEquals("nobody", known(caller("ann", "battery staple", "192.168.0.8")));
        assertEquals("nobody", known(caller("eve", "correct horse", "192.168.0.9")));
        assertEquals("nobody", known(caller("ann", "", "192.168.0.10")));
    }

    @Test
    void unknownUser_costsWhatAKnownOneCosts() {
        String like = Passwords.keep("correct horse", 123_456);
        String nobody = Passwords.nobodys(Optional.of(like));
        assertTrue(Passwords.wellFormed(nobody));
        assertEquals(like.substring(0, 21), nobody.substring(0, 21)); // scheme and rounds
        assertEquals(like.length(), nobody.length());
        Users.Known wrong = users.identify(caller("ann", "x", "192.168.0.7"));
        assertEquals(wrong, users.identify(caller("eve", "x", "192.168.0.8")));
    }

    /** All that takes time is counted in rounds of PBKDF2: a name that is none costs as many, by each way in, and so does a file without users. */
    @Test
    void unknownUser_hasAsManyRoundsCalculatedAsAKnownOne() throws IOException {
        assertEquals(ROUNDS, roundsOf("ann", "192.168.1.1"));
        assertEquals(ROUNDS, roundsOf("eve", "192.168.1.2"));
        assertEquals(0, roundsOf("", "192.168.1.3"), "who shows nothing");
        assertEquals(ROUNDS, roundsOfLogin("cam", "192.168.1.4"));
        assertEquals(ROUNDS, roundsOfLogin("mallory", "192.168.1.5"));
        UserFile.empty().write(file);
        users = new Users(Optional.of(file), () -> nanos, () -> seconds);
        assertEquals(Passwords.ROUNDS, roundsOf("eve", "192.168.1.6"));
    }

    private long roundsOf(String user, String address) {
        long before = Passwords.calculatedRounds();
        assertEquals("nobody", known(caller(user, "wrong", address)));
        return Passwords.calculatedRounds() - before;
    }

    private long roundsOfLogin(String user, String address) {
        long before = Passwords.calculatedRounds();
        assertTrue(users.login(caller(user, "wrong", address)).cookie().isEmpty());
        return Passwords.calculatedRounds() - before;
    }

    @Test
    void changedFile_countsWithinASecond_andABrokenOneDoesNot() throws IOException {
        assertEquals("viewer", known(caller("ann", "correct horse", "192.168.0.7")));
        UserFile before = UserFile.read(file);
        before.without("ann").with(user("dan", 1, "operator", "new password")).write(file);
        later(2);
        assertEquals("nobody", known(caller("ann", "correct horse", "192.168.0.7")));
        assertEquals("operator", known(caller("dan", "new password", "192.168.0.7")));
        Files.writeString(file, "dan\n");
        later(2);
        assertEquals("operator", known(caller("dan", "new password", "192.168.0.7")));
    }

    @Test
    void newPassword_endsTheOld_alsoWhereItIsRemembered() throws IOException {
        assertEquals("viewer", known(caller("ann", "correct horse", "192.168.0.7")));
        UserFile.read(file).with(user("ann", 2, "viewer", "another horse")).write(file);
        later(2);
        assertEquals("nobody", known(caller("ann", "correct horse", "192.168.0.7")));
        assertEquals("viewer", known(caller("ann", "another horse", "192.168.0.7")));
    }

    @Test
    void rightPassword_isCalculatedOnce() {
        assertEquals("viewer", known(caller("ann", "correct horse", "192.168.0.7")));
        for (int i = 0; i < 10; i++) { // another calculation would have to wait
            users.identify(caller("ann", "wrong " + i, "192.168.0.7"));
        }
        assertTrue(users.identify(caller("ann", "wrong", "192.168.0.7")).waitSeconds() > 0);
        assertEquals("viewer", known(caller("ann", "correct horse", "192.168.0.7")));
    }

    // ---- failures

    @Test
    void failures_delayTheNextAttempt_longerEachTime_andNotOthers() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            users.identify(caller("eve" + i, "x", "203.0.113.9"));
            long wait = users.identify(caller("eve" + i, "x", "203.0.113.9")).waitSeconds();
            waits.add(wait);
            later(wait == 0 ? 0 : wait + 1);
        }
        assertEquals(0, waits.get(0), waits::toString);
        assertTrue(waits.get(8) > waits.get(3), waits::toString);
        assertEquals("viewer", known(caller("ann", "correct horse", "203.0.113.10")));
    }

    @Test
    void oneUser_isGuessedSlowly_fromManyAddresses() {
        long waited = 0;
        for (int i = 0; i < 20; i++) {
            waited = Math.max(
                    waited,
                    users.identify(caller("ann", "x" + i, "203.0.113." + i)).waitSeconds());
        }
        assertTrue(waited >= 1 && waited <= 5, "waits " + waited + " s");
        later(6);
        assertEquals("viewer", known(caller("ann", "correct horse", "192.168.0.7")));
    }

    /** Whoever guesses many passwords at once: few threads wait, and none calculates that has waited while another failed. */
    @Test
    void guessesAtOnce_areDelayedLikeThoseInARow_andHoldFewThreads() throws Exception {
        int many = 10;
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch refused = new CountDownLatch(many - Users.MOST_AT_ONCE);
        Credentials.Container container = new Credentials.Container() {
            @Override
            public Optional<Set<Role>> present() {
                return Optional.empty();
            }

            @Override
            public Optional<Set<Role>> login(String user, String password) {
                asked.incrementAndGet();
                try {
                    boolean all = password.equals("free") || refused.await(20, TimeUnit.SECONDS);
                    return all ? Optional.empty() : Optional.of(EnumSet.of(Role.OPERATOR));
                } catch (InterruptedException stopping) {
                    throw new IllegalStateException(stopping);
                }
            }
        };
        users = new Users(Optional.empty(), () -> nanos, () -> seconds);
        for (int i = 0; i < 3; i++) {
            users.identify(caller("203.0.113.9", new Credentials("", "eve" + i, "free", "", container)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            List<Future<Users.Known>> answers = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                Caller guess = caller("203.0.113.9", new Credentials("", "ann" + i, "guess", "", container));
                answers.add(threads.submit(() -> {
                    Users.Known known = users.identify(guess);
                    refused.countDown();
                    return known;
                }));
            }
            int later = 0;
            for (Future<Users.Known> answer : answers) {
                assertTrue(answer.get().grants().isEmpty(), "all others waited");
                later += answer.get().waitSeconds() > 0 ? 1 : 0;
            }
            assertEquals(many - 1, later);
            assertEquals(3 + 1, asked.get());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void memoryOfFailures_isBounded() {
        Failures failures = new Failures();
        for (int i = 0; i < 100_000; i++) {
            failures.fail(
                    AddressRange.literal("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), "user" + i, i);
        }
        assertTrue(failures.size() <= 2048, () -> "keeps " + failures.size());
    }

    // ---- cookies

    private String cookieOf(String user, String password) {
        return users.login(caller(user, password, "192.168.0.7")).cookie().orElseThrow();
    }

    @Test
    void cookie_standsForTheUser_for30Days() {
        String cookie = cookieOf("bob", "battery staple");
        assertEquals("viewer,operator@front", known(cookie(cookie)));
        later(30 * 24 * 3600 - 1);
        assertEquals("viewer,operator@front", known(cookie(cookie)));
        later(2);
        assertEquals("nobody", known(cookie(cookie)));
    }

    @Test
    void cookie_countsOnlyAsItWasSigned() {
        String cookie = cookieOf("ann", "correct horse");
        for (int i = 0; i < cookie.length(); i++) {
            char other = cookie.charAt(i) == 'A' ? 'Q' : 'A'; // differs in bits that Base64 keeps
            String forged = cookie.substring(0, i) + other + cookie.substring(i + 1);
            assertEquals("nobody", known(cookie(forged)), "at " + i);
        }
        assertEquals("nobody", known(cookie("")));
        assertEquals("nobody", known(cookie("...")));
    }

    @Test
    void raisedNumber_signsOutEverywhere_aNewPasswordToo_andARemovedUser() throws IOException {
        String first = cookieOf("ann", "correct horse");
        UserFile.User ann = Objects.requireNonNull(UserFile.read(file).users().get("ann"));
        UserFile.read(file)
                .with(new UserFile.User("ann", 2, ann.grants(), ann.password()))
                .write(file);
        later(2);
        assertEquals("nobody", known(cookie(first)));
        String second = cookieOf("ann", "correct horse");
        UserFile.read(file).with(user("ann", 2, "viewer", "another horse")).write(file);
        later(2);
        assertEquals("nobody", known(cookie(second)));
        String third = cookieOf("ann", "another horse");
        assertEquals("viewer", known(cookie(third)));
        UserFile.read(file).without("ann").write(file);
        later(2);
        assertEquals("nobody", known(cookie(third)));
    }

    // ---- the container's users

    @Test
    void containersUsers_areAskedOnceAMinute_andHaveCookies() {
        AtomicInteger asked = new AtomicInteger();
        Credentials.Container container = new Credentials.Container() {
            @Override
            public Optional<Set<Role>> present() {
                return Optional.empty();
            }

            @Override
            public Optional<Set<Role>> login(String user, String password) {
                asked.incrementAndGet();
                return password.equals("right") ? Optional.of(EnumSet.of(Role.OPERATOR)) : Optional.empty();
            }
        };
        users = new Users(Optional.empty(), () -> nanos, () -> seconds);
        Caller right = caller("192.168.0.7", new Credentials("", "tom", "right", "", container));
        Caller wrong = caller("192.168.0.7", new Credentials("", "tom", "wrong", "", container));
        assertEquals("operator", known(right));
        assertEquals("operator", known(right));
        assertEquals(1, asked.get());
        later(61);
        assertEquals("operator", known(right));
        assertEquals(2, asked.get());
        assertEquals("nobody", known(wrong));
        assertEquals("operator", known(cookie(users.login(right).cookie().orElseThrow())));
    }

    // ---- what the roles reach

    private Access access() throws IOException, ConfigException {
        Path config = folder.resolve("perch.yml");
        Files.writeString(
                config, "access: {users: " + file + ", guests: 192.168.5.0/24}\ncameras: {front: {demo: true}}\n");
        AccessConfig rules = PerchConfig.load(config).access().orElseThrow();
        return new Access("s3cret", port -> Optional.of("l0cal"), Map.of("front", "k3y"), rules);
    }

    @ParameterizedTest
    @CsvSource({
        // user, password, action, camera, may
        "ann, correct horse, WATCH, front, true",
        "ann, correct horse, METRICS, '', true",
        "ann, correct horse, REPLAY, front, true",
        "ann, correct horse, LISTEN, front, true",
        "ann, correct horse, CONTROL, front, false",
        "ann, correct horse, DELETE, front, false",
        "ann, correct horse, PUBLISH, front, false",
        "bob, battery staple, CONTROL, front, true",
        "bob, battery staple, RECORD, front, true",
        "bob, battery staple, CONTROL, back, false",
        "bob, battery staple, CONTROL, '', false",
        "bob, battery staple, WATCH, back, true",
        "bob, battery staple, PUBLISH, front, false",
        "cam, tr0ub4dor&3, PUBLISH, front, true",
        "cam, tr0ub4dor&3, WATCH, front, false",
    })
    void roles_reachSoFar(String user, String password, Action action, String camera, boolean may) throws Exception {
        Verdict verdict = access().decide(
                        caller(user, password, "203.0.113.9"),
                        action,
                        camera.isEmpty() ? Optional.empty() : Optional.of(camera));
        assertEquals(may, verdict == Verdict.ALLOWED, verdict::toString);
        assertTrue(may || verdict instanceof Verdict.Refused, verdict::toString);
    }

    @Test
    void withUsers_nobodyElseIsLetIn_butGuestsAndKeys() throws Exception {
        Access access = access();
        Caller here = new Caller(AddressRange.literal("127.0.0.1"), false, false, "localhost", 8080, Optional.empty());
        for (Action action : Action.values()) {
            Verdict verdict = access.decide(here, action, Optional.of("front"));
            boolean free = action == Action.GREET
                    || action == Action.HEALTH; // the latter for this machine alone, which is asked here
            assertEquals(!free, verdict instanceof Verdict.Challenge, action + " " + verdict);
        }
        Caller guest = new Caller(AddressRange.literal("192.168.5.9"), false, false, "perch", 8080, Optional.empty());
        assertEquals(Verdict.ALLOWED, access.decide(guest, Action.WATCH, Optional.empty()));
        assertInstanceOf(Verdict.Challenge.class, access.decide(guest, Action.CONTROL, Optional.of("front")));
        Caller operator = caller("203.0.113.9", new Credentials("s3cret"));
        assertEquals(Verdict.ALLOWED, access.decide(operator, Action.CONTROL, Optional.of("front")));
        assertEquals(Verdict.ALLOWED, access.decide(operator, Action.WATCH, Optional.of("front")));
        Caller root =
                new Caller(here.address(), false, false, "localhost", 8080, Optional.of(new Credentials("l0cal")));
        assertEquals(Verdict.ALLOWED, access.decide(root, Action.CONTROL, Optional.of("front")));
        Caller publisher = caller("203.0.113.9", new Credentials("k3y"));
        assertEquals(Verdict.ALLOWED, access.decide(publisher, Action.PUBLISH, Optional.of("front")));
    }
}
