package dev.perch.access;

import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRange;
import dev.perch.config.AddressRules;
import dev.perch.config.AddressRules.Word;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may do what. Private addresses may watch and read figures, or those that the configuration allows. Whoever has the operator's key may
 * change things; without a configured key, whoever sits at this machine may. With one, a program on this machine has the key of the running Perch's key file instead, which
 * only root and Perch's own user can read. Safe from any thread.
 */
public final class Access {
    private static final System.Logger LOG = System.getLogger(Access.class.getName());
    private static final long ASKED_EVERY_NANOS = 30_000_000_000L;

    private final String operatorKey;
    private final IntFunction<Optional<String>> localKeys;
    private final UnaryOperator<String> publishKeys;
    private final UnaryOperator<String> listNames;
    private final AccessConfig config;
    private final @Nullable Users users; // null where nobody has a name
    private volatile @Nullable Links links; // null until the first is made or asked for
    private volatile @Nullable Set<Permit> held; // null until the first that may lapse
    private long askedNanos; // used by the timer alone

    /**
     * @param operatorKey as configured; empty: nobody has it
     * @param localKeys the content of the key file of the Perch that listens at a port; empty where there is none
     */
    public Access(String operatorKey, IntFunction<Optional<String>> localKeys) {
        this(operatorKey, localKeys, Map.of());
    }

    /** @param publishKeys the key of each camera that is published to, by its id; an empty one: only this machine may */
    public Access(String operatorKey, IntFunction<Optional<String>> localKeys, Map<String, String> publishKeys) {
        this(operatorKey, localKeys, publishKeys, AccessConfig.NONE);
    }

    /** @param config who may watch and publish */
    public Access(
            String operatorKey,
            IntFunction<Optional<String>> localKeys,
            Map<String, String> publishKeys,
            AccessConfig config) {
        this(operatorKey, localKeys, camera -> publishKeys.getOrDefault(camera, ""), camera -> camera, config);
    }

    /**
     * @param publishKeys the key of a camera that is published to, by its id, also of one that comes with its publisher; an empty one: only this machine may
     * @param listNames the name that the configuration has for a camera's lists: that of the wildcard, for a camera that comes by one
     * @param config who may watch and publish
     */
    public Access(
            String operatorKey,
            IntFunction<Optional<String>> localKeys,
            UnaryOperator<String> publishKeys,
            UnaryOperator<String> listNames,
            AccessConfig config) {
        this.operatorKey = operatorKey;
        this.localKeys = localKeys;
        this.publishKeys = publishKeys;
        this.listNames = listNames;
        this.config = config;
        this.users = config.named() ? new Users(config.users()) : null;
    }

    /** Returns the links by which people are let in without a name. */
    public Links links() {
        Links present = links;
        if (present == null) {
            synchronized (this) {
                present = links;
                if (present == null) {
                    present = new Links(config.links());
                    links = present;
                }
            }
        }
        return present;
    }

    /** Returns the permit of {@code caller}, who is let in. */
    public Permit permit(Caller caller, Action action, Optional<String> camera) {
        return new Permit(this, caller, action, camera);
    }

    void hold(Permit permit) {
        Set<Permit> all = held;
        if (all == null) {
            synchronized (this) {
                all = held;
                if (all == null) {
                    all = ConcurrentHashMap.newKeySet();
                    held = all;
                }
            }
        }
        all.add(permit);
    }

    void release(Permit permit) {
        Set<Permit> all = held;
        if (all != null) {
            all.remove(permit);
        }
    }

    /** Asks again, every 30 s, whether those may go on who were let in by what may end. Called about once a second by one thread. */
    public void tend(long nowNanos) {
        Set<Permit> all = held;
        if (all != null && nowNanos - askedNanos >= ASKED_EVERY_NANOS) {
            askedNanos = nowNanos;
            all.forEach(Access::askAgain);
        }
    }

    private static void askAgain(Permit permit) {
        try {
            permit.askAgain();
        } catch (RuntimeException defect) { // which keeps no other from being asked about
            LOG.log(Level.ERROR, "whether an answer may go on is not known", defect);
        }
    }

    /** Returns who is let in by name and password; null where nobody has one. */
    public @Nullable Users users() {
        return users;
    }

    /**
     * Returns whether {@code caller} may do {@code action}.
     *
     * @param camera the id of the camera to do it with; empty for the program as a whole
     */
    public Verdict decide(Caller caller, Action action, Optional<String> camera) {
        return switch (action) {
            case GREET -> Verdict.ALLOWED;
            case WATCH, LISTEN, METRICS, REPLAY, EXPORT -> watch(caller, action, camera);
            // what looks after the program on its own machine has no name: a container's health check, a probe of
            // systemd or cron
            case HEALTH -> caller.atThisMachine() ? Verdict.ALLOWED : watch(caller, Action.METRICS, camera);
            case PUBLISH -> publish(caller, camera);
            case CONTROL, RECORD, DELETE, ADMINISTER -> operate(caller, action, camera);
        };
    }

