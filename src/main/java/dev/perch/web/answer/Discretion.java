package dev.perch.web.answer;

import dev.perch.access.Action;
import dev.perch.access.Permit;
import dev.perch.camera.Camera;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much one who asks for figures may know: who may not change things reads no paths and no addresses, and who came by a link to one camera nothing of others. What was decided
 * counts for the whole answer. Used by the thread that answers.
 */
public final class Discretion {
    private static final String HIDDEN = "…";

    /** A path in the file system, or an address, in a sentence. */
    private static final Pattern PLACE =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s,;]+|(?<![\\w.])/[\\w.@:+~-][^\\s,;]*");

    private final Optional<Permit> permit;
    private final Optional<String> only;
    private final boolean plain;
    private final Map<String, Boolean> reached = new HashMap<>(); // by the camera's id
    private final Map<String, Map<Action, Boolean>> let = new HashMap<>(); // likewise

    /** @param permit of the one who asks; empty: it may know everything */
    public Discretion(Optional<Permit> permit) {
        this.permit = permit;
        only = permit.flatMap(Permit::onlyCamera);
        plain = permit.isEmpty() || permit.get().may(Action.CONTROL);
    }

    /** Returns whether a camera may be known of. */
    public boolean shows(Camera camera) {
        return shows(camera.id());
    }

    /** Returns whether a camera may be known of that may have gone meanwhile. */
    public boolean shows(String camera) {
        boolean linked = only.isEmpty() || only.get().equals(camera);
        return linked
                && (permit.isEmpty()
                        || only.isPresent()
                        || reached.computeIfAbsent(camera, id -> permit.get().reaches(id)));
    }

    /** Returns whether {@code action} may be done with the camera of this id, as the one who asks has come: a key may be shown later. */
    public boolean lets(Action action, String id) {
        return permit.isEmpty()
                || let.computeIfAbsent(id, any -> new EnumMap<>(Action.class))
                        .computeIfAbsent(action, any -> permit.get().may(action, id));
    }

    /** Returns those of {@code cameras} that may be known of. */
    public List<Camera> shown(List<Camera> cameras) {
        return cameras.stream().filter(this::shows).toList();
    }

    /** Returns whether every camera may be known of, and with them what is of no single one. */
    public boolean showsAll(List<Camera> cameras) {
        return only.isEmpty() && cameras.stream().allMatch(this::shows);
    }

    /** Returns whether everything may be known of what may be known of. */
    public boolean plain() {
        return plain && only.isEmpty();
    }

    /** Returns what a camera shows: a device, a program or an address, which only who may change things knows. */
    public String source(String text) {
        return plain || text.equals("demo") || text.equals("publisher") ? text : HIDDEN;
    }

    /** Returns {@code text} as far as it may be known. */
    public String text(String text) {
        return plain ? text : PLACE.matcher(text).replaceAll(HIDDEN);
    }
}
