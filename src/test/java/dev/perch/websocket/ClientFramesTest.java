package dev.perch.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sends, in pieces of every size: RFC 6455's own examples (§5.7), and what breaks §5.1 to §5.5 and §7.4. */
class ClientFramesTest {
    /** Notes what it hears. */
    private static final class Ear implements ClientFrames.Listener {
        final List<String> heard = new ArrayList<>();

        @Override
        public void onPing(Bytes payload) {
            heard.add("ping " + payload);
        }

        @Override
        public void onPong() {
            heard.add("pong");
        }

        @Override
        public void onClose(int code) {
            heard.add("close " + code);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "818537fa213d7f9f4d5158, 0, ''",
        "898537fa213d7f9f4d5158, 0, ping 48656c6c6f",
        "8a8537fa213d7f9f4d5158, 0, pong",
        "8a8000000000, 0, pong",
        "888000000000, 0, close 1000",
        "88820000000003e9, 0, close 1001",
        "8884000000000fa06162, 0, close 4000",
        "01810000000061 8981000000007a 808000000000 898100000000ff, 0, ping 7a;ping ff",
        "82fe 1000 00000000, 0, ''",
        "82fe 1001 00000000, 1009, ''",
        "82ff 7fffffffffffffff 00000000, 1009, ''",
        "82ff ffffffffffffffff 00000000, 1009, ''",
        "01810000000061 80fe 1000 00000000, 1009, ''",
        "810548656c6c6f, 1002, ''",
        "c18000000000, 1002, ''",
        "838000000000, 1002, ''",
        "8b8000000000, 1002, ''",
        "098000000000, 1002, ''",
        "89fe 0080 00000000, 1002, ''",
        "808000000000, 1002, ''",
        "018000000000 818000000000, 1002, ''",
        "888100000000 03, 1002, ''",
        "888200000000 03e7, 1002, ''",
        "888200000000 03ed, 1002, ''",
        "888200000000 03f7, 1002, ''",
        "888200000000 1388, 1002, ''",
    })
    void inPiecesOfEverySize(String hex, int violation, String events) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        for (int size = 1; size <= bytes.length; size++) {
            Ear ear = new Ear();
            ClientFrames frames = new ClientFrames(ear);
            int code = 0;
            for (int from = 0; from < bytes.length && code == 0; from += size) {
                code = frames.take(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
            }
            assertEquals(violation, code, "size=" + size);
            assertEquals(events, String.join(";", ear.heard), "size=" + size);
        }
    }
}
