import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Joins the H.264 stream and the JPEGs in playing order; DemoLoop reads it and describes the layout. */
final class Pack {
    private static final int KEY_FRAME = 1;
    private static final int FRAME = 2;
    private static final int JPEG = 3;

    private Pack() {}

    public static void main(String[] args) throws IOException {
        int step = Integer.parseInt(args[0]);
        List<byte[]> units = accessUnits(Files.readAllBytes(Path.of(args[1])));
        List<byte[]> jpegs = jpegs(Files.readAllBytes(Path.of(args[2])));
        if (jpegs.size() != (units.size() + step - 1) / step) {
            throw new IOException("access units=" + units.size() + " JPEGs=" + jpegs.size());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("PERCHLP1");
        out.writeInt(640);
        out.writeInt(360);
        out.writeInt(/* framesPerSecond= */ 30);
        out.writeInt(units.size());
        out.writeInt(Math.max(largest(units), largest(jpegs)));
        for (int number = 0; number < units.size(); number++) {
            byte[] unit = units.get(number);
            record(out, (unit[4] & 0x1f) == 7 ? KEY_FRAME : FRAME, number, unit);
            if (number % step == 0) {
                record(out, JPEG, number, jpegs.get(number / step));
            }
        }
        Files.write(Path.of(args[3]), bytes.toByteArray());
        System.out.printf("%d access units %d bytes, %d JPEGs %d bytes%n",
                units.size(), units.stream().mapToInt(u -> u.length).sum(),
                jpegs.size(), jpegs.stream().mapToInt(j -> j.length).sum());
    }

    private static void record(DataOutputStream out, int kind, int number, byte[] payload) throws IOException {
        out.writeInt(kind << 24 | number);
        out.writeInt(payload.length);
        out.write(payload);
    }

    private static int largest(List<byte[]> records) {
        return records.stream().mapToInt(bytes -> bytes.length).max().orElseThrow();
    }

    /** x264 with one slice a picture: an access unit starts at an SPS (7), or at a slice (1) that follows a slice (1 or 5). */
    private static List<byte[]> accessUnits(byte[] stream) {
        List<byte[]> units = new ArrayList<>();
        int start = 0;
        int previous = 0;
        for (int i = 0; i + 4 < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                int type = stream[i + 3] & 0x1f;
                int at = i > 0 && stream[i - 1] == 0 ? i - 1 : i;
                if (at > start && (previous == 1 || previous == 5)) {
                    units.add(Arrays.copyOfRange(stream, start, at));
                    start = at;
                }
                previous = type;
            }
        }
        units.add(Arrays.copyOfRange(stream, start, stream.length));
        return units.stream().map(Pack::longStartCode).toList();
    }

    /** ITU-T H.264 Annex B: the first NAL unit of an access unit has the start code of four bytes; x264 writes three before a slice. */
    private static byte[] longStartCode(byte[] unit) {
        if (unit[2] == 0) {
            return unit;
        }
        byte[] longer = new byte[unit.length + 1];
        System.arraycopy(unit, 0, longer, 1, unit.length);
        return longer;
    }

    private static List<byte[]> jpegs(byte[] stream) {
        List<byte[]> jpegs = new ArrayList<>();
        int start = 0;
        for (int i = 0; i + 1 < stream.length; i++) {
            if ((stream[i] & 0xff) == 0xff && (stream[i + 1] & 0xff) == 0xd9) {
                jpegs.add(Arrays.copyOfRange(stream, start, i + 2));
                start = i + 2;
            }
        }
        return jpegs;
    }
}