    /**
     * Returns whether {@code caller} may do {@code action} with the program as a whole or, where that only shows what there is, with one of {@code cameras} at least: of the others
     * the answer then tells nothing.
     *
     * @param cameras the ids of all
     */
    public Verdict decideForAny(Caller caller, Action action, List<String> cameras) {
        Verdict ofAll = decide(caller, action, Optional.empty());
        boolean linked = !caller.given().map(Credentials::link).orElse("").isEmpty();
        // who is nobody, or has to wait, is so for each of them, and is asked once
        if (!(ofAll instanceof Verdict.Refused) || linked || !action.watches()) {
            return ofAll;
        }
        for (String id : cameras) {
            Verdict ofOne = decide(caller, action, Optional.of(id));
            if (!(ofOne instanceof Verdict.Refused)) {
                return ofOne;
            }
        }
        return ofAll;
    }

    /** Returns whether a login from where {@code caller} comes from may lead anywhere: the list for all, or that of a camera, lets it watch. */
    public boolean mayLogIn(Caller caller) {
        return word(config.play(Optional.empty()), caller) != Word.DENIED
                || config.ofCamera().keySet().stream()
                        .anyMatch(id -> word(config.play(Optional.of(id)), caller) != Word.DENIED);
    }

    /** The wall around those who watch is one around those who change, too; who sits at this machine is inside of every wall. */
    private Verdict operate(Caller caller, Action action, Optional<String> camera) {
        if (!caller.atThisMachine() && word(config.play(camera.map(listNames)), caller) == Word.DENIED) {
            return walled(caller, camera, "change");
        }
        return mayOperate(caller)
                ? Verdict.ALLOWED
                : users == null ? operatorsOnly(caller) : byName(users, caller, action, camera);
    }

    private static Verdict walled(Caller caller, Optional<String> camera, String wish) {
        return new Verdict.Refused(
                "Not from this address",
                "access.play of perch.yml does not let " + caller.seen() + " " + wish
                        + camera.map(id -> " camera " + id).orElse("") + ".");
    }

    private Verdict watch(Caller caller, Action action, Optional<String> camera) {
        Word word = word(config.play(camera.map(listNames)), caller);
        if (word == Word.DENIED) {
            return walled(caller, camera, "watch");
        }
        String link = caller.given().map(Credentials::link).orElse("");
        if (!link.isEmpty()) {
            return byLink(link, caller, action, camera);
        }
        if (users != null) {
            boolean guest = word(config.guests(), caller) == Word.ALLOWED && !astray(config.guests(), caller);
            return guest || mayOperate(caller) ? Verdict.ALLOWED : byName(users, caller, action, camera);
        }
        if (mayOperate(caller)) {
            return Verdict.ALLOWED;
        }
        if (word != Word.ALLOWED && !caller.near()) {
            return tooFar(caller);
        }
        return astray(config.play(camera.map(listNames)), caller) ? byForeignName(caller) : Verdict.ALLOWED;
    }

    private Verdict byLink(String token, Caller caller, Action action, Optional<String> camera) {
        return links().allows(token, caller, action, camera)
                ? Verdict.ALLOWED
                : new Verdict.Refused(
                        "Not by this link", "The link has ended, was taken back, or does not lead here or from here.");
    }

    /** Lets in whom the users' file, or the container, knows, as far as the user's roles go. */
    private static Verdict byName(Users users, Caller caller, Action action, Optional<String> camera) {
        Users.Known known = users.identify(caller);
        if (known.grants().isEmpty()) {
            String sentence = known.waitSeconds() > 0
                    ? "Too many attempts: the next counts in " + known.waitSeconds() + " s."
                    : known.wrong()
                            ? "That is no user with this password."
                            : "Perch lets in who has a name and a password.";
            return new Verdict.Challenge(sentence, known.waitSeconds());
        }
        return known.grants().get().may(action, camera)
                ? Verdict.ALLOWED
                : new Verdict.Refused(
                        "Not yours",
                        "Your roles (" + known.grants().get() + ") do not reach this. Another user's may: /login.");
    }

    /**
     * Returns whether the address of {@code caller} lets nobody in: the name that it uses may have been made to lead here by a web page, which then asks from a browser in one's own
     * network. What is for everybody is for such a page too.
     */
    private static boolean astray(Optional<AddressRules> rules, Caller caller) {
        return caller.foreign()
                && rules.filter(list -> list.of(Optional.empty()) == Word.ALLOWED)
                        .isEmpty();
    }

    private static Verdict byForeignName(Caller caller) {
        String host = caller.host().length() > 80 ? caller.host().substring(0, 80) + "…" : caller.host();
        return new Verdict.Refused(
                "Not by this name",
                "Perch lets you in by your address, and only under a name that nobody elsewhere can own: an IP address, localhost, a name without a dot or in .local, .lan, .home.arpa, or this machine's own."
                        + " You called it \"" + host
                        + "\". If that name is yours, write in perch.yml: server: {hosts: [" + host
                        + "]}, or name the proxy that hands it on in server.trusted-proxies.");
    }

