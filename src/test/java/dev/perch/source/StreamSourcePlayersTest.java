package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Clock;
import dev.perch.media.RecordingSink.Frame;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.rtmp.RtmpNginx;
import dev.perch.testing.Await;
import dev.perch.testing.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of other machines, each from a real server, and ffmpeg's own inputs: picture and sound come, at the rate at which they are shown. */
@Tag("players")
@Execution(ExecutionMode.CONCURRENT) // they wait for what is played in real time
@Timeout(120)
class StreamSourcePlayersTest {
    private static final int PICTURES = 40;

    private final MemoryBudget budget = new MemoryBudget(8 << 20, "memory.budget");
    private final ArenaPool arenas = new ArenaPool(budget);
    private final FfmpegOutput output = new FfmpegOutput();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Process> servers = new ArrayList<>();
    private HttpServer http;

    @TempDir
    static Path folder;

    @BeforeAll
    static void clip() throws Exception {
        Tool.output(
                ("ffmpeg -v error -f lavfi -i testsrc2=s=160x120:r=25:d=4 -f lavfi -i sine=d=4 -c:v libx264 -preset ultrafast"
                                + " -g 25 -c:a aac -movflags +faststart " + folder.resolve("clip.mp4"))
                        .split(" ", -1));
        Tool.output(("ffmpeg -v error -i " + folder.resolve("clip.mp4")
                        + " -c copy -f hls -hls_time 1 -hls_list_size 0 " + folder.resolve("clip.m3u8"))
                .split(" ", -1));
    }

    @BeforeEach
    void serve() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process server : servers) {
            server.destroyForcibly().waitFor();
        }
        http.stop(0);
        threads.shutdownNow();
        assertEquals(0, budget.leasedBytes());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            String name = exchange.getRequestURI().getPath().substring(1);
            if (name.equals("live.ts")) {
                send("-f mpegts pipe:1").getInputStream().transferTo(out);
            } else {
                Files.copy(folder.resolve(name), out);
            }
        }
    }

    /** Recordings come quicker than they are shown, a live stream as it is made. */
    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "clip.m3u8", "live.ts"})
    void http(String name) throws Exception {
        String address = "http://127.0.0.1:" + http.getAddress().getPort() + "/" + name;
        play(SourceConfig.Url.of(address), /* held= */ !name.equals("live.ts"));
    }

    /** With a name in its place that shows no secret, and with one that is told by a list. */
    @Test
    void http_withPassword() throws Exception {
        String address = "http://joe:S3cr3t@127.0.0.1:" + http.getAddress().getPort() + "/clip.m3u8?token=S3cr3t";
        FfmpegSource source = play(SourceConfig.Url.of(address), /* held= */ true);
        assertEquals("http://127.0.0.1:" + http.getAddress().getPort() + "/clip.m3u8", source.description());
    }

    @Test
    void rtmp(@TempDir Path work) throws Exception {
        try (RtmpNginx nginx = RtmpNginx.start(work)) {
            String address = nginx.url("S3cr3tkey");
            send("-f flv " + address);
            FfmpegSource source = play(SourceConfig.Url.of(address), /* held= */ false);
            assertEquals(address.replace("S3cr3tkey", "***"), source.description());
        }
    }

    @Test
    void srt() throws Exception {
        int port = freePort();
        send("-f mpegts srt://127.0.0.1:" + port + "?mode=listener");
        play(SourceConfig.Url.of("srt://127.0.0.1:" + port), /* held= */ false);
    }

    @Test
    void udp() throws Exception {
        int port = freePort();
        send("-f mpegts udp://127.0.0.1:" + port + "?pkt_size=1316");
        play(SourceConfig.Url.of("udp://127.0.0.1:" + port), /* held= */ false);
    }

    @Test
    void tcp() throws Exception {
        int port = freePort();
        send("-f mpegts tcp://127.0.0.1:" + port + "?listen=1");
        Await.until(20, () -> listens(port), () -> "nothing listens at " + port);
        play(SourceConfig.Url.of("tcp://127.0.0.1:" + port), /* held= */ false);
    }

    /** It is looked up (proc(5), /proc/net/tcp), for the sender takes one connection only. */
    private static boolean listens(int port) {
        try {
            return Files.readString(Path.of("/proc/net/tcp"))
                    .contains(String.format(Locale.ROOT, ":%04X 00000000:0000 0A", port));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void rtp() throws Exception {
        int port = freePort();
        send("-f rtp_mpegts rtp://127.0.0.1:" + port);
        play(SourceConfig.Url.of("rtp://127.0.0.1:" + port), /* held= */ false);
    }

    /** A screen, here one in memory only. */
    @Test
    void screen() throws Exception {
        Process display = new ProcessBuilder(
                        "Xvfb", "-displayfd", "1", "-screen", "0", "320x240x24", "-nolisten", "tcp")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        servers.add(display);
        String number = new BufferedReader(new InputStreamReader(display.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        FfmpegSource source =
                source(SourceConfig.Ffmpeg.of(List.of("-f", "x11grab", "-framerate", "25", "-i", ":" + number)));
        play(source, /* held= */ false);
        assertEquals("ffmpeg encodes the picture (rawvideo) to H.264.", source.conversion());
        StreamConfig.H264 config = (StreamConfig.H264) output.picture.configs().get(0);
        assertEquals("320x240", config.width() + "x" + config.height());
    }

    @Test
    void anyInputOfFfmpeg() throws Exception {
        FfmpegSource source = source(SourceConfig.Ffmpeg.of(List.of("-f", "lavfi", "-i", "testsrc2=s=160x120:r=25")));
        assertEquals("ffmpeg", source.description());
        play(source, /* held= */ true);
        assertTrue(source.conversion().startsWith("ffmpeg encodes the picture ("), source.conversion());
    }

    /** Sends the clip again and again as it happens. */
    private synchronized Process send(String to) throws IOException {
        List<String> words = new ArrayList<>(
                List.of("ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", folder + "/clip.mp4"));
        words.addAll(List.of("-c", "copy"));
        words.addAll(List.of(to.split(" ", -1)));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        servers.add(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private FfmpegSource source(SourceConfig config) {
        return new FfmpegSource(CameraConfig.defaults("front", config), arenas, "ffmpeg", Clock.SYSTEM);
    }

    private FfmpegSource play(SourceConfig config, boolean held) throws Exception {
        FfmpegSource source = source(config);
        play(source, held);
        assertTrue(output.sounds() > 20, output.sounds() + " frames of sound");
        assertEquals("", source.conversion());
        return source;
    }

    /** Tries again as a camera does, where the server listens a moment later. */
    private void play(FfmpegSource source, boolean held) throws Exception {
        Source.Session session = source.start(output);
        output.awaitPictures(PICTURES);
        session.stop();
        assertEquals(Optional.empty(), output.awaitEnd());
        List<Frame> frames = output.picture.frames();
        long spanMillis = (frames.get(PICTURES - 1).time().decodeNanos()
                        - frames.get(0).time().decodeNanos())
                / 1_000_000;
        if (held) {
            assertTrue(spanMillis >= (PICTURES - 1) * 40 - 5, spanMillis + " ms");
        }
        for (int i = 1; i < frames.size(); i++) {
            assertTrue(
                    frames.get(i).time().decodeNanos()
                            > frames.get(i - 1).time().decodeNanos(),
                    "frame " + i);
        }
    }
}
