package dev.perch.memory;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A small text file of the kernel's that is read repeatedly into the same bytes: one number a line, behind its name. */
final class KernelFile {
    /** meminfo has 1.6 kB, a cgroup's memory.stat 2 to 4. */
    private static final int MOST_BYTES = 8 << 10;

    private final File file;
    private final byte[] text;
    private int length;

    /**
     * Creates a reader.
     *
     * @param text the memory to read into; shared by files that are read one after the other
     */
    KernelFile(Path file, byte[] text) {
        this.file = file.toFile();
        this.text = text;
    }

    static byte[] buffer() {
        return new byte[MOST_BYTES];
    }

    boolean exists() {
        return file.exists();
    }

    /**
     * Reads the file anew.
     *
     * @return false if it cannot be read
     */
    boolean read() {
        length = 0;
        try (FileInputStream in = new FileInputStream(file)) {
            for (int count = 0;
                    count >= 0 && length < text.length;
                    count = in.read(text, length, text.length - length)) {
                length += count;
            }
            return true;
        } catch (IOException notThere) {
            length = 0;
            return false;
        }
    }

    /** Returns the whole number behind {@code name} at the start of a line; for an empty name the number at the start of the file. */
    OptionalLong number(String name) {
        for (int line = 0; line < length; line = nextLine(line)) {
            if (startsWith(name, line)) {
                return digits(line + name.length());
            }
        }
        return OptionalLong.empty();
    }

    /** Returns the whole number behind {@code word} in the line that starts with {@code name}. */
    OptionalLong number(String name, String word) {
        for (int line = 0; line < length; line = nextLine(line)) {
            if (startsWith(name, line)) {
                int end = nextLine(line);
                for (int at = line + name.length(); at < end; at++) {
                    if (startsWith(word, at)) {
                        return digits(at + word.length());
                    }
                }
            }
        }
        return OptionalLong.empty();
    }

    private int nextLine(int from) {
        int at = from;
        while (at < length && text[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private boolean startsWith(String name, int at) {
        if (at + name.length() > length) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (text[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private OptionalLong digits(int from) {
        int at = from;
        while (at < length && (text[at] == ' ' || text[at] == '\t')) {
            at++;
        }
        int start = at;
        long number = 0;
        while (at < length && text[at] >= '0' && text[at] <= '9') {
            int digit = text[at++] - '0';
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * number + digit;
        }
        return at == start ? OptionalLong.empty() : OptionalLong.of(number);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
