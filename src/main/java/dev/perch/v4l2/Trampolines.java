package dev.perch.v4l2;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Releases the machine code through which bound methods leave Java. JNA's copy of libffi writes it to a temporary file, because JNA deletes the
 * library that libffi would map it from. libffi keeps that file open and mapped when the library itself is unloaded.
 */
final class Trampolines {
    private static final Path SELF = Path.of("/proc/self");

    /**
     * A line of /proc/self/maps, as proc(5) has it: address, permissions, offset, device, inode, path. A shared mapping does not match: libffi
     * allocates memory in such a file if the system forbids memory that is both writable and executable.
     */
    private static final Pattern MAPPING =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) r-xp [0-9a-f]+ \\S+ \\d+ +(/.*/ffi\\w{6} \\(deleted\\))");

    private Trampolines() {}

    /** A Java function that C could call. JNA has libffi put its machine code beside that of the bound methods. Nobody calls it. */
    interface Probe extends Callback {
        void invoke();
    }

    /** Unmaps and closes the file. No method may be bound any more. */
    static void release() throws IOException {
        Probe probe = () -> {};
        try {
            long code = Pointer.nativeValue(CallbackReference.getFunctionPointer(probe));
            Optional<Matcher> mapping = mappingOf(Native.POINTER_SIZE == 4 ? code & 0xffff_ffffL : code);
            if (mapping.isPresent()) {
                release(mapping.get());
            }
        } finally {
            Reference.reachabilityFence(probe); // JNA frees the code when the probe is collected
        }
    }

    private static Optional<Matcher> mappingOf(long address) throws IOException {
        try (Stream<String> lines = Files.lines(SELF.resolve("maps"))) {
            return lines.map(MAPPING::matcher)
                    .filter(line -> line.matches() && address >= number(line, 1) && address < number(line, 2))
                    .findFirst();
        }
    }

    private static void release(Matcher mapping) throws IOException {
        long start = number(mapping, 1);
        NativeLibrary process = NativeLibrary.getProcess();
        process.getFunction("munmap").invokeInt(new Object[] {
            new Pointer(start), new NativeLong(number(mapping, 2) - start)
        });
        for (int fd : descriptorsOf(mapping.group(3))) {
            process.getFunction("close").invokeInt(new Object[] {fd});
        }
        process.close();
    }

    private static List<Integer> descriptorsOf(String file) throws IOException {
        try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"))) {
            return descriptors
                    .filter(descriptor -> standsFor(descriptor, file))
                    .map(descriptor -> Integer.valueOf(descriptor.getFileName().toString()))
                    .toList();
        }
    }

    private static boolean standsFor(Path descriptor, String file) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(file);
        } catch (IOException closedSince) {
            return false;
        }
    }

    private static long number(Matcher mapping, int group) {
        return Long.parseUnsignedLong(mapping.group(group), 16);
    }
}
