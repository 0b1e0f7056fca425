package dev.perch.web.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Caller;
import dev.perch.access.Credentials;
import dev.perch.access.Verdict;
import dev.perch.config.AddressRange;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks, and who is the operator. */
class CallersTest {
    private static final Callers NOBODY = new Callers(List.of());
    private static final Callers TRUSTING = new Callers(List.of(
            new AddressRange(address("127.0.0.1"), 32),
            new AddressRange(address("10.1.0.0"), 16),
            new AddressRange(address("fd00::"), 8)));

    private static InetAddress address(String text) {
        return AddressRange.literal(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost, true",
        "::1, localhost, true",
        "0:0:0:0:0:0:0:1, [::1], true",
        "127.8.9.1, perch.localhost, true",
        "::ffff:127.0.0.1, LOCALHOST., true",
        "127.0.0.1, evil.example, false",
        "127.0.0.1, 127.0.0.1.evil.example, false",
        "127.0.0.1, 192.168.1.7, false",
        "192.168.1.7, localhost, false",
        "unknown, localhost, false"
    })
    void direct_isAtThisMachineByAddressAndName(String peer, String host, boolean atThisMachine) {
        Caller caller = NOBODY.of(FakeRequest.from(peer, host).request());
        assertEquals(atThisMachine, caller.atThisMachine());
        assertFalse(caller.proxied());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded",
                "X-Forwarded-For",
                "x-forwarded-proto",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Real-IP",
                "Via",
                "CF-Connecting-IP",
                "True-Client-IP",
                "X-Client-IP",
                "X-Azure-ClientIP",
                "Fly-Client-IP",
                "Client-IP",
                "DO-Connecting-IP",
                "Ali-CDN-Real-IP",
                "X-Appengine-User-IP",
                "X-Vercel-Forwarded-For",
                "CF-Ray"
            })
    void anyForwardingHeader_takesLoopbacksRight_andIsNotBelievedOfAnybody(String header) {
        Caller caller = NOBODY.of(FakeRequest.from("127.0.0.1", "localhost")
                .header(header, "192.0.2.9")
                .request());
        assertTrue(caller.proxied());
        assertFalse(caller.atThisMachine());
        assertEquals(Optional.of(address("127.0.0.1")), caller.address());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For | 192.0.2.9 | 192.0.2.9",
                "X-Forwarded-For | 127.0.0.1, 192.0.2.9 | 192.0.2.9",
                "X-Forwarded-For | 203.0.113.5, 192.0.2.9, 10.1.2.3 | 192.0.2.9",
                "X-Forwarded-For | 10.1.2.4, 10.1.2.3 | 10.1.2.4",
                "X-Forwarded-For | 192.0.2.9:4711 | 192.0.2.9",
                "X-Forwarded-For | [2001:db8::9]:4711 | 2001:db8::9",
                "X-Forwarded-For | 2001:db8::9, fd00::1 | 2001:db8::9",
                "X-Forwarded-For | 192.0.2.9, unknown, 10.1.2.3 | 10.1.2.3",
                "X-Forwarded-For | localhost | 127.0.0.1",
                "X-Forwarded-For | '' | 127.0.0.1",
                "Forwarded | for=192.0.2.9;proto=https;by=203.0.113.43 | 192.0.2.9",
                "Forwarded | for=203.0.113.5, For=\"[2001:db8::9]:4711\" | 2001:db8::9",
                "Forwarded | for=192.0.2.9, for=_hidden | 127.0.0.1",
                "Forwarded | proto=http | 127.0.0.1"
            })
    void trustedProxy_isBelieved_upToTheLastHopThatNobodyTrusts(String header, String value, String client) {
        Caller caller = TRUSTING.of(
                FakeRequest.from("127.0.0.1", "localhost").header(header, value).request());
        assertEquals(Optional.of(address(client)), caller.address());
        assertTrue(caller.proxied());
        assertFalse(caller.atThisMachine());
    }

    /** A stranger whose address the proxy keeps to itself is not let in for the proxy's. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For | unknown | false",
                "X-Forwarded-For | unknown, 10.1.2.3 | false",
                "Forwarded | for=_hidden;proto=https | false",
                "Forwarded | proto=https | true",
                "X-Forwarded-For | 192.168.0.7 | true",
                "X-Forwarded-For | fe80::1%eth0 | true",
                "X-Real-IP | 192.168.0.7 | true",
            })
    void hiddenHop_isOfNoHouse(String header, String value, boolean near) {
        for (Callers callers : List.of(NOBODY, TRUSTING)) {
            Caller caller = callers.of(
                    FakeRequest.from("127.0.0.1", "cam").header(header, value).request());
            assertEquals(near, caller.near());
            assertEquals(
                    near,
                    new Access("", port -> Optional.empty()).decide(caller, Action.WATCH, Optional.empty())
                            == Verdict.ALLOWED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Envoy-External-Address",
                "X-ProxyUser-Ip",
                "Forwarded-For",
                "X-Original-Forwarded-For",
                "X-NF-Client-Connection-IP",
                "WL-Proxy-Client-IP",
                "X-Remote-IP",
                "X-Real-IP"
            })
    void addressOfAnyProxysHeader_takesTheHousesRight(String header) {
        Caller caller = NOBODY.of(FakeRequest.from("192.168.1.7", "cam")
                .header(header, "203.0.113.9")
                .request());
        assertFalse(caller.near());
    }

    @Test
    void severalLinesOfOneHeader_areOneList() {
        Caller caller = TRUSTING.of(FakeRequest.from("10.1.0.1", "cam")
                .header("X-Forwarded-For", "127.0.0.1")
                .header("X-Forwarded-For", "192.0.2.9")
                .request());
        assertEquals(Optional.of(address("192.0.2.9")), caller.address());
    }

    @Test
    void trustedPeerWithoutAHeader_isNotThisMachine() {
        assertFalse(TRUSTING.of(FakeRequest.from("127.0.0.1", "localhost").request())
                .atThisMachine());
    }

    /** As RemoteIpValve leaves it: the headers are gone, the address is another, one attribute is set. */
    @Test
    void rewrittenByTheContainer_isNotThisMachine() {
        Caller caller = NOBODY.of(FakeRequest.from("127.0.0.1", "localhost")
                .attribute("org.apache.tomcat.request.forwarded", true)
                .request());
        assertTrue(caller.proxied());
        assertFalse(caller.atThisMachine());
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.1.7, true", "172.16.0.1, true", "172.32.0.1, false", "10.9.9.9, true", "169.254.3.4, true",
                "127.0.0.1, true",
        "fe80::1%eth0, true", "fd12::1, true", "fc00::1, true", "2001:db8::1, false", "8.8.8.8, false",
                "::ffff:8.8.8.8, false"
    })
    void near_isOfTheSameHouse(String peer, boolean near) {
        assertEquals(near, NOBODY.of(FakeRequest.from(peer, "cam").request()).near());
    }

    @ParameterizedTest
    @CsvSource({
        // key, given, local, proxied, allowed
        "'', '', true, false, true",
        "'', '', true, true, false",
        "'', '', false, false, false",
        "'', l0cal, true, false, false",
        "s3cret, '', true, false, false",
        "s3cret, s3cret, false, true, true",
        "s3cret, wrong, true, false, false",
        "s3cret, l0cal, true, false, true",
        "s3cret, l0cal, true, true, false",
        "s3cret, l0cal, false, false, false"
    })
    void operator_hasTheKey_orSitsHereWhereThereIsNone(
            String key, String given, boolean local, boolean proxied, boolean allowed) {
        FakeRequest request = FakeRequest.from(local ? "127.0.0.1" : "192.168.1.7", "localhost");
        if (!given.isEmpty()) {
            request.header("X-Perch-Key", given);
        }
        if (proxied) {
            request.header("X-Forwarded-For", "127.0.0.1");
        }
        Access access = new Access(key, port -> Optional.of("l0cal"));
        Verdict verdict = access.decide(NOBODY.of(request.request()), Action.CONTROL, Optional.of("front"));
        assertEquals(allowed, verdict.equals(Verdict.ALLOWED));
    }

    /** RFC 7617 §2.1: whoever heeds the challenge sends UTF-8; requests and aiohttp send ISO 8859-1. */
    @ParameterizedTest
    @CsvSource({
        "ann:correct horse, UTF-8, ann, correct horse",
        "ann:pässwörd: 1, UTF-8, ann, pässwörd: 1",
        "ann:pässwörd: 1, ISO-8859-1, ann, pässwörd: 1",
        "ann:密码, UTF-8, ann, 密码",
        "ann:, UTF-8, ann, ''",
        "ann, UTF-8, '', ''",
    })
    void basic_isReadInTheCharsetThatTheClientUses(String sent, String charset, String user, String password) {
        String text = Base64.getEncoder().encodeToString(sent.getBytes(Charset.forName(charset)));
        Credentials given = NOBODY.of(FakeRequest.from("192.168.1.7", "cam")
                        .header("Authorization", "Basic " + text)
                        .request())
                .given()
                .orElseThrow();
        assertEquals(user, given.user());
        assertEquals(password, given.password());
    }
}
