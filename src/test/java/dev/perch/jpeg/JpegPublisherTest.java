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
        String hex = HexFormat.of().withDelimiter(" ").formatHex(published);
        assertEquals(0, hex.lastIndexOf("ff d8"));
        assertEquals(hex.length() - 5, hex.indexOf("ff d9"));
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
    void frame_truncatedAtEveryLength_isDroppedAndCounted(String file) {
        byte[] image = Corpus.read(file);
        int whole = file.contains("padded") ? Corpus.read("jpeg/turbo-420.jpg").length : image.length;
        for (int length = 0; length < whole; length++) {
            publisher.frame(ByteBuffer.wrap(image, 0, length), NOW);
        }
        assertEquals(whole, sink.droppedFrames());
        assertEquals(0, sink.frames().size());
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
    void frame_imageThatBreaksOffBeforeTheNextOne_isDropped() {
        byte[] image = Corpus.read("jpeg/turbo-420.jpg");
        byte[] two = Arrays.copyOf(image, image.length + 1000);
        System.arraycopy(image, 0, two, 1000, image.length);
        publisher.frame(ByteBuffer.wrap(two), NOW);
        assertEquals(1, sink.droppedFrames());
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
