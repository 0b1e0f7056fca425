package dev.perch.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/** The roles of one user: of all cameras and the program, or of single cameras. */
public record Grants(List<Grant> all) {
    /** What everybody accepts who reads such a text. */
    public static final String ACCEPTED =
            "viewer, watcher, operator or publisher, each with @CAMERA behind it or of all cameras, with commas between, such as viewer,operator@garden";

    public Grants {
        all = List.copyOf(all);
    }

    /**
     * One role.
     *
     * @param camera the id of the camera that it is for; empty for all, and the program as a whole
     */
    record Grant(Role role, String camera) {
        @Override
        public String toString() {
            return camera.isEmpty() ? role.word() : role.word() + "@" + camera;
        }
    }

    /** Reads {@code viewer,operator@garden}; empty where the text is none. */
    public static Optional<Grants> read(String text) {
        List<Grant> grants = new ArrayList<>();
        StringTokenizer words = new StringTokenizer(text, ",");
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            int at = word.indexOf('@');
            Optional<Role> role = Role.of(at < 0 ? word : word.substring(0, at));
            String camera = at < 0 ? "" : word.substring(at + 1);
            if (role.isEmpty() || (at >= 0 && !camera.matches("[a-z0-9][a-z0-9-]*"))) {
                return Optional.empty();
            }
            grants.add(new Grant(role.get(), camera));
        }
        return grants.isEmpty() ? Optional.empty() : Optional.of(new Grants(grants));
    }

    /** Returns these roles, of all cameras. */
    public static Grants of(Set<Role> roles) {
        return new Grants(roles.stream().map(role -> new Grant(role, "")).toList());
    }

    /** @param camera empty for the program as a whole */
    boolean may(Action action, Optional<String> camera) {
        for (Grant grant : all) {
            boolean here = grant.camera().isEmpty() || grant.camera().equals(camera.orElse(""));
            if (here && grant.role().may(action)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return String.join(",", all.stream().map(Grant::toString).toList());
    }
}
