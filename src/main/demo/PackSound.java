import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes a lap of the sound out of an ADTS stream of two laps and some more; DemoSound reads it and describes the layout. */
final class PackSound {
    /** 120 s: four loops of the pictures, the shortest time of whole loops and whole frames of 1024 samples. */
    private static final int FRAMES = 5625;

    /** ffmpeg's encoder puts 1024 samples of silence in front. */
    private static final int PRIMING_FRAMES = 1;

    /** The lap begins with the second's frames from here on: half a second after a beep all is silent, and the seam is not heard. */
    private static final int SEAM = 24;

    private static final int ADTS_HEAD_BYTES = 7;

    private PackSound() {}

    public static void main(String[] args) throws IOException {
        List<byte[]> frames = frames(Files.readAllBytes(Path.of(args[0])));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("PERCHAU1");
        out.writeInt(48_000);
        out.writeInt(/* channels= */ 1);
        out.writeInt(FRAMES);
        int largest = 0;
        List<byte[]> lap = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = frames.get(PRIMING_FRAMES + i + (i < SEAM ? 2 * FRAMES : FRAMES));
            largest = Math.max(largest, frame.length);
            lap.add(frame);
        }
        out.writeInt(largest);
        for (byte[] frame : lap) {
            out.writeShort(frame.length);
            out.write(frame);
        }
        Files.write(Path.of(args[1]), bytes.toByteArray());
        System.out.printf("%d AAC frames, the largest of %d bytes, %d bytes%n", FRAMES, largest, bytes.size());
    }

    /** The raw_data_blocks of a stream of one a frame, without CRC (ISO/IEC 14496-3 1.A.2). */
    private static List<byte[]> frames(byte[] stream) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at + ADTS_HEAD_BYTES <= stream.length) {
            int length = (stream[at + 3] & 3) << 11 | (stream[at + 4] & 0xff) << 3 | (stream[at + 5] & 0xff) >> 5;
            frames.add(Arrays.copyOfRange(stream, at + ADTS_HEAD_BYTES, at + length));
            at += length;
        }
        return frames;
    }
}
