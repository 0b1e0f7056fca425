package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which servers are known to want sound and frequent key frames, and which are given silence. */
class PushConfigTest {
    @ParameterizedTest
    @CsvSource({
        "rtmps://a.rtmps.youtube.com/live2/k3y, true",
        "rtmp://LIVE.twitch.tv/app/k3y, true",
        "rtmps://fra05.contribute.live-video.net/app/k3y, true",
        "rtmps://live-api-s.facebook.com:443/rtmp/k3y, true",
        "rtmp://live.restream.io/live/k3y, true",
        "rtmp://notyoutube.com/live2/k3y, false",
        "rtmp://youtube.com.example/live2/k3y, false",
        "rtmp://server/live/youtube.com, false",
    })
    void services_areKnownByTheirHosts(String url, boolean service) {
        for (PushConfig.Audio audio : PushConfig.Audio.values()) {
            PushConfig push = new PushConfig("push", url, audio, /* start= */ true);
            assertEquals(service, push.service());
            boolean silence = switch (audio) {
                case AUTO -> service;
                case ALWAYS -> true;
                case OFF -> false;
            };
            assertEquals(silence, push.silence(), audio + " " + url);
            assertFalse(push.toString().contains("k3y"));
            assertFalse(push.shown().contains("k3y"));
        }
    }
}
