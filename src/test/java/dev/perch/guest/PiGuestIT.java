package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * The WAR of this build on an emulated Raspberry Pi with 512 MB, 64-bit and 32-bit: {@code src/test/rig/pi-session} uses it there, and what it
 * brought back is judged here. Its resident memory is printed.
 */
@Tag("guest")
class PiGuestIT {
    private static final Path RIG = Path.of("src/test/rig").toAbsolutePath();
    private static final Pattern WATCHING = Pattern.compile("\"viewers\":\\{\"now\":(\\d+)");
    private static final String LIMIT_SECONDS = "900";

    @TestFactory
    List<DynamicTest> arm64() throws IOException, InterruptedException {
        return new Pi("arm64", 80 << 10).tests();
    }

    @TestFactory
    List<DynamicTest> armhf() throws IOException, InterruptedException {
        return new Pi("armhf", 60 << 10).tests();
    }

    /** One architecture with what its session left. */
    private static final class Pi {
        private final String architecture;
        private final int mostResidentKib;
        private final Path out;
        private final Path console;
        private final Map<String, String> facts = new HashMap<>();

        Pi(String architecture, int mostResidentKib) {
            this.architecture = architecture;
            this.mostResidentKib = mostResidentKib;
            this.out = Path.of("target/pi-guest-" + architecture).toAbsolutePath();
            this.console = Path.of("target/pi-guest-" + architecture + ".log").toAbsolutePath();
        }

        List<DynamicTest> tests() throws IOException, InterruptedException {
            Clips.make();
            Files.createDirectories(out);
            int code = boot();
            Path written = out.resolve("facts");
            if (Files.exists(written)) {
                Files.readAllLines(written)
                        .forEach(line ->
                                facts.put(word(line), line.substring(word(line).length() + 1)));
            }
            System.out.println(report());
            List<DynamicTest> tests = new ArrayList<>();
            tests.add(test("the session came to its end", () -> assertEquals(0, code, this::lastWords)));
            tests.add(test("it starts, and ends on SIGTERM", this::startsAndEnds));
            tests.add(test("perch list shows vivid with all its controls", this::lists));
            tests.add(test("a control set by PUT is set", this::setsControl));
            tests.add(test("resident memory with 40 viewers", this::staysSmall));
            for (String camera : List.of("raw", "h264")) {
                tests.add(test(camera + ": snapshot.jpg", () -> holdsJpeg(camera)));
                tests.add(test(camera + ": stream.mjpg", () -> decodes(camera, "mjpg", "mpjpeg")));
                tests.add(test(camera + ": stream.h264", () -> decodes(camera, "h264", "h264")));
                tests.add(test(camera + ": stream.mp4", () -> decodes(camera, "mp4", "mp4")));
            }
            tests.add(test("mjpg: snapshot.jpg", () -> holdsJpeg("mjpg")));
            tests.add(test("mjpg: stream.mjpg", () -> decodes("mjpg", "mjpg", "mpjpeg")));
            return tests;
        }

        private static String word(String line) {
            return line.substring(0, line.indexOf(' '));
        }

        private DynamicTest test(String name, Executable judgement) {
            return dynamicTest(architecture + ": " + name, judgement);
        }