    private static Verdict tooFar(Caller caller) {
        return new Verdict.Refused(
                "For private networks only",
                "Perch shows its cameras to private addresses only, and you come from " + caller.seen()
                        + "."
                        + ownNetwork(caller)
                        + " To let everybody watch, write in perch.yml: access: {play: {allow: all}}");
    }

    /** A home's computers have public addresses of IPv6, which begin alike (RFC 4291 §2.5.4) and are nobody's private ones. */
    private static String ownNetwork(Caller caller) {
        return caller.address()
                .filter(address ->
                        address instanceof Inet6Address && caller.told().isEmpty())
                .map(address -> " If that is your own network, write in perch.yml: access: {play: {allow: [private, \""
                        + AddressRange.network(address) + "\"]}}.")
                .orElse("");
    }

    /** Returns what a list says of all that is known of where {@code caller} comes from. */
    private static Word word(Optional<AddressRules> rules, Caller caller) {
        if (rules.isEmpty()) {
            return Word.SILENT;
        }
        Word ofAddress = rules.get().of(caller.address());
        Word ofTold = caller.told().isEmpty() ? ofAddress : rules.get().of(caller.told());
        return ofAddress == Word.DENIED || ofTold == Word.DENIED
                ? Word.DENIED
                : ofAddress == ofTold ? ofAddress : Word.SILENT;
    }

    private Verdict publish(Caller caller, Optional<String> camera) {
        Optional<AddressRules> rules = config.publish(camera.map(listNames));
        boolean astray = astray(rules, caller);
        return switch (word(rules, caller)) {
            case DENIED ->
                new Verdict.Refused(
                        "Not from this address",
                        "access.publish of perch.yml does not let " + caller.seen() + " publish"
                                + camera.map(id -> " to camera " + id).orElse("") + ".");
            case ALLOWED ->
                astray && users == null && key(camera).isEmpty()
                        ? byForeignName(caller)
                        : byKeyOrName(caller, camera, /* freely= */ !astray);
            case SILENT -> byKeyOrName(caller, camera, caller.atThisMachine() && users == null);
        };
    }

    private Verdict byKeyOrName(Caller caller, Optional<String> camera, boolean freely) {
        Verdict byKey = byKey(caller, key(camera), freely);
        return byKey == Verdict.ALLOWED || users == null || !key(caller).isEmpty()
                ? byKey
                : byName(users, caller, Action.PUBLISH, camera);
    }

    private String key(Optional<String> camera) {
        return publishKeys.apply(camera.orElse(""));
    }

    /**
     * Lets publish whoever shows the camera's key.
     *
     * @param freely whether none is needed where the camera has none
     */
    private static Verdict byKey(Caller caller, String right, boolean freely) {
        String given = key(caller);
        if (right.isEmpty() ? freely : same(right, given)) {
            return Verdict.ALLOWED;
        }
        String sentence = right.isEmpty()
                ? "Only this machine itself may publish, and not through a proxy: set publish-key of the camera in perch.yml, and send it, or allow addresses by access.publish."
                : given.isEmpty() ? "That needs the camera's publish-key." : "That is not the camera's publish-key.";
        return new Verdict.Refused(
                "For the publisher only",
                sentence
                        + " It is sent as \"Authorization: Bearer KEY\" or \"X-Perch-Key: KEY\", by RTMP as \"?key=KEY\" or behind the camera's name.");
    }

    private boolean mayOperate(Caller caller) {
        String given = key(caller);
        if (given.isEmpty()) {
            return operatorKey.isEmpty() && users == null && caller.atThisMachine();
        }
        return same(operatorKey, given) || (caller.atThisMachine() && local(given, caller.port()));
    }

    private Verdict operatorsOnly(Caller caller) {
        String sentence = operatorKey.isEmpty()
                ? "Only this machine itself may do that, and not through a proxy: set server.operator-key in perch.yml, and send it."
                : key(caller).isEmpty()
                        ? "That needs server.operator-key; on this machine itself, \"bin/perch set\" as root needs none."
                        : "That is not the key of server.operator-key.";
        return new Verdict.Refused(
                "For the operator only",
                sentence + " It is sent as \"X-Perch-Key: KEY\" or \"Authorization: Bearer KEY\".");
    }

    private static String key(Caller caller) {
        return caller.given().map(Credentials::key).orElse("");
    }

    private boolean local(String given, int port) {
        return (!operatorKey.isEmpty() || users != null)
                && localKeys.apply(port).filter(local -> same(local, given)).isPresent();
    }

    /** Takes as long for a wrong key as for a right one. */
    private static boolean same(String right, String given) {
        return !right.isEmpty()
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
