package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.NalUnits;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openqa.selenium.Dimension;

/** A Chromium that shows the wall with a camera of each technique and is then stopped, as if its machine slept, with a server of its own. */
final class SleepingChromium implements AutoCloseable {
    private static final List<String> TECHNIQUES = List.of("webcodecs", "mse", "video", "mjpeg");

    private final PerchServer server;
    private final Chromium browser;
    private final List<ProcessHandle> processes;
    private final long asleepSinceNanos;

    private SleepingChromium(PerchServer server, Chromium browser, List<ProcessHandle> processes) throws IOException {
        this.server = server;
        this.browser = browser;
        this.processes = processes;
        signal("STOP");
        this.asleepSinceNanos = System.nanoTime();
    }

    /**
     * Starts it and lets it fall asleep once it shows all four.
     *
     * @param folder for its profile and the server
     */
    static SleepingChromium start(Path folder) throws Exception {
        List<ProcessHandle> others = chromiums();
        Chromium browser = Chromium.start(folder);
        PerchServer server = PerchServer.start(
                PerchServer.config(TECHNIQUES.stream().map(TestCameras::demo).toArray(CameraConfig[]::new)), folder);
        browser.driver().manage().window().setSize(new Dimension(1600, 2000)); // all four in sight
        browser.open("http://127.0.0.1:" + server.port() + "/");
        for (String technique : TECHNIQUES) {
            String card = card(technique);
            Await.until(
                    10,
                    () -> PlayerPagePlayersTest.choose(browser, card, technique),
                    () -> "no button for " + technique);
            Await.until(15, () -> number(browser, card) >= 0, () -> card + " shows nothing");
        }
        List<ProcessHandle> processes = new ArrayList<>(chromiums());
        processes.removeAll(others);
        assertTrue(processes.size() > 2, processes::toString);
        return new SleepingChromium(server, browser, processes);
    }

    private static List<ProcessHandle> chromiums() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").contains("chromium/chromium"))
                .toList();
    }

    /** Waits until it has slept for a minute. */
    void awaitMinute() {
        for (long left = leftNanos(); left > 0; left = leftNanos()) {
            LockSupport.parkNanos(left);
        }
    }

    private long leftNanos() {
        return asleepSinceNanos + TimeUnit.SECONDS.toNanos(60) - System.nanoTime();
    }

    /** Wakes it and returns how many seconds it takes until all four are at the live edge. */
    double wakeAndAwaitLive() throws IOException {
        signal("CONT");
        long awake = System.nanoTime();
        Await.until(8, () -> TECHNIQUES.stream().allMatch(this::live), () -> "late: " + lateness());
        return (System.nanoTime() - awake) / 1e9;
    }

    private void signal(String name) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String card(String camera) {
        return "[data-camera=" + camera + "]";
    }

    private static int number(Chromium browser, String card) {
        return Painted.number(browser, card + " canvas, " + card + " video:not([data-first])");
    }

    /** How many frames the picture is behind the demo's newest. */
    private int behind(String camera) {
        int shown = number(browser, card(camera));
        try (Answer answer = Answer.get(server.port(), "/" + camera + "/stream.h264")) {
            // what there is since the last key frame comes first: the newest is behind it
            NalUnits.LiveStream stream = new NalUnits.LiveStream(answer.body());
            int newest = DemoFrames.all().number(stream.next());
            return shown < 0 ? Integer.MAX_VALUE : DemoFrames.all().distance(newest, shown);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /** What is shown is of the newest GOP, or at most half a second older. */
    private boolean live(String camera) {
        int ahead = behind(camera);
        return ahead < 90 || (ahead >= DemoFrames.all().frames() - 15 && ahead != Integer.MAX_VALUE);
    }

    private String lateness() {
        return TECHNIQUES.stream()
                .map(camera -> camera + " " + behind(camera))
                .toList()
                .toString();
    }

    @Override
    public void close() throws IOException {
        signal("CONT");
        browser.close();
        server.close();
    }
}
