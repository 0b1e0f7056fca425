package dev.perch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRange;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may watch and publish by the address that they come from. */
class AddressListsTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit sets the folder
    AddressListsTest() {}

    private Access access(String section, String ofFront) throws IOException, ConfigException {
        AccessConfig config = config(section, ofFront);
        return new Access("s3cret", port -> Optional.empty(), Map.of("front", "", "back", "k3y"), config);
    }

    private AccessConfig config(String section, String ofFront) throws IOException, ConfigException {
        Path file = folder.resolve("perch.yml");
        Files.writeString(file, section + "\ncameras:\n  front: {demo: true" + ofFront + "}\n  back: {demo: true}\n");
        return PerchConfig.load(file).access().orElse(AccessConfig.NONE);
    }

    private static Caller from(String address, String told, String key) {
        return new Caller(
                AddressRange.literal(address),
                told.isEmpty() ? Optional.empty() : AddressRange.literal(told),
                /* proxied= */ !told.isEmpty(),
                /* trustedPeer= */ false,
                "cam.example",
                /* foreign= */ false,
                8080,
                key.isEmpty() ? Optional.empty() : Optional.of(new Credentials(key)));
    }

    private static boolean allows(Access access, Caller caller, Action action, String camera) {
        return access.decide(caller, action, camera.isEmpty() ? Optional.empty() : Optional.of(camera))
                == Verdict.ALLOWED;
    }

    @ParameterizedTest
    @CsvSource({
        // address, the one that an unnamed proxy tells, the operator's key, may watch
        "127.0.0.1, '', '', true",
        "10.1.2.3, '', '', true",
        "172.31.255.255, '', '', true",
        "192.168.0.7, '', '', true",
        "169.254.1.1, '', '', true",
        "::1, '', '', true",
        "fe80::1, '', '', true",
        "fd12::1, '', '', true",
        "::ffff:192.168.0.7, '', '', true",
        "172.32.0.1, '', '', false",
        "203.0.113.9, '', '', false",
        "2001:db8::1, '', '', false",
        "'', '', '', false",
        "203.0.113.9, '', s3cret, true",
        "203.0.113.9, '', wrong, false",
        "127.0.0.1, 203.0.113.9, '', false",
        "192.168.0.7, 2001:db8::1, '', false",
    })
    void withoutASection_privateAddressesWatch(String address, String told, String key, boolean may) throws Exception {
        Access access = access("", "");
        for (Action action : new Action[] {Action.WATCH, Action.LISTEN, Action.METRICS, Action.REPLAY, Action.EXPORT}) {
            assertEquals(may, allows(access, from(address, told, key), action, "front"), action::toString);
            assertEquals(may, allows(access, from(address, told, key), action, ""), action::toString);
        }
        assertTrue(allows(access, from(address, told, key), Action.GREET, ""));
    }

    @Test
    void publicAddress_isToldTheRemedy() throws Exception {
        Verdict verdict = access("", "").decide(from("203.0.113.9", "", ""), Action.WATCH, Optional.of("front"));
        String sentence = assertInstanceOf(Verdict.Refused.class, verdict).sentence();
        assertTrue(sentence.contains("access: {play: {allow: all}}"), sentence);
        assertTrue(sentence.contains("203.0.113.9"), sentence);
        assertTrue(allows(access("access: {play: {allow: all}}", ""), from("203.0.113.9", "", ""), Action.WATCH, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // play: | address | may watch
                "{allow: 192.168.0.0/16, deny: all} | 192.168.9.9 | true",
                "{allow: 192.168.0.0/16, deny: all} | 10.0.0.1 | false",
                "{deny: 192.168.0.13, allow: 192.168.0.0/24} | 192.168.0.13 | false",
                "{deny: 192.168.0.13, allow: 192.168.0.0/24} | 192.168.0.14 | true",
                "{deny: 192.168.0.13, allow: 192.168.0.0/24} | 192.168.1.1 | false",
                "{allow: 192.168.0.0/24, deny: 192.168.0.13} | 192.168.0.13 | true",
                "{deny: 192.168.0.13} | 192.168.0.14 | true",
                "{deny: 192.168.0.13} | 203.0.113.9 | false",
                "{allow: ['fd00::/8', 203.0.113.9], deny: all} | fd12::1 | true",
                "{allow: ['fd00::/8', 203.0.113.9], deny: all} | 203.0.113.9 | true",
                "{allow: ['fd00::/8', 203.0.113.9], deny: all} | fe80::1 | false",
                "{allow: 192.168.0.0/25} | 192.168.0.127 | true",
                "{allow: 192.168.0.0/25} | 192.168.0.128 | false",
                "{allow: private} | 172.16.0.1 | true",
                "{allow: private} | 203.0.113.9 | false",
                "[{allow: 10.0.0.1}, {deny: 10.0.0.0/8}, {allow: all}] | 10.0.0.1 | true",
                "[{allow: 10.0.0.1}, {deny: 10.0.0.0/8}, {allow: all}] | 10.0.0.2 | false",
                "[{allow: 10.0.0.1}, {deny: 10.0.0.0/8}, {allow: all}] | 203.0.113.9 | true",
                "{allow: all} | | true",
                "{deny: all} | 127.0.0.1 | false",
            })
    void firstRuleThatNamesTheAddress_counts(String rules, String address, boolean may) throws Exception {
        Access access = access("access: {play: " + rules + "}", "");
        assertEquals(may, allows(access, from(address == null ? "" : address, "", ""), Action.WATCH, "front"));
    }

    @Test
    void camerasList_standsInThePlaceOfTheOneForAll() throws Exception {
        Access access = access("access: {play: {deny: all}}", ", access: {play: {allow: 10.0.0.0/8}}");
        assertTrue(allows(access, from("10.1.1.1", "", ""), Action.WATCH, "front"));
        assertEquals(false, allows(access, from("10.1.1.1", "", ""), Action.WATCH, "back"));
        assertEquals(false, allows(access, from("10.1.1.1", "", ""), Action.METRICS, ""));
    }

    /** A camera that comes by a wildcard has no lists of its own in the file. */
    @Test
    void wildcardsList_countsForTheCamerasThatComeByIt() throws Exception {
        AccessConfig config = config("", ", access: {play: {allow: 10.0.0.0/8}, publish: {deny: all}}");
        Access access = new Access(
                "s3cret",
                port -> Optional.empty(),
                camera -> "",
                camera -> camera.equals("pi-1") ? "front" : camera,
                config);
        assertTrue(allows(access, from("10.1.1.1", "", ""), Action.WATCH, "pi-1"));
        assertEquals(false, allows(access, from("192.168.0.7", "", ""), Action.WATCH, "pi-1"));
        assertTrue(allows(access, from("192.168.0.7", "", ""), Action.WATCH, "other"));
        Caller here = new Caller(
                Optional.of(InetAddress.getLoopbackAddress()), false, false, "localhost", 1935, Optional.empty());
        assertEquals(false, allows(access, here, Action.PUBLISH, "pi-1"));
        assertTrue(allows(access, here, Action.PUBLISH, "other"));
    }

    @Test
    void list_isAWall_forKeysToo_andForWhatAnyProxyTells() throws Exception {
        Access access = access("access: {play: {allow: 10.0.0.0/8, deny: all}}", "");
        assertEquals(false, allows(access, from("203.0.113.9", "", "s3cret"), Action.WATCH, "front"));
        assertEquals(false, allows(access, from("10.0.0.1", "203.0.113.9", ""), Action.WATCH, "front"));
    }

    @Test
    void list_isAWallForThoseWhoChange_too_butNotForThisMachine() throws Exception {
        Access access = access("access: {play: {allow: 10.0.0.0/8, deny: all}}", ", access: {play: {allow: all}}");
        for (Action action : new Action[] {Action.CONTROL, Action.RECORD, Action.DELETE, Action.ADMINISTER}) {
            assertEquals(false, allows(access, from("203.0.113.9", "", "s3cret"), action, "back"), action::toString);
            assertTrue(allows(access, from("203.0.113.9", "", "s3cret"), action, "front"), action::toString);
            assertTrue(allows(access, from("10.0.0.1", "", "s3cret"), action, "back"), action::toString);
            Caller here = new Caller(
                    Optional.of(InetAddress.getLoopbackAddress()),
                    false,
                    false,
                    "localhost",
                    8080,
                    Optional.of(new Credentials("s3cret")));
            assertTrue(allows(access, here, action, "back"), action::toString);
        }
    }

    @Test
    void whomEveryListRefuses_mayNotLogIn() throws Exception {
        String walls = "access: {play: {allow: 10.0.0.0/8, deny: all}}";
        assertEquals(false, access(walls, "").mayLogIn(from("203.0.113.9", "", "")));
        assertTrue(access(walls, "").mayLogIn(from("10.0.0.1", "", "")));
        Access other = access(walls, ", access: {play: {allow: 203.0.113.9}}");
        assertTrue(other.mayLogIn(from("203.0.113.9", "", "")));
        assertTrue(access("", "").mayLogIn(from("203.0.113.9", "", "")));
    }

    @Test
    void publicAddressOfIpv6_isToldHowToLetItsNetworkIn() throws Exception {
        Verdict verdict = access("", "").decide(from("2001:db8:1:2::9", "", ""), Action.WATCH, Optional.of("front"));
        String sentence = assertInstanceOf(Verdict.Refused.class, verdict).sentence();
        String remedy = "access: {play: {allow: [private, \"2001:db8:1:2::/64\"]}}";
        assertTrue(sentence.contains(remedy), sentence);
        Access mended = access(remedy, "");
        assertTrue(allows(mended, from("2001:db8:1:2:a:b:c:d", "", ""), Action.WATCH, "front"));
        assertEquals(false, allows(mended, from("2001:db8:1:3::9", "", ""), Action.WATCH, "front"));
    }

    @ParameterizedTest
    @CsvSource({
        // address, key, camera, may publish
        "192.168.0.10, '', front, true",
        "192.168.0.11, '', front, false",
        "127.0.0.1, '', front, false",
        "192.168.0.10, '', back, false",
        "192.168.0.10, k3y, back, true",
        "192.168.0.11, k3y, back, false",
    })
    void publishers_comeFromAllowedAddresses_andHaveTheKeyWhereThereIsOne(
            String address, String key, String camera, boolean may) throws Exception {
        Access access = access("access: {publish: {allow: 192.168.0.10, deny: all}}", "");
        assertEquals(may, allows(access, from(address, "", key), Action.PUBLISH, camera));
        assertTrue(allows(access, from("192.168.0.11", "", ""), Action.WATCH, camera));
    }

    @Test
    void withoutAList_onlyThisMachinePublishesWithoutAKey() throws Exception {
        Caller here = new Caller(
                Optional.of(InetAddress.getLoopbackAddress()), false, false, "localhost", 1935, Optional.empty());
        assertTrue(allows(access("", ""), here, Action.PUBLISH, "front"));
        assertEquals(false, allows(access("", ""), here, Action.PUBLISH, "back"));
        assertEquals(false, allows(access("", ""), from("192.168.0.10", "", ""), Action.PUBLISH, "front"));
    }
}
