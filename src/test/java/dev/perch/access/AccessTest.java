package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what. */
class AccessTest {
    private static Caller caller(boolean here, String key) {
        return new Caller(
                Optional.of(InetAddress.getLoopbackAddress()),
                /* proxied= */ !here,
                /* trustedPeer= */ false,
                "localhost",
                8080,
                key.isEmpty() ? Optional.empty() : Optional.of(new Credentials(key)));
    }

    private static String refusal(String operatorKey, Caller caller) {
        Access access = new Access(operatorKey, port -> Optional.of("l0cal"));
        return assertInstanceOf(Verdict.Refused.class, access.decide(caller, Action.CONTROL, Optional.of("front")))
                .sentence();
    }

    @ParameterizedTest
    @EnumSource(
            value = Action.class,
            names = {"CONTROL", "PUBLISH", "RECORD", "DELETE", "ADMINISTER"},
            mode = EnumSource.Mode.EXCLUDE)
    void whoeverReachesIt_reads(Action action) {
        Access access = new Access("s3cret", port -> Optional.empty());
        assertEquals(Verdict.ALLOWED, access.decide(caller(false, ""), action, Optional.empty()));
        assertEquals(Verdict.ALLOWED, access.decide(caller(false, "wrong"), action, Optional.of("front")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Action.class,
            names = {"CONTROL", "RECORD", "DELETE", "ADMINISTER"})
    void operator_changes(Action action) {
        Access access = new Access("s3cret", port -> Optional.empty());
        assertEquals(Verdict.ALLOWED, access.decide(caller(false, "s3cret"), action, Optional.of("front")));
        assertInstanceOf(Verdict.Refused.class, access.decide(caller(false, "wrong"), action, Optional.of("front")));
    }

    /** The operator's key is none of theirs. */
    @Test
    void publisher_showsTheKeyOfItsCamera() {
        Access access = new Access("s3cret", port -> Optional.empty(), Map.of("front", "fr0nt", "back", ""));
        assertEquals(Verdict.ALLOWED, access.decide(caller(false, "fr0nt"), Action.PUBLISH, Optional.of("front")));
        assertEquals(Verdict.ALLOWED, access.decide(caller(true, ""), Action.PUBLISH, Optional.of("back")));
        for (String wrong : List.of("", "s3cret", "fr0n")) {
            refused(access, caller(true, wrong), "front");
            refused(access, caller(false, wrong), "back");
        }
    }

    private static void refused(Access access, Caller caller, String camera) {
        assertInstanceOf(Verdict.Refused.class, access.decide(caller, Action.PUBLISH, Optional.of(camera)));
    }

    @Test
    void refusal_namesTheRemedy() {
        assertTrue(refusal("", caller(false, "")).startsWith("Only this machine itself may do that"));
        assertTrue(refusal("s3cret", caller(true, "")).contains("\"bin/perch set\" as root needs none"));
        assertTrue(refusal("s3cret", caller(false, "l0cal")).startsWith("That is not the key"));
    }

    /** A key that is sent where none is configured may come from a page that guesses. */
    @Test
    void keyThatNobodyConfigured_isNoKey() {
        assertTrue(refusal("", caller(true, "l0cal")).startsWith("Only this machine itself"));
    }

    @Test
    void keyFile_isThatOfThePortAskedAt() {
        Access access = new Access("s3cret", port -> port == 8080 ? Optional.of("l0cal") : Optional.empty());
        Caller here = caller(true, "l0cal");
        assertEquals(Verdict.ALLOWED, access.decide(here, Action.CONTROL, Optional.empty()));
        Caller elsewhere = new Caller(here.address(), false, false, "localhost", 8081, here.given());
        assertInstanceOf(Verdict.Refused.class, access.decide(elsewhere, Action.CONTROL, Optional.empty()));
    }

    @Test
    void key_isInNoText() {
        assertFalse(caller(true, "s3cret").toString().contains("s3cret"));
    }
}
