package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
@Tag("pi")
class PiGuestIT {
    private static final Pattern WATCHING = Pattern.compile("\"viewers\":\\{\"now\":(\\d+)");
    private static final String LIMIT_SECONDS = "1500";

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
        private final RigSession session;

        Pi(String architecture, int mostResidentKib) throws IOException, InterruptedException {
            this.architecture = architecture;
            this.mostResidentKib = mostResidentKib;
            this.session = RigSession.run(
                    "pi-guest-" + architecture, "pi-session", "pi-guest", "-a", architecture, "-t", LIMIT_SECONDS);
        }

        List<DynamicTest> tests() {
            System.out.println(report());
            List<DynamicTest> tests = new ArrayList<>();
            tests.add(test("the session came to its end", session::cameToItsEnd));
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

        private DynamicTest test(String name, Executable judgement) {
            return dynamicTest(architecture + ": " + name, judgement);
        }

        private String fact(String name) {
            return session.fact(name);
        }

        private String report() {
            return "Perch on an emulated Pi, " + architecture + ": start "
                    + session.facts().get("start-seconds")
                    + " s; resident idle " + session.resident("idle") + ", with 40 viewers "
                    + session.resident("viewers")
                    + ", after them " + session.resident("after");
        }

        private void startsAndEnds() throws IOException {
            assertTrue(
                    Files.readString(session.file("perch.log")).contains("Perch is at http://127.0.0.1:8080/"),
                    session::lastWords);
            assertEquals("143", fact("exit")); // 128 + SIGTERM
        }

        private void lists() throws IOException {
            assertEquals("0", fact("list"));
            String list = Files.readString(session.file("list.txt"));
            assertTrue(list.contains("vivid"), list);
            List<String> missing = Files.readAllLines(session.file("v4l2-ctl.txt")).stream()
                    .map(String::strip)
                    .filter(line -> line.contains(" 0x"))
                    .map(RigSession::word)
                    .filter(control -> !list.contains(control))
                    .toList();
            assertEquals(List.of(), missing, list);
        }

        /** With 720p30 of H.264, JPEG frames beside it, and ten viewers of each technique. */
        private void staysSmall() throws IOException {
            assertEquals("200", fact("status:stats.json"));
            String stats = Files.readString(session.file("stats.json"));
            Matcher watching = WATCHING.matcher(stats);
            // those of snapshots come and go
            assertTrue(watching.find() && Integer.parseInt(watching.group(1)) >= 25, stats);
            int resident = session.most("viewers", "pss");
            assertTrue(resident > 0 && resident <= mostResidentKib, this::report);
        }

        private void setsControl() {
            assertEquals("200", fact("put"));
            assertEquals("99", fact("brightness"));
        }

        private void holdsJpeg(String camera) throws IOException, InterruptedException {
            assertEquals("200", fact("status:" + camera + ".jpg"));
            String size = camera.equals("raw") ? "320,180" : "320,240";
            assertEquals("mjpeg," + size + ",1", probe("jpeg_pipe", session.file(camera + ".jpg")));
        }

        private void decodes(String camera, String ending, String format) throws IOException, InterruptedException {
            String name = camera + "." + ending;
            assertEquals("200", fact("status:" + name));
            Path file = session.file(name);
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
