package dev.perch.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class StreamConfigTest {
    private static final Bytes LC = bytes(0x12, 0x10); // AAC-LC, 44,100 Hz, two channels

    @Test
    void aac_countsSamples_andNamesItsObjectType() {
        StreamConfig.Aac sound = new StreamConfig.Aac(LC, 44_100, 2);
        assertEquals("mp4a.40.2", sound.codecs());
        assertEquals(44_100, sound.timescaleHz());
        assertEquals(Encoding.AAC, sound.encoding());
    }

    @Test
    void aac_escapedObjectType_isRead() {
        Bytes usac = bytes(0xf9, 0x4c, 0x40); // escape 31, then 32 + 10: xHE-AAC
        assertEquals("mp4a.40.42", new StreamConfig.Aac(usac, 48_000, 2).codecs());
        assertEquals("mp4a.40.5", new StreamConfig.Aac(bytes(0x2b, 0x92), 44_100, 2).codecs());
    }

    @Test
    void aac_withoutChannelsOrConfig_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StreamConfig.Aac(LC, 44_100, 0));
        assertThrows(IllegalArgumentException.class, () -> new StreamConfig.Aac(Bytes.empty(), 44_100, 2));
    }

    @Test
    void pictures_countOn90Kilohertz() {
        StreamConfig video = new StreamConfig.H264(bytes(0x67, 0x64, 0, 0x1f), bytes(0x68, 0xee), 640, 360, 33_333_333);
        assertEquals("avc1.64001F", video.codecs());
        assertEquals(90_000, video.timescaleHz());
        assertEquals(90_000, new StreamConfig.Jpeg(640, 360).timescaleHz());
        assertEquals(Encoding.JPEG, new StreamConfig.Jpeg(640, 360).encoding());
    }

    @Test
    void encodings_belongToOneMediumEach() {
        assertEquals(EnumSet.of(Encoding.H264, Encoding.JPEG), Encoding.of(Medium.VIDEO));
        assertEquals(EnumSet.of(Encoding.AAC), Encoding.of(Medium.SOUND));
    }

    @Test
    void trackId_namesTheRenditionThatIsNotMain() {
        assertEquals("H264", TrackId.main(Encoding.H264).toString());
        assertEquals("small JPEG", new TrackId("small", Encoding.JPEG).toString());
        assertThrows(IllegalArgumentException.class, () -> new TrackId("", Encoding.JPEG));
    }

    private static Bytes bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Bytes.copyOf(bytes);
    }
}
