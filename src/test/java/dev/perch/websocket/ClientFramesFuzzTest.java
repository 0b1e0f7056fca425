package dev.perch.websocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.testing.Fuzz;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a stranger may send over a WebSocket: it is heard, or ends with a code of RFC 6455 §7.4. */
@Execution(ExecutionMode.CONCURRENT)
class ClientFramesFuzzTest {
    private static final byte[][] WORDS = Stream.of(
                    "818537fa213d7f9f4d5158",
                    "898537fa213d",
                    "8a8000000000",
                    "88820000000003e9",
                    "82fe100000000000",
                    "018000000000",
                    "808000000000",
                    "82ff")
            .map(HexFormat.of()::parseHex)
            .toArray(byte[][]::new);

    @Test
    void frames() throws Exception {
        new Fuzz("client-frames", List.of(WORDS), WORDS, (input, random) -> {
                    ClientFrames frames = new ClientFrames(new ClientFrames.Listener() {
                        @Override
                        public void onPing(Bytes payload) {
                            assertTrue(payload.size() <= 125);
                        }

                        @Override
                        public void onPong() {
                            // nothing is expected of it
                        }

                        @Override
                        public void onClose(int code) {
                            assertTrue(code >= 1000 && code < 5000, "code=" + code);
                        }
                    });
                    int code = 0;
                    for (int at = 0; at < input.length && code == 0; ) {
                        int count = Math.min(1 + random.nextInt(30), input.length - at);
                        code = frames.take(ByteBuffer.wrap(input, at, count));
                        at += count;
                    }
                    assertTrue(code == 0 || (code >= 1000 && code < 1016), "code=" + code);
                })
                .run();
    }
}
