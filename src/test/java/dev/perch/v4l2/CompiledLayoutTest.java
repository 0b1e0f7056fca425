package dev.perch.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares each size, offset and number that this package passes to the kernel with the result of the C compiler of each architecture for the
 * kernel's own headers. The compilers only print assembly, with the numbers in comments, so that no foreign code runs.
 */
@Tag("compilers")
class CompiledLayoutTest {
    private static final String HEADERS = """
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <stddef.h>
            #include <sys/eventfd.h>
            #include <sys/ioctl.h>
            #include <sys/mman.h>
            #include <sys/time.h>
            #include <linux/videodev2.h>
            #include <linux/usb/video.h>
            #include <linux/uvcvideo.h>
            """;

    /** A line {@code ->number value}; the assemblers write {@code $} or {@code #} in front of a value. */
    private static final Pattern LINE = Pattern.compile("->(\\d+) [$#]?(-?\\d+)");

    @TempDir
    Path folder = Path.of("");

    /** An architecture and its compiler. */
    record Target(DataModel model, List<String> compiler) {
        Target(DataModel model, String... compiler) {
            this(model, List.of(compiler));
        }

        @Override
        public String toString() {
            return String.join(" ", compiler);
        }
    }

    static List<Target> targets() {
        return List.of(
                new Target(DataModel.LP64, "cc"),
                new Target(DataModel.LP64, "aarch64-linux-gnu-gcc"),
                new Target(DataModel.ILP32_TIME32, "arm-linux-gnueabihf-gcc"),
                new Target(
                        DataModel.ILP32_TIME64,
                        "arm-linux-gnueabihf-gcc",
                        "-D_TIME_BITS=64",
                        "-D_FILE_OFFSET_BITS=64"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everyNumberIsTheCompilers(Target target) throws Exception {
        Map<String, Integer> ours = KernelNumbers.of(target.model());
        List<String> expressions = List.copyOf(ours.keySet());
        Map<String, Integer> theirs = compiled(target.compiler(), expressions);
        assertTrue(expressions.size() > 200, () -> "too few to be all of them: " + expressions);
        assertEquals(ours.keySet(), theirs.keySet());
        List<String> different = expressions.stream()
                .filter(expression -> !Objects.equals(ours.get(expression), theirs.get(expression)))
                .map(expression -> expression
                        + ": 0x%x, of the compiler 0x%x".formatted(ours.get(expression), theirs.get(expression)))
                .toList();
        assertEquals(List.of(), different);
    }

    private Map<String, Integer> compiled(List<String> compiler, List<String> expressions)
            throws IOException, InterruptedException {
        Path source = folder.resolve("numbers.c");
        Path assembly = folder.resolve("numbers.s");
        StringBuilder program = new StringBuilder(HEADERS).append("void numbers(void) {\n");
        for (int i = 0; i < expressions.size(); i++) {
            // truncated to 32 bits, as an ioctl number is passed
            program.append("asm volatile(\"\\n@@->%d %%0\" : : \"i\"((int)(%s)));%n".formatted(i, expressions.get(i)));
        }
        Files.writeString(source, program.append("}\n"));
        List<String> command = new ArrayList<>(compiler);
        command.addAll(List.of("-O1", "-w", "-S", "-o", assembly.toString(), source.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String complaints = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), complaints);
        Map<String, Integer> numbers = new LinkedHashMap<>();
        Matcher line = LINE.matcher(Files.readString(assembly));
        while (line.find()) {
            numbers.put(expressions.get(Integer.parseInt(line.group(1))), (int) Long.parseLong(line.group(2)));
        }
        return numbers;
    }
}
