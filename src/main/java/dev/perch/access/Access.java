package dev.perch.access;

import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRules;
import dev.perch.config.AddressRules.Word;
import java.lang.System.Logger.Level;
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
 * Decides who may do what. Private addresses, or those in the configuration, may watch and read figures. Whoever has the operator's key may change
 * things; without a configured key, this machine's own users may. With a key, a program on this machine uses the running Perch's key file instead,
 * which only root and Perch's own user can read. Safe from any thread.
 */
public final class Access {
    private static final System.Logger LOG = System.getLogger(Access.class.getName());
    private static final long ASKED_EVERY_NANOS = 30_000_000_000L;

    private final String operatorKey;
    private final IntFunction<Optional<String>> localKeys;
    private final UnaryOperator<String> publishKeys;
    private final UnaryOperator<String> listNames;
    private final AccessConfig config;
    private final @Nullable Users users; // null if nobody has a name
    private volatile @Nullable Links links; // null until the first is made or looked for
    private volatile @Nullable Set<Permit> held; // null until the first permit that may lapse
    private long askedNanos; // used by the timer only

    /** Creates access by addresses and {@code operatorKey}, empty for none; {@code localKeys} reads the key file of the Perch at a port. */
    public Access(String operatorKey, IntFunction<Optional<String>> localKeys) {
        this(operatorKey, localKeys, Map.of());
    }

    /** Creates access with the publishers' keys by camera; an empty key means that only this machine may publish. */
    public Access(String operatorKey, IntFunction<Optional<String>> localKeys, Map<String, String> publishKeys) {
        this(operatorKey, localKeys, publishKeys, AccessConfig.NONE);
    }

    /** Creates access with rules: {@code config} says who may watch and publish. */
    public Access(
            String operatorKey,
            IntFunction<Optional<String>> localKeys,
            Map<String, String> publishKeys,
            AccessConfig config) {
        this(operatorKey, localKeys, camera -> publishKeys.getOrDefault(camera, ""), camera -> camera, config);
    }

    /**
     * Creates access with rules.
     *
     * @param publishKeys a camera's key by its id, also of one that comes with its publisher; an empty one means that only this machine may publish
     * @param listNames the name of a camera's lists in the configuration: the wildcard's, for a camera that comes by one
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

    /** Returns the signed links. */
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

    /** Returns the permit of {@code caller}, who has been let in. */
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