        private int boot() throws IOException, InterruptedException {
            ProcessBuilder builder = new ProcessBuilder(
                            RIG.resolve("pi-guest").toString(),
                            "-a",
                            architecture,
                            "-t",
                            LIMIT_SECONDS,
                            "--",
                            RIG.resolve("pi-session").toString(),
                            Clips.FOLDER.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(console.toFile())
                    .redirectInput(Path.of("/dev/null").toFile());
            builder.environment().put("GUEST_OUT", out.toString());
            return builder.start().waitFor();
        }

        private String fact(String name) {
            return Objects.requireNonNull(facts.get(name), () -> "no fact " + name + lastWords());
        }

        private String lastWords() {
            try {
                List<String> lines = Files.readAllLines(console);
                return "; see " + console + ":\n"
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
            } catch (IOException unreadable) {
                return "; " + console + " cannot be read: " + unreadable;
            }
        }

        private String report() {
            return "Perch on an emulated Pi, " + architecture + ": start " + facts.get("start-seconds")
                    + " s; resident idle " + resident("idle") + ", with 40 viewers " + resident("viewers")
                    + ", after them " + resident("after");
        }

        private String resident(String when) {
            return most(when, "pss") + " kB (Rss " + most(when, "rss") + ", of it anonymous " + most(when, "pss_anon")
                    + ")";
        }

        /** The largest of the figures taken at that time: some are of a moment at which the kernel saw half of the mappings. */
        private int most(String when, String figure) {
            return facts.entrySet().stream()
                    .filter(fact -> fact.getKey().matches(Pattern.quote(when) + "\\d?-" + figure))
                    .mapToInt(fact -> Integer.parseInt(fact.getValue()))
                    .max()
                    .orElse(0);
        }

        private void startsAndEnds() throws IOException {
            assertTrue(
                    Files.readString(out.resolve("perch.log")).contains("Perch is at http://127.0.0.1:8080/"),
                    this::lastWords);
            assertEquals("143", fact("exit")); // 128 + SIGTERM
        }

        private void lists() throws IOException {
            assertEquals("0", fact("list"));
            String list = Files.readString(out.resolve("list.txt"));
            assertTrue(list.contains("vivid"), list);
            List<String> missing = Files.readAllLines(out.resolve("v4l2-ctl.txt")).stream()
                    .map(String::strip)
                    .filter(line -> line.contains(" 0x"))
                    .map(PiGuestIT.Pi::word)
                    .filter(control -> !list.contains(control))
                    .toList();
            assertEquals(List.of(), missing, list);
        }

        /** With 720p30 of H.264, JPEG frames beside it, and ten viewers of each technique. */
        private void staysSmall() throws IOException {
            assertEquals("200", fact("status:stats.json"));
            String stats = Files.readString(out.resolve("stats.json"));
            Matcher watching = WATCHING.matcher(stats);
            // those of snapshots come and go
            assertTrue(watching.find() && Integer.parseInt(watching.group(1)) >= 25, stats);
            assertTrue(most("viewers", "pss") <= mostResidentKib, this::report);
        }

        private void setsControl() {
            assertEquals("200", fact("put"));
            assertEquals("99", fact("brightness"));
        }

        private void holdsJpeg(String camera) throws IOException, InterruptedException {
            assertEquals("200", fact("status:" + camera + ".jpg"));
            String size = camera.equals("raw") ? "320,180" : "320,240";
            assertEquals("mjpeg," + size + ",1", probe("jpeg_pipe", out.resolve(camera + ".jpg")));
        }

        private void decodes(String camera, String ending, String format) throws IOException, InterruptedException {
            String name = camera + "." + ending;
            assertEquals("200", fact("status:" + name));
            Path file = out.resolve(name);
            assertEquals("", Guest.complaints(format, file));
            String size = camera.equals("raw") ? "320,180" : "320,240";
            String codec = ending.equals("mjpg") ? "mjpeg" : "h264";
            String[] probed = probe(format, file).split(",(?=\\d+$)", 2);
            assertEquals(codec + "," + size, probed[0]);
            // of an encoder that is emulated too, there may be one alone within the time
            int fewest = camera.equals("raw") && codec.equals("h264") ? 1 : 2;
            assertTrue(Integer.parseInt(probed[1]) >= fewest, () -> name + " has frames=" + probed[1]);
        }

        /** The codec, width, height and count of frames that ffprobe on this machine finds. */
        private static String probe(String format, Path file) throws IOException, InterruptedException {
            return Guest.run(
                            "ffprobe",
                            "-v",
                            "error",
                            "-f",
                            format,
                            "-count_frames",
                            "-show_entries",
                            "stream=codec_name,width,height,nb_read_frames",
                            "-of",
                            "csv=p=0",
                            file.toString())
                    .strip();
        }
    }
}
