package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AccessConfig;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A servlet container's users with roles of Perch's and without. */
class ContainerRolesTest {
    private static final String ROLES = "perch-viewer, perch-watcher, perch-operator, perch-publisher";

    private final Access access = new Access(
            "",
            port -> Optional.empty(),
            Map.of(),
            new AccessConfig(
                    Optional.empty(),
                    /* containerUsers= */ true,
                    Optional.empty(),
                    Optional.empty(),
                    AccessConfig.NONE.ofAll(),
                    Map.of()));

    /** Knows vera, who is a viewer, and mona, who has no role; one of them may be there without a password. */
    private record Realm(@Nullable Set<Role> there) implements Credentials.Container {
        @Override
        public Optional<Set<Role>> present() {
            return Optional.ofNullable(there);
        }

        @Override
        public Optional<Set<Role>> login(String user, String password) {
            Set<Role> roles = user.equals("vera") ? EnumSet.of(Role.VIEWER) : EnumSet.noneOf(Role.class);
            return password.equals("right") ? Optional.of(roles) : Optional.empty();
        }
    }

    private static Caller caller(String user, String password, String cookie, @Nullable Set<Role> there) {
        return new Caller(
                Optional.of(InetAddress.getLoopbackAddress()),
                /* proxied= */ false,
                /* trustedPeer= */ false,
                "localhost",
                8080,
                Optional.of(new Credentials("", user, password, cookie, new Realm(there))));
    }

    private Verdict watch(Caller caller) {
        return access.decideNamed(caller, Action.WATCH, "front", /* there= */ true);
    }

    @Test
    void userWithoutARole_isToldTheRoles_andNotToLogInAgain() {
        for (Caller mona : new Caller[] {
            caller("mona", "right", "", null), caller("", "", "", EnumSet.noneOf(Role.class)),
        }) {
            Verdict.Refused refused = assertInstanceOf(Verdict.Refused.class, watch(mona));
            assertTrue(refused.sentence().contains(ROLES), refused::sentence);
        }
        Users.Login login = Objects.requireNonNull(access.users()).login(caller("mona", "right", "", null));
        assertEquals(Optional.empty(), login.cookie());
        assertTrue(login.trouble().contains(ROLES), login::trouble);
        assertInstanceOf(Verdict.Challenge.class, watch(caller("mona", "wrong", "", null)));
    }

    @Test
    void roleThatTheContainersUserLacks_comesByALoginOfAnother() {
        Users.Login login = Objects.requireNonNull(access.users()).login(caller("vera", "right", "", null));
        Caller both = caller("", "", login.cookie().orElseThrow(), EnumSet.noneOf(Role.class));
        assertEquals(Verdict.ALLOWED, watch(both));
    }
}
