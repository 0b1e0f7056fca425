package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.media.Bytes;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of every kind in a container that is often not ready, and lets nobody write who has not asked. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class StrictContainerTest {
    private static final DemoFrames DEMO = DemoFrames.all();

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void everyAnswer_isWhole_andAsksBeforeEachWriteAndFlush(long seed) throws Exception {
        try (StrictFilter strict = new StrictFilter(seed)) {
            try (PerchServer server = PerchServer.of(pool, camera)
                    .output("servlet")
                    .pages()
                    .besideServlets(servlets -> {
                        FilterRegistration.Dynamic filter = servlets.addFilter("strict", strict);
                        filter.setAsyncSupported(true);
                        filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
                    })
                    .start(work)) {
                assertLiveAnswersAreWhole(server);
                assertSegmentsAreWhole(server);
                assertTrue(body(server, "/static/perch.css").length > 1000);
                assertTrue(text(server, "/stats").endsWith("}"));
                assertTrue(text(server, "/").endsWith("</html>\n"));
                assertEquals(404, server.get("none/stream.mp4").statusCode());
                assertEquals(400, server.get("fake/stream.mp4?duration=never").statusCode());
            }
            assertEquals(List.of(), List.copyOf(strict.offences()));
        }
        Await.allGivenBack(pool);
    }

    private static void assertLiveAnswersAreWhole(PerchServer server) throws Exception {
        assertTrue(DEMO.number(Bytes.copyOf(body(server, "/fake/snapshot.jpg"))) >= 0);
        MultipartBody parts =
                MultipartBody.ending(new ByteArrayInputStream(body(server, "/fake/stream.mjpg?duration=3")));
        int count = 0;
        for (; !parts.atEnd(); count++) {
            assertTrue(DEMO.number(parts.next().jpeg()) >= 0);
        }
        assertTrue(count >= 2, "parts=" + count);
        assertConsecutive(NalUnits.accessUnits(NalUnits.ofAnnexB(body(server, "/fake/stream.h264?duration=1"))).stream()
                .map(DEMO::number)
                .toList());
        Mp4Body mp4 = new Mp4Body(new ByteArrayInputStream(body(server, "/fake/stream.mp4?duration=1")));
        mp4.init();
        List<Integer> numbers = new ArrayList<>();
        for (var fragment = mp4.next(); fragment.isPresent(); fragment = mp4.next()) {
            numbers.add(DEMO.number(fragment.get().nals()));
        }
        assertConsecutive(numbers);
    }

    /** Or, where a busy machine makes the source itself late, a key frame. */
    private static void assertConsecutive(List<Integer> numbers) {
        assertTrue(numbers.size() >= 5, numbers::toString);
        for (int i = 1; i < numbers.size(); i++) {
            int step = DEMO.distance(numbers.get(i - 1), numbers.get(i));
            assertTrue(step == 1 || numbers.get(i) % 30 == 0, numbers::toString);
        }
    }

    /** A segment that is whole, and the one that is being made while it is sent, by its parts. */
    private static void assertSegmentsAreWhole(PerchServer server) throws Exception {
        String playlist = text(server, "/fake/hls/stream.m3u8");
        List<String> addresses = playlist.lines()
                .filter(line -> line.contains("URI=") || line.endsWith(".m4s"))
                .map(line -> line.replaceFirst(".*URI=\"([^\"]*)\".*", "$1"))
                .toList();
        assertTrue(addresses.size() > 2, playlist);
        for (String address : addresses.subList(0, Math.min(8, addresses.size()))) {
            byte[] bytes = body(server, "/fake/hls/" + address);
            int at = 0;
            while (at < bytes.length) { // whole boxes
                at += (bytes[at] & 0xff) << 24
                        | (bytes[at + 1] & 0xff) << 16
                        | (bytes[at + 2] & 0xff) << 8
                        | (bytes[at + 3] & 0xff);
            }
            assertEquals(bytes.length, at, address);
        }
    }

    private static byte[] body(PerchServer server, String path) throws IOException {
        var connection = server.address().resolve(path).toURL().openConnection();
        connection.setReadTimeout(20_000);
        try (var in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }

    private static String text(PerchServer server, String path) throws IOException {
        return new String(body(server, path), StandardCharsets.UTF_8);
    }
}
