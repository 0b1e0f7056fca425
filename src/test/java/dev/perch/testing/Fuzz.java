package dev.perch.testing;

import dev.perch.media.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Throws damaged inputs at a parser: what the corpus holds, cut, spliced and overwritten. A moment a parser in an ordinary run, or as {@code -Dperch.fuzz.millis=6000} says;
 * {@code -Dperch.fuzz.cases=1000000} sets how many cases there are in a run by hand. An input that fails stands in {@code target/fuzz}; it belongs into {@code src/test/resources/corpus/fuzz} with the repair, and is
 * tried first from then on.
 */
public final class Fuzz {
    /** One trial of an input. */
    public interface Target {
        /**
         * Throws whatever is not allowed.
         *
         * @param random for choices such as the sizes of pieces
         */
        void accept(byte[] input, Random random) throws Exception;
    }

    private static final long CASES = Long.getLong("perch.fuzz.cases", 0);
    private static final long MILLIS = Long.getLong("perch.fuzz.millis", 300);
    private static final int MOST_BYTES = 6_000;
    private static final Path FAILED = Path.of("target/fuzz");
    private static final Path FOUND = Path.of("src/test/resources/corpus/fuzz");

    private final String name;
    private final Target target;
    private final List<byte[]> seeds;
    private final byte[][] words;

    /**
     * @param name of the parser, a file's name
     * @param seeds inputs that are sound
     * @param words what the format gives a meaning
     */
    public Fuzz(String name, List<byte[]> seeds, byte[][] words, Target target) {
        this.name = name;
        this.seeds = seeds;
        this.words = words;
        this.target = target;
    }

    /** The H.264 streams of the corpus and of the cases. */
    public static List<byte[]> h264() {
        return Stream.concat(
                        Corpus.h264(),
                        Stream.of("b-frames", "burst8", "empty-nal", "gop250", "intra-refresh", "paff", "size-change")
                                .map(each -> "cases/" + each + ".h264"))
                .map(Corpus::read)
                .toList();
    }

    /** The JPEG images of the corpus, and the streams of the cases. */
    public static List<byte[]> jpeg() {
        return Stream.concat(Corpus.jpeg(), Stream.of("cases/no-eoi.mjpg", "cases/stray-byte-before-dqt.mjpg"))
                .map(Corpus::read)
                .toList();
    }

    /** Tries what was found before, then new cases until their number or the time is reached. */
    public void run() throws IOException {
        known();
        long seed = Long.getLong("perch.fuzz.seed", System.nanoTime());
        Random random = new Random(seed);
        long endNanos = System.nanoTime() + MILLIS * 1_000_000;
        long cases = 0;
        for (; CASES > 0 ? cases < CASES : System.nanoTime() - endNanos < 0; cases++) {
            attempt(mutated(random), random.nextLong());
        }
        System.out.println("fuzz " + name + ": " + cases + " cases, seed " + seed);
    }

    private void known() throws IOException {
        if (!Files.isDirectory(FOUND)) {
            return;
        }
        try (Stream<Path> files = Files.list(FOUND)) {
            for (Path file : files.filter(
                            each -> String.valueOf(each.getFileName()).startsWith(name + "-"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList()) {
                for (int choice = 0; choice < 20; choice++) {
                    attempt(Files.readAllBytes(file), choice);
                }
            }
        }
    }

    private void attempt(byte[] input, long choices) throws IOException {
        try {
            target.accept(input, new Random(choices));
        } catch (Exception | Error failure) {
            Files.createDirectories(FAILED);
            Path file = FAILED.resolve(name + "-" + Integer.toHexString(Arrays.hashCode(input)) + ".bin");
            Files.write(file, input);
            throw new AssertionError("fuzz " + name + ": " + file + " with choices " + choices, failure);
        }
    }

    private byte[] mutated(Random random) {
        List<byte[]> parts = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            parts.add(window(random));
            if (random.nextInt(3) == 0) {
                parts.add(words[random.nextInt(words.length)]);
            }
        }
        byte[] input = joined(parts);
        int changes = random.nextInt(12);
        for (int i = 0; i < changes && input.length > 0; i++) {
            change(input, random);
        }
        return input;
    }

    /** From the beginning, where the heads are, or from anywhere. */
    private byte[] window(Random random) {
        byte[] seed = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextBoolean() ? 0 : random.nextInt(seed.length);
        int most = random.nextInt(8) == 0 ? MOST_BYTES : 300;
        return Arrays.copyOfRange(seed, from, Math.min(seed.length, from + random.nextInt(most)));
    }

    private void change(byte[] input, Random random) {
        int at = random.nextInt(random.nextBoolean() ? Math.min(input.length, 100) : input.length);
        switch (random.nextInt(5)) {
            case 0 -> input[at] = (byte) random.nextInt();
            case 1 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> input[at] = (byte) (random.nextBoolean() ? 0xff : 0);
            case 3 -> {
                byte[] word = words[random.nextInt(words.length)];
                System.arraycopy(word, 0, input, at, Math.min(word.length, input.length - at));
            }
            default -> {
                int from = random.nextInt(input.length);
                int length = Math.min(random.nextInt(200), input.length - Math.max(at, from));
                System.arraycopy(input, from, input, at, length);
            }
        }
    }

    private static byte[] joined(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
