package dev.perch.alsa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The sentences for what libasound reports. */
class TroubleTest {
    private static final String USER = System.getProperty("user.name");

    private static void assertTold(int errno, Kind kind, String sentence) {
        CaptureException told = Trouble.of("hw:1", "snd_pcm_open", errno);
        assertEquals(kind, told.kind());
        assertEquals(sentence, told.getMessage());
        assertEquals(
                "errno " + errno + " at snd_pcm_open",
                Objects.requireNonNull(told.getCause()).getMessage());
    }

    @Test
    void causesThatPeopleMeet_areToldWithTheWayOut() {
        assertTold(
                Trouble.EACCES,
                Kind.NOT_PERMITTED,
                "The user " + USER
                        + " may not open the sound card hw:1: let it join the group audio: usermod -aG audio " + USER
                        + ", then start Perch again.");
        assertTold(
                Trouble.EBUSY,
                Kind.BUSY,
                "The sound card hw:1 is in use by another program, or by another camera of Perch; dsnoop: in place of hw: lets several share it.");
        assertTold(Trouble.ENOMEM, Kind.NO_ROOM, "The kernel has no memory for the sound card hw:1.");
        assertTold(5, Kind.FAULT, "The sound card hw:1 failed: error 5 at snd_pcm_open.");
    }

    @Test
    void presentMicrophones_areNamed() {
        assertEquals("this machine has no card that records.", Trouble.words(List.of()));
        assertEquals(
                "there is plughw:C920 (HD Pro Webcam C920), plughw:Loopback,1 (Loopback).",
                Trouble.words(List.of(
                        new Microphone(1, "C920", "HD Pro Webcam C920", 0),
                        new Microphone(2, "Loopback", "Loopback", 1))));
    }
}
