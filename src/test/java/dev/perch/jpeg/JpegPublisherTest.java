package dev.perch.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegPublisherTest {
    private static final List<String> FILES = Corpus.jpeg().toList();
    private static final FrameTime NOW = new FrameTime(3, 4);

    private final RecordingSink sink = new RecordingSink();
    private final JpegPublisher publisher = new JpegPublisher(sink);

    static Stream<List<String>> expected() {
        return Corpus.table("jpeg/expected.txt");
    }

    /** Against what ffprobe says of the same file. */
    @ParameterizedTest
    @MethodSource("expected")
    void parse_corpus_agreesWithFfprobe(List<String> row) throws Exception {
        JpegFrame frame = JpegFrame.parse(Bytes.copyOf(Corpus.read("jpeg/" + row.get(0))));
        assertEquals(Integer.parseInt(row.get(1)), frame.width());
        assertEquals(Integer.parseInt(row.get(2)), frame.height());
        assertEquals(
                row.get(3),
                switch (frame.sampling()) {
                    case "4:0:0" -> "gray";
                    default -> "yuvj" + frame.sampling().replace(":", "") + "p";
                });
        assertEquals(row.get(0).contains("progressive"), frame.progressive());
        assertEquals(8, frame.precisionBits());
    }

    @ParameterizedTest
    @MethodSource("dev.perch.media.Corpus#jpeg")
    void frame_corpus_isPublishedSoThatACutterFindsTheWholeImage(String file) throws IOException {
        byte[] published = published(Corpus.read(file));
        assertEquals(List.of(new StreamConfig.Jpeg(162, 122)), sink.configs());
        assertTrue(sink.frames().get(0).key());
        assertEquals(NOW, sink.frames().get(0).time());
        assertCutterFindsIt(published);
        assertEquals(162, decoded(published).getWidth());
    }

    @ParameterizedTest
    @CsvSource({
        "no-dht-ffmpeg-420-default, ffmpeg-420-default",
        "no-dht-turbo-422, turbo-422",
        "no-dht-turbo-grayscale, turbo-grayscale",
        "exif-thumbnail, turbo-420",
        "exif-orientation, turbo-420",
        "padded-zeros, turbo-420",
        "padded-garbage, turbo-420",
        "fill-bytes, turbo-420",
    })
    void frame_repaired_showsThePictureOfTheOriginal(String file, String original) throws IOException {
        byte[] published = published(Corpus.read("jpeg/" + file + ".jpg"));
        assertArrayEquals(pixels(Corpus.read("jpeg/" + original + ".jpg")), pixels(published));
    }

    @ParameterizedTest
    @ValueSource(strings = {"padded-zeros", "padded-garbage", "fill-bytes"})
    void frame_padded_isTheOriginalByteForByte(String file) {
        byte[] published = published(Corpus.read("jpeg/" + file + ".jpg"));
        assertArrayEquals(Corpus.read("jpeg/turbo-420.jpg"), published);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"turbo-420", "turbo-progressive", "turbo-restart", "ffmpeg-422-optimal", "exif-orientation"})
    void frame_sound_isNotTouched(String file) {
        byte[] original = Corpus.read("jpeg/" + file + ".jpg");
        assertArrayEquals(original, published(original));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void frame_writtenByImageIo_isPublished(boolean progressive) throws IOException {
        byte[] image = imageIo(progressive);
        assertArrayEquals(image, published(image));
        assertEquals(List.of(new StreamConfig.Jpeg(48, 40)), sink.configs());
    }

    @Test
    void frame_sizeChanges_configuresAnew() throws IOException {
        published(Corpus.read("jpeg/turbo-420.jpg"));
        published(Corpus.read("jpeg/turbo-422.jpg"));
        published(imageIo(false));
        assertEquals(List.of(new StreamConfig.Jpeg(162, 122), new StreamConfig.Jpeg(48, 40)), sink.configs());
        assertEquals(3, sink.frames().size());
    }

    @ParameterizedTest
    @MethodSource("dev.perch.media.Corpus#jpeg")
    void frame_truncatedAtEveryLength_goesOutAsSoonAsThereIsCodedData(String file) throws IOException {
        byte[] image = Corpus.read(file);
        int whole = file.contains("padded") ? Corpus.read("jpeg/turbo-420.jpg").length : image.length;
        int data = codedData(image);
        for (int length = 0; length < whole; length++) {
            int published = sink.frames().size();
            publisher.frame(ByteBuffer.wrap(image, 0, length), NOW);
            if (length <= data) {
                assertEquals(length + 1, sink.droppedFrames());
            } else if (sink.frames().size() > published) { // a zero byte alone is taken for padding
                assertCutterFindsIt(sink.frames().get(published).bytes().toArray());
            }
        }
        byte[] last = sink.frames().get(sink.frames().size() - 1).bytes().toArray();
        assertEquals(162, decoded(last).getWidth());
        assertTrue(sink.droppedFrames() <= data + 3, "" + sink.droppedFrames());
    }

    /** Where the first scan's coded data begins. */
    private static int codedData(byte[] image) {
        int at = 2;
        while ((image[at] & 0xff) != 0xff || (image[at + 1] & 0xff) != Marker.SOS) {
            at += (image[at + 1] & 0xff) == 0xff ? 1 : 2 + ((image[at + 2] & 0xff) << 8 | (image[at + 3] & 0xff));
        }
        return at + 2 + ((image[at + 2] & 0xff) << 8 | (image[at + 3] & 0xff));
    }

    private static void assertCutterFindsIt(byte[] published) {
        String hex = HexFormat.of().withDelimiter(" ").formatHex(published);
        assertEquals(0, hex.lastIndexOf("ff d8"));
        assertEquals(hex.length() - 5, hex.indexOf("ff d9"));
    }

    /** Bytes between segments, a second SOI, reserved markers and restarts outside a scan, zeros and line ends in front, garbage behind. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "c0", "ffd8", "ff00", "ffd0", "ff01", "ff02", "0d0a", "ffffff", "deadbeef00ff"})
    void frame_strayBytesBeforeAnySegment_areLeftOut(String stray) throws IOException {
        byte[] image = Corpus.read("jpeg/turbo-422.jpg");
        byte[] extra = HexFormat.of().parseHex(stray);
        int data = codedData(image);
        for (int at = 2; at < data; at += 2 + ((image[at + 2] & 0xff) << 8 | (image[at + 3] & 0xff))) {
            byte[] odd = new byte[image.length + extra.length + 3];
            System.arraycopy(image, 0, odd, 0, at);
            System.arraycopy(extra, 0, odd, at, extra.length);
            System.arraycopy(image, at, odd, at + extra.length, image.length - at);
            if (stray.equals("ffd8") && at > 2) { // what stands before the last SOI is lost, its tables too
                publisher.frame(ByteBuffer.wrap(odd), NOW);
            } else {
                assertArrayEquals(image, published(odd));
            }
        }
        byte[] behind = Arrays.copyOf(extra, extra.length + image.length);
        System.arraycopy(image, 0, behind, extra.length, image.length);
        assertArrayEquals(image, published(behind));
    }

    @ParameterizedTest
    @CsvSource({"stray-byte-before-dqt, 10", "no-eoi, 12"})
    void frame_case_isAPicture(String file, int count) throws IOException {
        byte[] stream = Corpus.read("cases/" + file + ".mjpg");
        int at = 0;
        for (List<String> row : Corpus.table("cases/" + file + ".mjpg.idx").toList()) {
            int size = Integer.parseInt(row.get(0));
            byte[] published = published(Arrays.copyOfRange(stream, at, at + size));
            assertCutterFindsIt(published);
            assertTrue(decoded(published).getWidth() > 0);
            at += size;
        }
        assertEquals(count, sink.frames().size());
    }

    @Test
    void frame_twoImagesInABuffer_showsTheFirst() {
        byte[] main = Corpus.read("jpeg/turbo-420.jpg");
        byte[] both = Arrays.copyOf(main, main.length + 700);
        System.arraycopy(Corpus.read("jpeg/turbo-quality1.jpg"), 0, both, main.length, 700);
        assertArrayEquals(main, published(both));
    }

    @Test
    void frame_damagedMarkersInCodedData_stayForTheDecoder() {
        byte[] image = Corpus.read("jpeg/turbo-420.jpg");
        int middle = (codedData(image) + image.length) / 2;
        for (int marker : new int[] {0x01, 0x7f, 0xc0, 0xc8, 0xde, 0xf3}) {
            byte[] damaged = image.clone();
            damaged[middle] = (byte) 0xff;
            damaged[middle + 1] = (byte) marker;
            assertArrayEquals(damaged, published(damaged));
        }
    }

    @Test
    void ofStream_twoFieldsOfAFrame_showsTheFirst() {
        byte[] first = withField(1);
        byte[] second = withField(2);
        JpegPublisher stream = JpegPublisher.ofStream(sink, 100);
        for (int frame = 0; frame < 5; frame++) {
            stream.frame(ByteBuffer.wrap(first), new FrameTime(frame * 100L, 0));
            stream.frame(ByteBuffer.wrap(second), new FrameTime(frame * 120L, 0));
        }
        assertEquals(5, sink.frames().size());
        sink.frames().forEach(frame -> assertEquals(Bytes.copyOf(first), frame.bytes()));
        assertEquals(0, sink.droppedFrames());
        frameTwice(JpegPublisher.ofStream(sink, 100), withField(0)); // not of fields
        assertEquals(7, sink.frames().size());
    }

    @Test
    void ofStream_previewBehindItsPicture_isLeftOut() throws IOException {
        byte[] main = Corpus.read("jpeg/turbo-420.jpg");
        byte[] preview = imageIo(false);
        JpegPublisher stream = JpegPublisher.ofStream(sink, 100);
        for (int frame = 0; frame < 5; frame++) {
            int time = frame < 3 ? frame * 100 : 300; // the last ones come in a burst
            stream.frame(ByteBuffer.wrap(main), new FrameTime(time, 0));
            stream.frame(ByteBuffer.wrap(preview), new FrameTime(time + 1, 0));
        }
        assertEquals(5, sink.frames().size());
        assertEquals(List.of(new StreamConfig.Jpeg(162, 122)), sink.configs());
    }

    @Test
    void ofStream_sizeChanges_isFollowed() throws IOException {
        byte[] after = imageIo(false);
        JpegPublisher stream = JpegPublisher.ofStream(sink, 100);
        stream.frame(ByteBuffer.wrap(Corpus.read("jpeg/turbo-420.jpg")), new FrameTime(0, 0));
        stream.frame(ByteBuffer.wrap(after), new FrameTime(100, 0));
        assertEquals(2, sink.frames().size());
        stream.frame(ByteBuffer.wrap(Corpus.read("jpeg/turbo-420.jpg")), new FrameTime(101, 0)); // in a burst
        stream.frame(ByteBuffer.wrap(Corpus.read("jpeg/turbo-420.jpg")), new FrameTime(102, 0));
        assertEquals(3, sink.frames().size());
    }

    private static void frameTwice(JpegPublisher publisher, byte[] image) {
        publisher.frame(ByteBuffer.wrap(image), new FrameTime(1, 0));
        publisher.frame(ByteBuffer.wrap(image), new FrameTime(2, 0));
    }

    private static byte[] withField(int polarity) {
        byte[] image = Corpus.read("jpeg/turbo-420.jpg");
        byte[] segment = HexFormat.of().parseHex("ffe0000a41564931" + "0" + polarity + "000000");
        byte[] field = new byte[image.length + segment.length];
        System.arraycopy(image, 0, field, 0, 2);
        System.arraycopy(segment, 0, field, 2, segment.length);
        System.arraycopy(image, 2, field, 2 + segment.length, image.length - 2);
        return field;
    }

    @ParameterizedTest
    @CsvSource({
        "ffd8ffd9, no scan",
        "ffd8ffda0002ffd9, no frame header",
        "00000000, zeros",
        "ffd8ffc0000b08000000100101110000ffda0002ffd9, no height",
        "ffd8ffc0000b08001000100501110000ffda0002ffd9, five components of which one is there",
        "ffd8ffc0000b080010001001010000ffda0002ffd9, no sampling factor",
        "ffd8ffc2000b080010001001011100ffda0002ffd9, progressive without tables",
        "ffd8ffd0ffd9, restart outside a scan",
    })
    void frame_malformed_isDroppedAndCounted(String hex, String why) {
        publisher.frame(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), NOW);
        assertEquals(1, sink.droppedFrames(), why);
        assertEquals(0, sink.frames().size(), why);
    }

    @Test
    void frame_imageThatBreaksOffBeforeTheNextOne_isClosedThere() {
        byte[] image = Corpus.read("jpeg/turbo-420.jpg");
        byte[] two = Arrays.copyOf(image, image.length + 1000);
        System.arraycopy(image, 0, two, 1000, image.length);
        byte[] first = Arrays.copyOf(image, 1002);
        first[1000] = (byte) 0xff;
        first[1001] = (byte) Marker.EOI;
        assertArrayEquals(first, published(two));
    }

    @Test
    void frame_noSpace_isNotPublished() {
        sink.refuse(1);
        publisher.frame(ByteBuffer.wrap(Corpus.read("jpeg/turbo-420.jpg")), NOW);
        assertEquals(0, sink.frames().size());
        published(Corpus.read("jpeg/turbo-420.jpg"));
    }

    @Test
    void frame_tooLong_isDropped() {
        publisher.frame(ByteBuffer.allocate(JpegPublisher.MAX_IMAGE_BYTES + 1), NOW);
        assertEquals(1, sink.droppedFrames());
    }

    @Test
    void frame_buffer_staysAsItIs() {
        byte[] image = Corpus.read("jpeg/no-dht-turbo-422.jpg");
        ByteBuffer direct = ByteBuffer.allocateDirect(image.length + 9);
        direct.position(5).put(image).flip().position(5);
        publisher.frame(direct, NOW);
        assertEquals(5, direct.position());
        assertEquals(
                image.length + StandardTables.DHT.size(),
                sink.frames().get(0).bytes().size());
    }

    @Property(tries = 1000)
    void frame_damaged_throwsNothing(@ForAll int seed) {
        Random random = new Random(seed);
        byte[] image = Corpus.read(FILES.get(random.nextInt(FILES.size())));
        for (int i = random.nextInt(8); i >= 0; i--) {
            image[random.nextInt(random.nextBoolean() ? 700 : image.length)] = (byte) random.nextInt();
        }
        RecordingSink damaged = new RecordingSink();
        new JpegPublisher(damaged).frame(ByteBuffer.wrap(image), NOW);
        assertEquals(1, damaged.droppedFrames() + damaged.frames().size());
    }

    private byte[] published(byte[] image) {
        int before = sink.frames().size();
        publisher.frame(ByteBuffer.wrap(image), NOW);
        assertEquals(before + 1, sink.frames().size());
        return sink.frames().get(before).bytes().toArray();
    }

    private static BufferedImage decoded(byte[] image) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(image));
    }

    private static int[] pixels(byte[] image) throws IOException {
        BufferedImage picture = decoded(image);
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    private static byte[] imageIo(boolean progressive) throws IOException {
        BufferedImage picture = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 48 * 40; i++) {
            picture.setRGB(i % 48, i / 48, i * 0x01_35_79);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        if (progressive) {
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.setOutput(ImageIO.createImageOutputStream(out));
        writer.write(null, new IIOImage(picture, null, null), param);
        writer.dispose();
        return out.toByteArray();
    }
}
