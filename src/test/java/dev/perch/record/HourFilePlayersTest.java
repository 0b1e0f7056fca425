package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Player;
import dev.perch.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a recorded hour plays and seeks in players, and in browsers on the page of recordings. */
@Tag("players")
class HourFilePlayersTest {
    private static final int SECONDS = 3600;
    private static final int SOUGHT = 1800;

    @TempDir
    Path folder;

    private Path hour() throws Exception {
        Path file = folder.resolve("front").resolve("hour.mp4");
        long startMicros = (System.currentTimeMillis() / 1000 - SECONDS - 60) * 1_000_000L;
        HourFile.write(file, "front", startMicros, SECONDS);
        return file;
    }

    private static int wanted(double second) {
        return Studio.number(Math.round(second * 30));
    }

    @Test
    void hour_isSoughtIn() throws Exception {
        Path file = hour();
        assertEquals(
                "3600.000000",
                Tool.lines(
                                "ffprobe",
                                "-v",
                                "error",
                                "-show_entries",
                                "format=duration",
                                "-of",
                                "csv=p=0",
                                file.toString())
                        .get(0));
        List<Integer> numbers =
                Player.decode(folder, file.toString(), 3, "-ss", SOUGHT + ".5").numbers();
        assertEquals(List.of(wanted(1800.5), wanted(1800.5) + 1, wanted(1800.5) + 2), numbers);
        Path shown = folder.resolve("vlc.y4m");
        Player.vlc(folder, shown, "--start-time=" + SOUGHT, "--run-time=1", file.toString());
        List<Integer> byVlc = FrameNumber.allOfY4m(Files.readAllBytes(shown), 640, 360);
        assertEquals(wanted(SOUGHT), byVlc.get(0), 2, byVlc::toString);
        Player mpv = Player.run(
                folder,
                "mpv",
                "--no-config",
                "--no-audio",
                "--start=" + SOUGHT,
                "--frames=1",
                "--o=" + folder.resolve("mpv.gray"),
                "--of=rawvideo",
                "--ovc=rawvideo",
                "--vf=scale=" + Player.WIDTH + ":" + Player.HEIGHT + ",format=gray",
                file.toString());
        assertEquals(0, mpv.exitCode(), mpv::complaints);
        List<Integer> byMpv =
                FrameNumber.all(Files.readAllBytes(folder.resolve("mpv.gray")), Player.WIDTH, Player.HEIGHT);
        assertEquals(wanted(SOUGHT), byMpv.get(0), 1, byMpv::toString);
    }

    @Test
    void hour_isSoughtInByGStreamer() throws Exception {
        Path shown = folder.resolve("gst.gray");
        List<String> said = Tool.lines(
                "src/test/rig/gst-seek",
                hour().toString(),
                String.valueOf(SOUGHT),
                String.valueOf(Player.WIDTH),
                String.valueOf(Player.HEIGHT),
                shown.toString());
        assertEquals(List.of("3600000000000"), said);
        List<Integer> numbers = FrameNumber.all(Files.readAllBytes(shown), Player.WIDTH, Player.HEIGHT);
        assertEquals(List.of(wanted(SOUGHT), wanted(SOUGHT) + 1, wanted(SOUGHT) + 2), numbers.subList(0, 3));
    }

    @Test
    void page_seeksByTheTimeLine() throws Exception {
        Path file = hour();
        long startMillis = Math.floorDiv(RecordedFile.head(file).orElseThrow().startMicros(), 1000);
        Path configuration = Files.writeString(
                folder.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1 }\nrecord: { keep-free: 0% }\ncameras:\n  front:\n    demo: true\n"
                        + "    record: { when: button, path: " + folder + "/%camera/%F-%H-%M-%S.mp4 }\n");
        PerchConfig config = PerchConfig.load(configuration);
        try (PerchServer server = PerchServer.start(config, folder.resolve("work"))) {
            try (Browser chromium = Chromium.window()) {
                page(server, chromium, startMillis);
            }
            try (Browser firefox = Firefox.window()) {
                page(server, firefox, startMillis);
            }
        }
    }

    private void page(PerchServer server, Browser browser, long startMillis) throws Exception {
        browser.open(server.address("front/recordings/#" + Instant.ofEpochMilli(startMillis + SOUGHT * 1000L)));
        Await.until(20, () -> duration(browser) > 0, () -> browser.name() + ": nothing plays");
        assertEquals(SECONDS, duration(browser), 0.001, browser.name());
        browser.run("document.querySelector('video').pause()");
        for (int second : new int[] {600, 3000, 90}) {
            browser.run("""
                    const video = document.querySelector('video');
                    video.currentTime = arguments[0] + 0.01;
                    """, second);
            Await.until(
                    20,
                    () -> Painted.number(browser, "video") == wanted(second),
                    () -> browser.name() + " at " + second + " shows " + Painted.number(browser, "video") + ", not "
                            + wanted(second));
        }
        double chosen = number(browser, """
                const line = document.querySelector('[data-line]');
                line.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
                return document.querySelector('video').currentTime;
                """);
        assertEquals(100, chosen, 0.5, browser.name() + ": ten seconds on by the keyboard");
        assertEquals(1, number(browser, "return document.querySelectorAll('[data-files] tr').length"), browser.name());
        Files.write(
                Path.of("target", "recordings-" + browser.name().replaceAll("[^A-Za-z].*", "") + ".png"),
                browser.screenshot());
    }

    private static double duration(Browser browser) {
        return number(browser, "return document.querySelector('video').duration || 0");
    }

    private static double number(Browser browser, String script) {
        Object value = browser.run(script);
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
