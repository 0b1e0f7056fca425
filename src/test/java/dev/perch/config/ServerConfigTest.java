package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig.ServerConfig;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "::", "::1", "fe80::1", "localhost", "cam-1.lan", "1and1.de"})
    void read_address_isAccepted(String address) throws ConfigException {
        assertEquals(
                address,
                ConfigReader.read("p.yml", "server: { address: '" + address + "' }")
                        .server()
                        .address());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "1.2.3.256", "[::1]", "127.0.0.1:80", ":::", "a b", "-a", "a..b", "*"})
    void addresses_badAddress_isRefused(String address) {
        assertTrue(Addresses.read(address).isEmpty(), address);
    }

    @Test
    void read_trustedProxiesAndCors_listOrOneWord() throws ConfigException {
        ServerConfig some = ConfigReader.read(
                        "p.yml",
                        "server: { trusted-proxies: [127.0.0.1, 10.0.0.0/8, 'fd00::/8'], cors: ['https://Example.org:443', 'http://a.b:8123'] }")
                .server();
        assertEquals(
                "[127.0.0.1/32, 10.0.0.0/8, fd00:0:0:0:0:0:0:0/8]",
                some.trustedProxies().toString());
        assertEquals(new Origins(/* any= */ false, Set.of("https://example.org", "http://a.b:8123")), some.cors());
        ServerConfig one = ConfigReader.read("p.yml", "server: { trusted-proxies: '::1', cors: any }")
                .server();
        assertEquals(1, one.trustedProxies().size());
        assertTrue(one.cors().any());
        assertEquals(
                ServerConfig.defaults(),
                ConfigReader.read("p.yml", "server: { trusted-proxies: [], cors: }")
                        .server());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trusted-proxies: [localhost]", "trusted-proxies: 10.0.0.0/33", "trusted-proxies: '::/129'",
                        "trusted-proxies: 300.1.1.1",
                "trusted-proxies: [[127.0.0.1]]", "trusted-proxies: 10.0.0.0/", "cors: [example.org]",
                        "cors: ['https://a.b/path']",
                "cors: ['null']", "cors: all", "cors: { a: b }", "cors: ['https://*.example.org']"
            })
    void read_trustedProxiesAndCors_badOnesAreRefused(String line) {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> ConfigReader.read("p.yml", "server: { " + line + " }"));
        assertEquals(1, refused.problems().size());
        assertTrue(String.valueOf(refused.getMessage()).contains("accepted: "), refused.getMessage());
    }

    @Test
    void maxViewersPerAddress_isANumber_orLeftToTheMemory() throws ConfigException {
        assertEquals(OptionalInt.empty(), ServerConfig.defaults().maxViewersPerAddress());
        assertEquals(
                OptionalInt.of(12),
                ConfigReader.read("p.yml", "server: { max-viewers-per-address: 12 }")
                        .server()
                        .maxViewersPerAddress());
        assertEquals(
                OptionalInt.empty(),
                ConfigReader.read("p.yml", "server: { max-viewers-per-address: auto }")
                        .server()
                        .maxViewersPerAddress());
        ConfigException refused = assertThrows(
                ConfigException.class, () -> ConfigReader.read("p.yml", "server: { max-viewers-per-address: 0 }"));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("auto, or a whole number from 1 to 65535"),
                refused::toString);
    }

    @Test
    void toString_hidesTheOperatorKey() {
        assertFalse(new ServerConfig("0.0.0.0", 1, "s3cret").toString().contains("s3cret"));
    }
}