    /**
     * Checks every 30 s whether those who were let in by something that may end are still allowed. Called about once a second by one thread.
     */
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
        } catch (RuntimeException defect) { // the others must be checked all the same
            LOG.log(Level.ERROR, "whether an answer may go on is not known", defect);
        }
    }

    /** Returns the users with names and passwords; null if there are none. */
    public @Nullable Users users() {
        return users;
    }

    /** Returns whether {@code caller} may do {@code action} with the camera of this id, or without one with the program as a whole. */
    public Verdict decide(Caller caller, Action action, Optional<String> camera) {
        return switch (action) {
            case GREET -> Verdict.ALLOWED;
            case WATCH, LISTEN, METRICS, REPLAY, EXPORT -> watch(caller, action, camera);
            // a program that looks after this one on its own machine has no name: a container's health check, systemd,
            // cron
            case HEALTH -> caller.atThisMachine() ? Verdict.ALLOWED : watch(caller, Action.METRICS, camera);
            case PUBLISH -> publish(caller, camera);
            case CONTROL, RECORD, DELETE, ADMINISTER -> operate(caller, action, camera);
        };
    }

    /**
     * Decides about the camera of this name, which the caller may have made up. A caller who may not watch it is answered as for a name without a
     * camera, so that nobody learns by trying which names exist.
     *
     * @param there whether a camera has this name
     */
    public Verdict decideNamed(Caller caller, Action action, String name, boolean there) {
        Optional<String> camera = Optional.of(name);
        Verdict watching = decide(caller, Action.WATCH, camera);
        boolean known = watching == Verdict.ALLOWED;
        if (there && !(known && action == Action.WATCH)) {
            // a caller whose name and password failed may still have a key, and has failed once
            boolean elsewhere = !known && linked(caller) && !action.watches();
            Caller left = elsewhere || watching instanceof Verdict.Challenge ? byKeyAlone(caller) : caller;
            Verdict verdict = decide(left, action, camera);
            return known || verdict == Verdict.ALLOWED
                    ? verdict
                    : decideUnknown(caller, action, watching, elsewhere ? watching : verdict);
        }
        if (known) {
            return there ? Verdict.ALLOWED : Verdict.UNKNOWN;
        }
        return decideUnknown(caller, action, watching, watching);
    }

    private static Caller byKeyAlone(Caller caller) {
        return caller.showing(caller.given().map(given -> new Credentials(given.key())));
    }

    /**
     * Returns the answer for a camera that the caller may not know of, and for one that does not exist: it depends on the caller and on whether it
     * wants to publish, but on no camera.
     *
     * @param watching the verdict on watching; if this or {@code verdict} asks who the caller is, nothing is known yet
     */
    private Verdict decideUnknown(Caller caller, Action action, Verdict watching, Verdict verdict) {
        boolean publishes = action == Action.PUBLISH;
        boolean asked = watching instanceof Verdict.Challenge || verdict instanceof Verdict.Challenge;
        Verdict ofNone =
                watching instanceof Verdict.Challenge ? watching : asked ? verdict : decideNone(caller, publishes);
        if (ofNone == Verdict.ALLOWED) {
            return Verdict.UNKNOWN;
        }
        return publishes && (users == null || !key(caller).isEmpty()) ? Reasons.NO_PUBLISHER : ofNone;
    }

    /**
     * Decides as for a camera without a list of its own. A caller whom the list for all denies is still asked for its name if another list allows it.
     */
    private Verdict decideNone(Caller caller, boolean publishes) {
        Optional<String> none = Optional.empty();
        boolean walled = word(config.play(none), caller) == Word.DENIED;
        if (walled && users != null && !linked(caller) && !mayOperate(caller) && (publishes || mayLogIn(caller))) {
            Verdict verdict = byName(users, caller, publishes ? Action.PUBLISH : Action.WATCH, none);
            return verdict == Verdict.ALLOWED && !publishes ? Reasons.walled(caller, none, "watch") : verdict;
        }
        Verdict verdict = watch(caller, Action.WATCH, none);
        return publishes && users != null && verdict instanceof Verdict.Refused && !linked(caller)
                ? byName(users, caller, Action.PUBLISH, none)
                : verdict;
    }

    /**
     * Returns whether {@code caller} may do {@code action} with the program as a whole or, if the action only shows something, with one of {@code
     * cameras}: the answer then must not mention the others.
     */
    public Verdict decideForAny(Caller caller, Action action, List<String> cameras) {
        Verdict ofAll = decide(caller, action, Optional.empty());
        // a caller who is nobody, or must wait, is that for each camera, and is checked once
        if (!(ofAll instanceof Verdict.Refused) || linked(caller) || !action.watches()) {
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

    /** Returns whether a login from this caller's address can succeed: the list for all, or that of a camera, lets it watch. */
    public boolean mayLogIn(Caller caller) {
        return word(config.play(Optional.empty()), caller) != Word.DENIED
                || config.ofCamera().keySet().stream()
                        .anyMatch(id -> word(config.play(Optional.of(id)), caller) != Word.DENIED);
    }

    /** Decides about changes. A list of those who watch limits those who change, too; this machine's own users are inside every list. */
    private Verdict operate(Caller caller, Action action, Optional<String> camera) {
        if (!caller.atThisMachine() && word(config.play(camera.map(listNames)), caller) == Word.DENIED) {
            return Reasons.walled(caller, camera, "change");
        }
        return mayOperate(caller)
                ? Verdict.ALLOWED
                : users == null ? operatorsOnly(caller) : byName(users, caller, action, camera);
    }

    private Verdict watch(Caller caller, Action action, Optional<String> camera) {
        Word word = word(config.play(camera.map(listNames)), caller);
        if (word == Word.DENIED) {
            return Reasons.walled(caller, camera, "watch");
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
            return Reasons.tooFar(caller);
        }
        return astray(config.play(camera.map(listNames)), caller) ? Reasons.byForeignName(caller) : Verdict.ALLOWED;
    }

    private Verdict byLink(String token, Caller caller, Action action, Optional<String> camera) {
        return links().allows(token, caller, action, camera) ? Verdict.ALLOWED : Reasons.BY_LINK;
    }

    /** Lets in users of the file or the container, as far as their roles allow. */
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
        Grants grants = known.grants().get();
        return grants.may(action, camera) ? Verdict.ALLOWED : Reasons.notYours(grants);
    }

    /**
     * Returns whether the address of {@code caller} must not let it in: the host name may have been made to lead here by a web page, which then asks
     * from a browser in the own network. What everybody may do, such a page may do too.
     */
    private static boolean astray(Optional<AddressRules> rules, Caller caller) {
        return caller.foreign()
                && rules.filter(list -> list.of(Optional.empty()) == Word.ALLOWED)
                        .isEmpty();
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
                        ? Reasons.byForeignName(caller)
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
     * Lets a caller with the camera's key publish.
     *
     * @param freely whether no key is needed if the camera has none
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

    private static boolean linked(Caller caller) {
        return !caller.given().map(Credentials::link).orElse("").isEmpty();
    }

    private static String key(Caller caller) {
        return caller.given().map(Credentials::key).orElse("");
    }

    private boolean local(String given, int port) {
        return (!operatorKey.isEmpty() || users != null)
                && localKeys.apply(port).filter(local -> same(local, given)).isPresent();
    }

    /** Compares in constant time. */
    private static boolean same(String right, String given) {
        return !right.isEmpty()
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
