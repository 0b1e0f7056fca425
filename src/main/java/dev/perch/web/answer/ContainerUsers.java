package dev.perch.web.answer;

import dev.perch.access.Credentials;
import dev.perch.access.Role;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The users of the servlet container's realm; their roles are perch-viewer, perch-operator and perch-publisher. */
record ContainerUsers(HttpServletRequest request) implements Credentials.Container {
    @Override
    public Optional<Set<Role>> present() {
        return request.getUserPrincipal() == null ? Optional.empty() : Optional.of(roles());
    }

    /** Checks a password with the realm, and logs out at once: Perch remembers the user, not a session. */
    @Override
    public Optional<Set<Role>> login(String user, String password) {
        try {
            request.login(user, password);
        } catch (ServletException | RuntimeException refused) { // unchecked: no authenticator
            return Optional.empty();
        }
        Set<Role> roles = roles();
        try {
            request.logout();
        } catch (ServletException stays) {
            return Optional.of(roles); // until the request ends
        }
        return Optional.of(roles);
    }

    private Set<Role> roles() {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (request.isUserInRole(role.inContainer())) {
                roles.add(role);
            }
        }
        return roles;
    }
}
