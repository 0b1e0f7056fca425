package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AddressRange;
import dev.perch.config.Origins;
import dev.perch.config.PerchConfig.ServerConfig;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReachTest {
    private static final ServerConfig EVERYWHERE = ServerConfig.defaults();

    @Test
    void others_everywhere_namesThisMachineAndSaysWhoMayWatch() throws IOException {
        String sentence = Reach.others(EVERYWHERE, /* ruled= */ false, 8080);
        assertTrue(sentence.endsWith("Private addresses can watch; --address 127.0.0.1 keeps it to this machine."));
        assertFalse(sentence.contains("127.0.0.1:"), sentence);
        assertEquals("http://localhost:8080/", Reach.here(EVERYWHERE, 8080));
    }

    @Test
    void others_loopback_isThisMachineAlone() throws IOException {
        for (String address : List.of("127.0.0.1", "::1", "localhost")) {
            assertEquals(
                    "Only this machine can watch.",
                    Reach.others(EVERYWHERE.withAddress(address), /* ruled= */ false, 1));
        }
        assertEquals("http://[::1]:1/", Reach.here(EVERYWHERE.withAddress("::1"), 1));
    }

    @Test
    void others_loopbackBehindAProxy_isWhoComesThroughIt() throws Exception {
        ServerConfig proxied = new ServerConfig(
                "127.0.0.1", 80, "", List.of(AddressRange.of("127.0.0.1").orElseThrow()), Origins.none());
        assertEquals(
                "Others come through the proxies of trusted-proxies. Private addresses can watch.",
                Reach.others(proxied, /* ruled= */ false, 80));
        assertEquals(
                "Others come through the proxies of trusted-proxies. Who can watch stands in the configuration, under access.",
                Reach.others(proxied, /* ruled= */ true, 80));
    }

    @Test
    void others_oneAddress_isTheOneTheyKnow() throws IOException {
        ServerConfig one = EVERYWHERE.withAddress("192.168.1.5");
        assertEquals("Private addresses can watch.", Reach.others(one, /* ruled= */ false, 80));
        assertEquals(
                "Who can watch stands in the configuration, under access.", Reach.others(one, /* ruled= */ true, 80));
        assertEquals("http://192.168.1.5:80/", Reach.here(one, 80));
    }

    @Test
    void sentence_namesEveryAddressOnce() {
        String who = "Private addresses can watch; --address 127.0.0.1 keeps it to this machine.";
        assertEquals(who, Reach.sentence(List.of(), /* ruled= */ false, 9));
        assertEquals("Others find it at http://pi:9/. " + who, Reach.sentence(List.of("pi"), /* ruled= */ false, 9));
        assertEquals(
                "Others find it at http://pi.local:9/, http://10.0.0.2:9/ and http://192.168.1.5:9/. " + who,
                Reach.sentence(List.of("pi.local", "10.0.0.2", "192.168.1.5"), /* ruled= */ false, 9));
    }
}
