package dev.perch.access;

import java.util.Locale;
import java.util.Optional;

/** The rights of a user. */
public enum Role {
    /** Watches, listens, sees recordings and figures. */
    VIEWER,
    /** Watches and sees figures, but does not listen, and sees no recordings, which have sound. */
    WATCHER,
    /** Does what a viewer does, and changes settings and deletes. */
    OPERATOR,
    /** Publishes a camera's pictures, and nothing else. */
    PUBLISHER;

    /** The beginning of a role's name in a servlet container. */
    private static final String CONTAINER_PREFIX = "perch-";

    boolean may(Action action) {
        return switch (this) {
            case VIEWER -> action.watches();
            case WATCHER -> action == Action.GREET || action == Action.WATCH || action == Action.METRICS;
            case OPERATOR -> action != Action.PUBLISH;
            case PUBLISHER -> action == Action.PUBLISH;
        };
    }

    /** Returns the role's word in files and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the role's name in a servlet container's realm. */
    public String inContainer() {
        return CONTAINER_PREFIX + word();
    }

    static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
