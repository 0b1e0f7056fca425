package dev.perch.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/** The roles of one user, for single cameras or for everything. */
public record Grants(List<Grant> all) {
    /** The accepted form, for messages. */
    public static final String ACCEPTED =
            "viewer, watcher, operator or publisher, each with @CAMERA behind it or of all cameras, with commas between, such as viewer,operator@garden";

    public Grants {
        all = List.copyOf(all);
    }

    /**
     * One role.
     *
     * @param camera the id of its camera; empty for all cameras and the program as a whole
     */
    record Grant(Role role, String camera) {
        @Override
        public String toString() {
            return camera.isEmpty() ? role.word() : role.word() + "@" + camera;
        }
    }

    /** Parses {@code viewer,operator@garden}; empty if the text is invalid. */
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

    /** Returns these roles for everything. */
    public static Grants of(Set<Role> roles) {
        return new Grants(roles.stream().map(role -> new Grant(role, "")).toList());
    }

    /**
     * Returns whether one of the roles allows {@code action}.
     *
     * @param camera empty for the program as a whole
     */
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
