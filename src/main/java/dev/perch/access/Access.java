package dev.perch.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Decides who may do what. Whoever reaches Perch may watch and read its figures. Whoever has the operator's key may change things; without a
 * configured key, whoever sits at this machine may. With one, a program on this machine has the key of the running Perch's key file instead, which
 * only root and Perch's own user can read. Safe from any thread.
 */
public final class Access {
    private final String operatorKey;
    private final IntFunction<Optional<String>> localKeys;
    private final Map<String, String> publishKeys;

    /**
     * @param operatorKey as configured; empty: nobody has it
     * @param localKeys the content of the key file of the Perch that listens at a port; empty where there is none
     */
    public Access(String operatorKey, IntFunction<Optional<String>> localKeys) {
        this(operatorKey, localKeys, Map.of());
    }

    /** @param publishKeys the key of each camera that is published to, by its id; an empty one: only this machine may */
    public Access(String operatorKey, IntFunction<Optional<String>> localKeys, Map<String, String> publishKeys) {
        this.operatorKey = operatorKey;
        this.localKeys = localKeys;
        this.publishKeys = Map.copyOf(publishKeys);
    }

    /**
     * Returns whether {@code caller} may do {@code action}.
     *
     * @param camera the id of the camera to do it with; empty for the program as a whole
     */
    public Verdict decide(Caller caller, Action action, Optional<String> camera) {
        return switch (action) {
            case WATCH, METRICS, REPLAY, EXPORT -> Verdict.ALLOWED;
            case PUBLISH -> publish(caller, publishKeys.getOrDefault(camera.orElse(""), ""));
            case CONTROL, RECORD, DELETE -> mayOperate(caller) ? Verdict.ALLOWED : operatorsOnly(caller);
        };
    }

    private static Verdict publish(Caller caller, String right) {
        String given = key(caller);
        if (right.isEmpty() ? caller.atThisMachine() : same(right, given)) {
            return Verdict.ALLOWED;
        }
        String sentence = right.isEmpty()
                ? "Only this machine itself may publish, and not through a proxy: set publish-key of the camera in perch.yml, and send it."
                : given.isEmpty() ? "That needs the camera's publish-key." : "That is not the camera's publish-key.";
        return new Verdict.Refused(
                "For the publisher only",
                sentence
                        + " It is sent as \"Authorization: Bearer KEY\" or \"X-Perch-Key: KEY\", by RTMP as \"?key=KEY\" or behind the camera's name.");
    }

    private boolean mayOperate(Caller caller) {
        String given = key(caller);
        if (given.isEmpty()) {
            return operatorKey.isEmpty() && caller.atThisMachine();
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
        return !operatorKey.isEmpty()
                && localKeys.apply(port).filter(local -> same(local, given)).isPresent();
    }

    /** Takes as long for a wrong key as for a right one. */
    private static boolean same(String right, String given) {
        return !right.isEmpty()
                && MessageDigest.isEqual(
                        right.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
