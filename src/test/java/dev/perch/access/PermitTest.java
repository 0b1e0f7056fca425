package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What runs for long is asked about when the request of the container that began it is long over. */
class PermitTest {
    private static final long LATER_NANOS = System.nanoTime() + 31_000_000_000L;
    private static final Optional<String> FRONT = Optional.of("front");

    private final AtomicBoolean recycled = new AtomicBoolean();
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

    /** As Tomcat's requests do: no longer known when they serve others. */
    private final Credentials.Container container = new Credentials.Container() {
        @Override
        public Optional<Set<Role>> present() {
            requireRequest();
            return Optional.empty();
        }

        @Override
        public Optional<Set<Role>> login(String user, String password) {
            requireRequest();
            return Optional.of(EnumSet.of(Role.VIEWER));
        }

        private void requireRequest() {
            if (recycled.get()) {
                throw new IllegalStateException("the request serves others");
            }
        }
    };

    private Caller caller(String user, String cookie) {
        Credentials given = new Credentials("", user, user.isEmpty() ? "" : "right", cookie, container);
        return new Caller(AddressRange.literal("192.168.0.7"), false, false, "cam", 8080, Optional.of(given));
    }

    private String cookie() {
        Users users = access.users();
        return users == null ? "" : users.login(caller("tom", "")).cookie().orElseThrow();
    }

    @Test
    void containersCaller_goesOnByWhatOutlivesTheRequest() {
        List<String> ended = new ArrayList<>();
        for (Caller caller : List.of(caller("", cookie()), caller("tom", "stale"), caller("tom", cookie()))) {
            assertEquals(Verdict.ALLOWED, access.decide(caller, Action.WATCH, FRONT));
            access.permit(caller, Action.WATCH, FRONT).hold(ended::add);
        }
        recycled.set(true);
        access.tend(LATER_NANOS);
        assertEquals(List.of(), ended);
    }

    @Test
    void onePermitWhoseEndFails_keepsNoOtherFromEnding() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        Links.Link link = access.links().make("front", Set.of(Action.WATCH), Optional.empty(), 60);
        Caller caller = new Caller(
                AddressRange.literal("192.168.0.7"),
                false,
                false,
                "cam",
                8080,
                Optional.of(Credentials.ofLink(access.links().token(link))));
        for (int i = 0; i < 3; i++) {
            access.permit(caller, Action.WATCH, FRONT).hold(why -> {
                ended.incrementAndGet();
                throw new IllegalStateException("planted");
            });
        }
        access.tend(LATER_NANOS);
        assertEquals(0, ended.get());
        access.links().revoke("front", link.id());
        access.tend(LATER_NANOS + 31_000_000_000L);
        assertEquals(3, ended.get());
    }
}
