package dev.perch.testing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The demo's frames for one who searches memory for them, their pictures' bytes exchanged for others: here they are kept masked, and were read through a mapping, so that nothing of the search or of the source stands in memory as it stands in a frame.
 */
public final class MaskedDemo {
    /** A word of a frame is found by two of these, one behind the other. */
    private static final int WORD_BYTES = 2 * Long.BYTES;

    private static final long MASK = 0x5a5a_5a5a_5a5a_5a5aL;
    private static final int HEADER_BYTES = 28;
    private static final int JPEG = 3;
    private static final int STEP_BYTES = 64;
    private static final int LEAST_KINDS = 11; // of bytes in a word: what others have too is no word
    private static final int SLOTS = 1 << 18;
    private static final int HEAD_BYTES =
            700; // parameter sets, Huffman tables and the like stand in front of the picture's own data

    private final List<byte[]> accessUnits = new ArrayList<>();
    private final List<byte[]> jpegs = new ArrayList<>();
    private final long[] firsts = new long[SLOTS]; // masked; 0 for an empty place
    private final long[] seconds = new long[SLOTS];
    private final int[] numbers = new int[SLOTS];
    private final boolean[] begins = new boolean[1 << 16]; // whether a word begins with two such bytes

    public MaskedDemo() throws IOException {
        try (FileChannel file = FileChannel.open(file(), StandardOpenOption.READ)) {
            ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
            bytes.position(HEADER_BYTES);
            while (bytes.hasRemaining()) {
                int kindAndNumber = bytes.getInt();
                byte[] masked = new byte[bytes.getInt()];
                int before = 0;
                for (int i = 0; i < masked.length; i++) {
                    int each = bytes.get() & 0xff;
                    masked[i] = (byte) (own(i, before, each) ^ MASK);
                    before = each;
                }
                (kindAndNumber >>> 24 == JPEG ? jpegs : accessUnits).add(masked);
                index(masked, kindAndNumber & 0xffffff);
            }
        }
    }

    /** Returns a picture's byte as it is here and nowhere else, so that what other tests leave of the demo is not found. No start code and no marker comes or goes. */
    private static int own(int at, int before, int each) {
        boolean free = at >= HEAD_BYTES && before != 0xff && each > 3 && each < 0xff;
        return free ? 4 + (each - 4 + 101) % 251 : each;
    }

    private static Path file() throws IOException {
        try {
            return Path.of(Objects.requireNonNull(MaskedDemo.class.getResource("/dev/perch/source/demo.loop"))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IOException(impossible);
        }
    }

    private void index(byte[] masked, int number) {
        ByteBuffer words = ByteBuffer.wrap(masked);
        for (int at = HEAD_BYTES; at + WORD_BYTES <= masked.length; at += STEP_BYTES) {
            if (kinds(masked, at) >= LEAST_KINDS) {
                int slot = free(words.getLong(at));
                firsts[slot] = words.getLong(at);
                seconds[slot] = words.getLong(at + Long.BYTES);
                numbers[slot] = number;
                begins[start(words.getLong(at))] = true;
            }
        }
    }

    private static int kinds(byte[] bytes, int from) {
        return (int) IntStream.range(from, from + WORD_BYTES)
                .map(i -> bytes[i])
                .distinct()
                .count();
    }

    private int free(long first) {
        int slot = slot(first);
        while (firsts[slot] != 0) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        return slot;
    }

    private static int slot(long first) {
        return (int) ((first * 0x9e37_79b9_7f4a_7c15L) >>> 46);
    }

    private static int start(long first) {
        return (int) (first >>> 48);
    }

    /** Returns the number of the frame that a word of stands at {@code at}; -1 where none does. */
    public int number(ByteBuffer memory, int at) {
        int two = ((memory.get(at) & 0xff) << 8 | (memory.get(at + 1) & 0xff)) ^ (int) (MASK & 0xffff);
        if (!begins[two] || at + WORD_BYTES > memory.limit()) {
            return -1;
        }
        long first = memory.getLong(at) ^ MASK;
        for (int slot = slot(first); firsts[slot] != 0; slot = (slot + 1) & (SLOTS - 1)) {
            if (firsts[slot] == first && seconds[slot] == (memory.getLong(at + Long.BYTES) ^ MASK)) {
                return numbers[slot];
            }
        }
        return -1;
    }

    public int frames() {
        return accessUnits.size();
    }

    /** Puts a frame into {@code unit}, which has to be erased when it has been used. */
    public void accessUnit(int number, ByteBuffer unit) {
        unmask(accessUnits.get(number), unit);
    }

    /** Puts the JPEG of that place in the file into {@code unit}. */
    public void jpeg(int place, ByteBuffer unit) {
        unmask(jpegs.get(place % jpegs.size()), unit);
    }

    private static void unmask(byte[] masked, ByteBuffer into) {
        into.clear();
        for (byte each : masked) {
            into.put((byte) (each ^ MASK));
        }
        into.flip();
    }
}
