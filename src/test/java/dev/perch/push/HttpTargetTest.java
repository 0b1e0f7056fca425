package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.config.PushConfig;
import dev.perch.memory.GrowingLease;
import dev.perch.testing.TestCameras;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of a server's answer, however its bytes come. */
class HttpTargetTest {
    private static final String GO_ON = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String REFUSAL = "HTTP/1.1 403 \r\nContent-Type: application/problem+json\r\n\r\n"
            + "{\"title\":\"Not published to\",\"detail\":\"This key is not the camera's.\"}";

    private final HttpTarget target = new HttpTarget(
            new PushConfig("there", "http://127.0.0.1:1/front/publish", PushConfig.Audio.AUTO, /* start= */ true),
            new GrowingLease(TestCameras.pool(1 << 20).budget(), "front push", "cameras.front.push"));

    private void answer(String... pieces) {
        for (String piece : pieces) {
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            target.bytes(bytes, bytes.length);
        }
        target.ended("The server has closed the connection.");
    }

    private String failure() {
        return String.valueOf(assertThrows(PushException.class, () -> target.write(new byte[1], 1))
                .getMessage());
    }

    /** The refusal is in the read of the interim answer, as a whole or in part, or that comes in two. */
    @ParameterizedTest
    @ValueSource(ints = {12, 14, 23, 25, 60, 1000})
    void refusalBehindGoOn_isTold(int cut) {
        String all = GO_ON + REFUSAL;
        int at = Math.min(cut, all.length());
        answer(all.substring(0, at), all.substring(at));
        assertEquals("The server answers 403: This key is not the camera's.", failure());
    }

    @Test
    void goOnAlone_isNoAnswer() {
        answer(GO_ON);
        assertEquals("The server has closed the connection.", failure());
    }
}
