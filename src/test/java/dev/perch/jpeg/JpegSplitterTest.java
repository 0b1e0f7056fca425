package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegSplitterTest {
    private static final byte[] IMAGE = Corpus.read("jpeg/turbo-restart.jpg");

    private final List<Bytes> images = new ArrayList<>();
    private final List<FrameTime> times = new ArrayList<>();
    private int dropped;
    private final JpegSplitter splitter = new JpegSplitter(new JpegSplitter.Output() {
        @Override
        public void image(ByteBuffer jpeg, FrameTime time) {
            images.add(Bytes.copyOf(jpeg));
            times.add(time);
        }

        @Override
        public void dropped() {
            dropped++;
        }
    });

    /** Thumbnails, fill bytes, padding, progressive images, and the heads of a multipart stream between them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 977, 4096, 1 << 20})
    void bytes_corpusInARow_givesEachImage(int pieceBytes) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<Bytes> expected = new ArrayList<>();
        Corpus.jpeg().forEach(name -> {
            byte[] file = Corpus.read(name);
            stream.writeBytes("\r\n--boundary\r\nContent-Length: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            stream.writeBytes(file);
            expected.add(published(file));
        });
        feed(stream.toByteArray(), pieceBytes);
        assertEquals(0, dropped);
        assertEquals(
                expected,
                images.stream().map(image -> published(image.toArray())).toList());
    }

    @Test
    void bytes_lastByteOfAnImage_putsItOutWithItsTime() {
        feed(Arrays.copyOf(IMAGE, IMAGE.length - 1), IMAGE.length);
        assertEquals(List.of(), images);
        splitter.bytes(ByteBuffer.wrap(IMAGE, IMAGE.length - 1, 1), new FrameTime(7, 8));
        assertEquals(List.of(Bytes.copyOf(ByteBuffer.wrap(IMAGE))), images);
        assertEquals(List.of(new FrameTime(7, 8)), times);
    }

    /** At whatever byte of its entropy-coded data an image breaks off. */
    @Property(tries = 200)
    void bytes_imageBrokenOff_endsAtTheNext(@ForAll @IntRange(max = 3900) int keptBytes) {
        images.clear();
        dropped = 0;
        int kept = Math.max(IMAGE.length - 1 - keptBytes, scanBegin());
        feed(Arrays.copyOf(IMAGE, kept), 500);
        feed(IMAGE, 500);
        assertEquals(
                List.of(Bytes.copyOf(ByteBuffer.wrap(IMAGE, 0, kept)), Bytes.copyOf(ByteBuffer.wrap(IMAGE))), images);
        assertEquals(0, dropped);
    }

    @Test
    void bytes_imageBrokenOffInItsHeader_isDropped() {
        feed(Arrays.copyOf(IMAGE, 20), 500); // a segment's end
        feed(IMAGE, 500);
        assertEquals(1, images.size());
        assertEquals(1, dropped);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1 << 20})
    void bytes_strayBytesAndASecondSoi_giveEachImage(int pieceBytes) {
        for (String stray : List.of("00", "0d0a", "ffd8", "ff00", "ffd3", "ff01")) {
            byte[] extra = HexFormat.of().parseHex(stray);
            byte[] odd = new byte[IMAGE.length + extra.length];
            System.arraycopy(IMAGE, 0, odd, 0, 2);
            System.arraycopy(extra, 0, odd, 2, extra.length);
            System.arraycopy(IMAGE, 2, odd, 2 + extra.length, IMAGE.length - 2);
            feed(odd, pieceBytes);
        }
        assertEquals(6, images.size());
        assertEquals(0, dropped);
        images.forEach(image -> assertEquals(published(IMAGE), published(image.toArray())));
    }

    @Test
    void end_imageWithoutEoi_isPutOut() {
        feed(Arrays.copyOf(IMAGE, IMAGE.length - 2), 500);
        splitter.end();
        assertEquals(published(IMAGE), published(images.get(0).toArray()));
        feed(Arrays.copyOf(IMAGE, 20), 500);
        splitter.end();
        feed(IMAGE, 500);
        assertEquals(2, images.size());
    }

    @ParameterizedTest
    @CsvSource({"stray-byte-before-dqt, 10", "no-eoi, 12"})
    void bytes_case_givesEachImage(String file, int count) {
        feed(Corpus.read("cases/" + file + ".mjpg"), 4096);
        splitter.end();
        assertEquals(count, images.size());
        assertEquals(0, dropped);
    }

    @Property(tries = 500)
    void bytes_anything_throwsNothing(@ForAll @Size(max = 60) List<@IntRange(max = 3) Integer> words) {
        byte[][] parts = {{(byte) 0xff}, {(byte) 0xd8}, {(byte) 0xff, (byte) 0xe1, 0, 4}, {0, (byte) 0xd9}};
        words.forEach(word -> feed(parts[word], 1));
        assertTrue(splitter.capacityBytes() <= 64 << 10);
    }

    @Test
    void bytes_imageWithoutEnd_isDroppedBeforeMemoryRunsOut() {
        byte[] scan = Arrays.copyOf(IMAGE, scanBegin());
        feed(scan, scan.length);
        byte[] zeros = new byte[1 << 20];
        for (int i = 0; i < 40; i++) {
            feed(zeros, zeros.length);
        }
        assertEquals(1, dropped);
        assertTrue(splitter.capacityBytes() <= 2 * JpegPublisher.MAX_IMAGE_BYTES, "" + splitter.capacityBytes());
        feed(IMAGE, 999);
        assertEquals(1, images.size());
    }

    private static int scanBegin() {
        int at = 2;
        while ((IMAGE[at + 1] & 0xff) != Marker.SOS) {
            at += 2 + ((IMAGE[at + 2] & 0xff) << 8 | (IMAGE[at + 3] & 0xff));
        }
        return at + 2 + ((IMAGE[at + 2] & 0xff) << 8 | (IMAGE[at + 3] & 0xff));
    }

    private void feed(byte[] stream, int pieceBytes) {
        for (int at = 0; at < stream.length; at += pieceBytes) {
            splitter.bytes(
                    ByteBuffer.wrap(stream, at, Math.min(pieceBytes, stream.length - at)), new FrameTime(at, at));
        }
    }

    private static Bytes published(byte[] image) {
        RecordingSink sink = new RecordingSink();
        new JpegPublisher(sink).frame(ByteBuffer.wrap(image), new FrameTime(0, 0));
        return sink.frames().get(0).bytes();
    }
}
