package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out of texts that others may read. The secret of each case has "S3" in it. */
class RedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "rtsp://user:S3cret@10.0.0.2/live: 401 Unauthorized ~ rtsp://***@10.0.0.2/live: 401 Unauthorized",
                "[tcp @ 0x55] rtsps://S3cret@cam/ and HTTP://a:S3@b/ ~ [tcp @ 0x55] rtsps://***@cam/ and HTTP://***@b/",
                "'rtsp://user:p/S3#x?y@z:@cam.local:554/1' ~ 'rtsp://***@cam.local:554/1'",
                "rtsp://user:p@S3@cam/a@b ~ rtsp://***@b",
                "http://us%40er:p%40S3%3A@h/x?y=1 ~ http://***@h/x?y=1",
                "http://:S3cret@h ~ http://***@h",
                "no route to admin:S3cret@10.0.0.2:554 ~ no route to admin:***@10.0.0.2:554",
                "http://hub/api?src=rtsp%3A%2F%2Fadmin%3AS3cret%40cam&x=1 ~ http://hub/api?src=rtsp%3A%2F%2F***%40cam&x=1",
                "{`u`:`rtsp:\\/\\/admin:S3cret@cam\\/`} ~ {`u`:`rtsp:\\/\\/admin:***@cam\\/`}",
                "rtsp://cam/user=admin_password=S3_channel=1_stream=0.sdp ~ rtsp://cam/user=admin_password=***",
                "rtspsrc location=rtsp://cam user-id=a user-pw=S3 latency=0 ~ rtspsrc location=rtsp://cam user-id=a user-pw=*** latency=0",
                "connecting to rtsp://admin:S3cr ~ connecting to rtsp://***",
                "http://host/path@2x ~ http://host/path@2x",
                "http://[fe80::1]:8080/a@b ~ http://[fe80::1]:8080/a@b",
                "http://cam/?loginuse=admin&loginpas=S3&x=1 ~ http://cam/?loginuse=admin&loginpas=***&x=1",
                "http://cam/cgi?cmd=Snap&user=a&password=S3 opened ~ http://cam/cgi?cmd=Snap&user=a&password=*** opened",
                "wss://h/x?access_token=S3.a-b&api_key=S3&key=S3&rs=ok ~ wss://h/x?access_token=***&api_key=***&key=***&rs=ok",
                "srt://h:9000?mode=caller&streamid=publish:a:u:S3&passphrase=S3 ~ srt://h:9000?mode=caller&streamid=***&passphrase=***",
                "rtmp://a.rtmp.example.com/live2/S3ab-S3cd-efgh ~ rtmp://a.rtmp.example.com/live2/***",
                "RTMPS://live.example.com:443/app/live_S3?bw=1 failed ~ RTMPS://live.example.com:443/app/*** failed",
                "+ cam --password S3 --port 80 ~ + cam --password *** --port 80",
                "curl -u admin:S3cret http://cam/ ~ curl -u admin:*** http://cam/",
                "curl --rtsp-password='S3 two words' x ~ curl --rtsp-password=*** x",
                "CAM_PASSWORD=S3 ffmpeg -i x ~ CAM_PASSWORD=*** ffmpeg -i x",
                "> Authorization: Basic S3Vzcg== ~ > Authorization: ***",
                "Authorization: Digest username=`a`, response=S3 ~ Authorization: ***",
                "X-Api-Key: S3 ~ X-Api-Key: ***",
                "{`url`:`x`,`token`:`S3`,`n`:1} ~ {`url`:`x`,`token`:***,`n`:1}",
                "{`user`:`a`,`pass`:`S3`} ~ {`user`:`a`,`pass`:***}",
                "https://h/a.m3u8?exp=9&hmac=S3 ~ https://h/a.m3u8?exp=9&hmac=***",
                "wrong password: S3cret ~ wrong password: ***",
                "sent Bearer S3abcdefgh ~ sent Bearer ***"
            })
    void general_takesOutWhatIsSecretByItsForm(String text, String shown) {
        String quoted = text.replace('`', '"');
        assertEquals(shown.replace('`', '"'), Redaction.general().redact(quoted));
        assertFalse(Redaction.general().redact(quoted).contains("S3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "frame=  12 fps= 30 q=-1.0 size=     256kB time=00:00:00.40 bitrate=N/A speed=1x",
                "keyint=250 keyint_min=25 crf=23",
                "[h264 @ 0x5581] non-existing PPS 0 referenced",
                "Camera: imx708 [4608x2592] (/base/soc/i2c0mux/i2c@1/imx708@1a)",
                "Stream #0:0: Video: h264 (High), yuv420p(tv, bt709, progressive), 1280x720, 30 fps, 30 tbr, 1200k tbn",
                "rtsp://10.0.0.2:554/live/ch0: Connection refused",
                "Perch is at http://localhost:8080/, started",
                "tcp://0.0.0.0: no",
                "(http://cam:80)",
                "http://cam/x?width=640&height=480",
                "monkeys = 3 passes",
                "-r 30 -g 60"
            })
    void general_leavesTheRest(String text) {
        assertEquals(text, Redaction.general().redact(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "ffmpeg -i rtsp://admin:S3cret@cam/live -f h264 - ~ login of admin with S3cret failed",
                "ffmpeg -i rtsp://admin:p%40S3@cam/ - ~ decoded: p@S3 and p%40S3",
                "curl http://hub/api?src=rtsp%3A%2F%2Fadmin%3AS3cret%40cam ~ opening cam with S3cret",
                "ffmpeg -i 'rtsp://admin:my S3 word@cam/' - ~ it was my S3 word",
                "cam --password S3x ~ no such user (S3x)",
                "cam --api-key=S3key | tee log ~ bad S3key",
                "curl -uadmin:S3cret http://cam/ ~ S3cret?",
                "curl -H 'Authorization: Bearer S3token' http://cam/ ~ got S3token",
                "PASS=S3pass cam -p $PASS ~ + cam -p S3pass",
                "sh -c 'cam --token S3abc' | cat ~ S3abc refused",
                "cam >out;cam2 --secret S3abc ~ S3abc refused",
                "ffmpeg -i x -f flv rtmp://a/live2/S3ab-S3cd ~ Failed to publish S3ab-S3cd",
                "sshpass -p S3geheim ssh pi@cam rpicam-vid -o - ~ S3geheim?",
                "/usr/bin/sshpass -pS3geheim ssh pi@cam rpicam-vid -o - ~ S3geheim?",
                "mosquitto_sub -h hub -u bob -P S3geheim | decode ~ bob, S3geheim",
                "curl -su admin:S3geheim http://cam/ ~ admin and S3geheim",
                "cam --login=admin:S3geheim ~ S3geheim",
                "cam -auth admin:S3geheim ~ S3geheim",
                "smbclient -U user%S3geheim //nas/cam ~ S3geheim",
                "curl -d '{\"user\":\"a\",\"pass\":\"S3geheim\"}' http://cam/login ~ S3geheim",
                "curl 'http://cam/snap?user=a&pwd=S3pw' ~ 401 for S3pw"
            })
    void ofCommand_takesOutItsOwnSecretsWhereverTheyAppear(String command, String said) {
        SourceConfig.Command shell = SourceConfig.Command.ofShell(command);
        assertFalse(Redaction.ofCommand(shell.words()).redact(said).contains("S3"));
        assertFalse(shell.toString().contains("S3"), shell::toString);
        assertTrue(shell.words().get(2).contains("S3"), "what is executed stays as it is");
    }

    @Test
    void ofCommand_listOfWords_isReadByWords() {
        Redaction redaction = Redaction.ofCommand(List.of("cam", "--password", "S3 with blanks", "-x", "--key=S3key"));
        assertEquals("(***) (***)", redaction.redact("(S3 with blanks) (S3key)"));
        Redaction signed = Redaction.ofCommand(List.of("ffmpeg", "-i", "https://h/a.m3u8?hdnea=exp=9~hmac=S3sum"));
        assertEquals(
                "https://h/a.m3u8?hdnea=exp=9~hmac=*** (***)",
                signed.redact("https://h/a.m3u8?hdnea=exp=9~hmac=S3sum (S3sum)"));
        Redaction port = Redaction.ofCommand(List.of("sshpass", "-p", "S3key", "ssh", "-p", "2222", "pi@cam"));
        assertEquals("*** at port 2222", port.redact("S3key at port 2222"));
    }

    @Test
    void ofCommand_shortSecrets_areTakenOutWhereTheyStandAlone() {
        Redaction redaction = Redaction.ofCommand(List.of("cam", "--password", "cat"));
        assertEquals("bad *** of category", redaction.redact("bad cat of category"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "opening rtsp://user:S3cr",
                "opening rtsp://us",
                "opening http://cam/?password=S3c",
                "opening rtmp://a/live2/S3",
                "opening rtsp:",
                "opening token=S3"
            })
    void redactCut_leavesTheUnfinishedWordOut(String text) {
        assertEquals("opening …", Redaction.general().redactCut(text));
    }

    /** Lines are at most 4 KiB; whatever is in them, this takes no time. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "-a", "-", "://", "@", "key=", "rtmp://", "password:", "-u a:", "a.", "=", "\"", "x-"})
    void redact_hostileLine_takesNoTime(String piece) {
        String line = piece.repeat(4096 / piece.length());
        Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> Redaction.general().redact(line));
    }

    @Test
    void configurationErrors_showNoSecret() {
        ConfigException refused = assertThrows(ConfigException.class, () -> ConfigReader.read("p.yml", """
                server: { port: "rtsp://a:S3@b" }
                cameras:
                  front: { device: "rtsp://user:S3cret-that-is-longer-than-what-is-shown-of-a-value-in-messages@cam/live", fps: token=S3 }
                  "http://u:S3@h": { demo: true }
                """));
        String message = String.valueOf(refused.getMessage());
        assertFalse(message.contains("S3"), message);
        assertTrue(message.contains("rtsp://***@cam/live"), message);
    }
}
