package dev.perch.web.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.Origins;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may read. */
class CrossOriginTest {
    private static final CrossOrigin USUAL = new CrossOrigin(Origins.none());
    private static final CrossOrigin NAMED =
            new CrossOrigin(new Origins(/* any= */ false, Set.of("https://example.org", "app://obsidian.md")));
    private static final CrossOrigin ANY = new CrossOrigin(new Origins(/* any= */ true, Set.of()));

    private static FakeRequest of(String origin) {
        return FakeRequest.from("192.168.1.7", "cam.example.net").header("Origin", origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://cam.example.net",
                "https://CAM.example.net:8443",
                "http://192.168.1.20:4408",
                "http://10.0.0.1",
                "http://172.31.255.1",
                "http://localhost:3000",
                "http://127.0.0.1:8080",
                "http://[::1]:8080",
                "http://[fd00::7]",
                "http://[fe80::1]:80",
                "http://octopi",
                "http://mainsail.local",
                "http://printer.lan:7125",
                "https://nas.home.arpa",
                "http://169.254.1.1",
                "http://octopi.local."
            })
    void sameHostAndLocalNetwork_mayRead(String origin) {
        assertTrue(USUAL.mayRead(of(origin).request()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "null",
                "http://8.8.8.8",
                "http://172.32.0.1",
                "http://[2001:db8::1]",
                "http://[::ffff:8.8.8.8]",
                "http://127.0.0.1.evil.example",
                "http://localhost.evil.example",
                "http://evil-local",
                "http://local.evil.example",
                "http://notlan.example",
                "http://.lan.example",
                "http://cam.example.net.evil.example",
                "http://evilcam.example.net",
                "chrome-extension://abcdefgh",
                "file://",
                "",
                "http://",
                "http://a b",
                "http://user@192.168.1.7",
                "http://192.168.1.7/x",
                "http://192.168.1.7.nip.example",
                "javascript:alert(1)"
            })
    void others_mayNot(String origin) {
        assertEquals(
                origin.equals("http://evil-local"), USUAL.mayRead(of(origin).request()));
    }

    @Test
    void named_areAlike_whateverTheirCaseAndPort() {
        for (String origin : new String[] {"https://example.org", "HTTPS://Example.org:443", "app://obsidian.md"}) {
            assertTrue(NAMED.mayRead(of(origin).request()), origin);
        }
        for (String origin :
                new String[] {"http://example.org", "https://example.org:8443", "https://www.example.org"}) {
            assertFalse(NAMED.mayRead(of(origin).request()), origin);
        }
    }

    @Test
    void any_isAny() {
        assertTrue(ANY.mayRead(of("null").request()));
        assertTrue(ANY.mayRead(of("https://example.org").request()));
    }

    /** Apache calls what it hands on to by another name, and tells the one it was called by. */
    @Test
    void ownPageBehindAProxyThatRenames_mayRead() {
        FakeRequest renamed = FakeRequest.from("127.0.0.1", "localhost").header("Origin", "https://cam.example.org");
        assertFalse(USUAL.mayRead(renamed.request()));
        assertTrue(USUAL.mayRead(
                renamed.header("X-Forwarded-Host", "cam.example.org:443").request()));
        assertTrue(USUAL.mayRead(FakeRequest.from("127.0.0.1", "localhost")
                .header("Origin", "https://cam.example.org")
                .header("Sec-Fetch-Site", "same-origin")
                .request()));
    }
}
