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
 * How much a reader of figures may know: paths and addresses are only for those who may change things, and who came by a link to one camera learns
 * nothing of others. Each decision holds for the whole answer. Used by the answering thread.
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

    /**
     * Creates the limits.
     *
     * @param permit of the reader; empty for one who may know everything
     */
    public Discretion(Optional<Permit> permit) {
        this.permit = permit;
        only = permit.flatMap(Permit::onlyCamera);
        plain = permit.isEmpty() || permit.get().may(Action.CONTROL);
    }

    /** Returns whether the reader may know the camera. */
    public boolean shows(Camera camera) {
        return shows(camera.id());
    }

    /** Returns whether the reader may know the camera of this id, which may be gone by now. */
    public boolean shows(String camera) {
        boolean linked = only.isEmpty() || only.get().equals(camera);
        return linked
                && (permit.isEmpty()
                        || only.isPresent()
                        || reached.computeIfAbsent(camera, id -> permit.get().reaches(id)));
    }

    /**
     * Returns whether the reader may do {@code action} with the camera of this id, by what it has shown so far: it may show a key later.
     */
    public boolean lets(Action action, String id) {
        return permit.isEmpty()
                || let.computeIfAbsent(id, any -> new EnumMap<>(Action.class))
                        .computeIfAbsent(action, any -> permit.get().may(action, id));
    }

    /** Returns those of {@code cameras} that the reader may know. */
    public List<Camera> shown(List<Camera> cameras) {
        return cameras.stream().filter(this::shows).toList();
    }

    /** Returns whether the reader may know every camera, and so also the figures that belong to no single one. */
    public boolean showsAll(List<Camera> cameras) {
        return only.isEmpty() && cameras.stream().allMatch(this::shows);
    }

    /** Returns whether nothing is withheld about the cameras that the reader may know. */
    public boolean plain() {
        return plain && only.isEmpty();
    }

    /** Returns a camera's source (a device, a program or an address) for those who may change things; a general word for others. */
    public String source(String text) {
        return plain || text.equals("demo") || text.equals("publisher") ? text : HIDDEN;
    }

    /** Returns {@code text} without paths and addresses that the reader may not know. */
    public String text(String text) {
        return plain ? text : PLACE.matcher(text).replaceAll(HIDDEN);
    }
}
