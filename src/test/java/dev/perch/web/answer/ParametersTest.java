package dev.perch.web.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Query parameters of live answers. */
class ParametersTest {
    private static final Parameters.Range FPS = new Parameters.Range(0.01, 1000, "frames a second");

    private static HttpServletRequest with(String value) {
        return FakeRequest.of("GET", "/stream.mjpg").parameter("fps", value).request();
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "0.01, 0.01", "1000, 1000", "' 2.5 ', 2.5", "1e2, 100"})
    void number_isRead(String text, double value) throws Exception {
        assertEquals(value, Parameters.number(with(text), "fps", FPS, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void number_thatIsEmpty_isAbsent(String text) throws Exception {
        assertEquals(7, Parameters.number(with(text), "fps", FPS, 7));
        assertEquals(7, Parameters.number(with("5"), "duration", FPS, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1000.1", "-5", "NaN", "Infinity", "fast", "5 fps"})
    void number_thatMakesNoSense_isRefusedWithTheRange(String text) {
        Parameters.RefusedException refused =
                assertThrows(Parameters.RefusedException.class, () -> Parameters.number(with(text), "fps", FPS, 7));
        assertEquals(
                "fps=" + text + " is not accepted: fps is a number of frames a second from 0.01 to 1000.",
                refused.getMessage());
    }

    @Test
    void longValue_isShortenedInTheSentence() {
        Parameters.RefusedException refused = assertThrows(
                Parameters.RefusedException.class, () -> Parameters.number(with("9".repeat(400)), "fps", FPS, 7));
        assertEquals(
                "fps=" + "9".repeat(40) + "… is not accepted: fps is a number of frames a second from 0.01 to 1000.",
                refused.getMessage());
    }

    @Test
    void word_isOneOfThoseAccepted() throws Exception {
        List<String> accepted = List.of("plain", "hybrid");
        assertEquals(Optional.of("hybrid"), Parameters.word(with(" Hybrid"), "fps", accepted));
        assertEquals(Optional.empty(), Parameters.word(with(""), "fps", accepted));
        Parameters.RefusedException refused =
                assertThrows(Parameters.RefusedException.class, () -> Parameters.word(with("twice"), "fps", accepted));
        assertEquals("fps=twice is not accepted: fps is one of plain, hybrid.", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, true", "true, true", "TRUE, true", "yes, true", "0, false", "false, false", "no, false"})
    void flag_isYesOrNo(String text, boolean value) throws Exception {
        assertEquals(Optional.of(value), Parameters.flag(with(text), "fps"));
    }

    @Test
    void flag_thatIsNeither_isRefused() {
        assertThrows(Parameters.RefusedException.class, () -> Parameters.flag(with("perhaps"), "fps"));
    }
}
