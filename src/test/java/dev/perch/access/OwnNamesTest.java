package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names nobody elsewhere can own. */
class OwnNamesTest {
    @Test
    void name_isTheKernels_inEachDomainOfTheResolver() {
        List<String> resolver = List.of(
                "# search none.example", "nameserver 192.168.178.1", "search fritz.box. Home.Example", "domain lab");
        assertEquals(Set.of("pi", "pi.fritz.box", "pi.home.example", "pi.lab"), OwnNames.of(List.of("Pi"), resolver));
        assertEquals(
                Set.of("pi.example.org", "pi.fritz.box"),
                OwnNames.of(List.of("pi.example.org"), List.of("search fritz.box")));
        assertEquals(Set.of(), OwnNames.of(List.of(), resolver));
        assertEquals(Set.of(), OwnNames.of(List.of("(none)"), resolver));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pi",
                "192.168.1.7",
                "203.0.113.7",
                "[2001:db8::1]",
                "fe80::1%eth0",
                "pi.local.",
                "CAM.lan",
                "x.home.arpa",
                "a.localhost",
                "cam.example.org"
            })
    void ownName_isNotForeign(String host) {
        assertFalse(LocalNames.foreign(host, Set.of("cam.example.org")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "192.168.1.7.evil.example",
                "evil.example.",
                "x.cam.example.org",
                "pi.local.evil.example"
            })
    void anybodysName_isForeign(String host) {
        assertTrue(LocalNames.foreign(host, Set.of("cam.example.org")));
    }
}
