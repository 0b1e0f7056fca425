package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.DemoServer;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pictures that are made for those who ask for them: shared, bounded and gone with their last viewer. Needs libturbojpeg. */
@Tag("players")
@Timeout(60)
class DerivedPicturesTest {
    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(SERVER.address(path)))
                .timeout(Duration.ofSeconds(15))
                .build();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    /** A viewer who has got something. */
    private static InputStream watch(String path) throws Exception {
        HttpResponse<InputStream> answer = HTTP.send(request(path), HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().read() >= 0);
        return answer.body();
    }

    private static String stats() {
        try {
            return get("stats").body();
        } catch (Exception unreachable) {
            throw new AssertionError(unreachable);
        }
    }

    private static void awaitNone() {
        Await.until(10.0, () -> !stats().contains("width="), DerivedPicturesTest::stats);
    }

    @Test
    void picture_isMadeOnceForAll_andEndsWithItsLastViewer() throws Exception {
        String name = "\"main,width=160,quality=50 JPEG\"";
        try (InputStream one = watch("stream.mjpg?width=160&quality=50");
                InputStream other = watch("demo/stream.mjpg?quality=50&width=160&fps=5")) {
            String told = stats();
            String feed = told.substring(told.indexOf(name));
            assertTrue(feed.substring(0, feed.indexOf('}')).contains("\"viewers\":2"), told);
            assertEquals(2, told.split(name, -1).length - 1, "a feed and a derivation: " + told);
            assertTrue(one != other);
        }
        awaitNone();
    }

    @Test
    void fifth_isRefused_whileFourAreWatched_andWhoeverAsksForOneOfThemIsNot() throws Exception {
        List<InputStream> four = new ArrayList<>();
        for (int width = 100; width < 180; width += 20) {
            four.add(watch("stream.mjpg?width=" + width));
        }
        HttpResponse<String> refused = get("snapshot.jpg?width=180");
        assertEquals(503, refused.statusCode());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        assertTrue(refused.body().contains("At most 4 derived pictures"), refused.body());
        assertTrue(refused.body().contains("demo main,width=160"), refused.body());
        assertEquals(200, get("snapshot.jpg?width=160").statusCode());
        for (InputStream viewer : four) {
            viewer.close();
        }
        awaitNone();
        assertEquals(
                180,
                ImageIO.read(URI.create(SERVER.address("snapshot.jpg?width=180"))
                                .toURL())
                        .getWidth());
    }

    @Test
    void wrongValues_areRefused_andSayWhatIsAccepted() throws Exception {
        for (String wrong : List.of(
                "width=15",
                "width=33",
                "width=100000",
                "width=x",
                "quality=0",
                "quality=1.5",
                "quality=101",
                "rotate=45",
                "rotate=-90")) {
            HttpResponse<String> answer = get("snapshot.jpg?" + wrong);
            assertEquals(400, answer.statusCode(), wrong);
            String said = wrong + " is not accepted: " + wrong.substring(0, wrong.indexOf('=')) + " is ";
            assertTrue(answer.body().contains(said), answer.body());
        }
        watch("stream.mp4?width=15&quality=high").close(); // which means nothing there
        watch("stream.mjpg").close(); // the width is known by then
        String body = get("snapshot.jpg?width=4000").body();
        assertTrue(body.contains("from 16 to 640"), body);
    }
}
