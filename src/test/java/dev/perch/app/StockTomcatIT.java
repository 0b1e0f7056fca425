package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WAR in Debian's own tomcat10, under {@code /cams}. */
@Tag("tomcat")
class StockTomcatIT {
    @TempDir
    Path base;

    @Test
    void deploy_servesItsPages() throws Exception {
        try (StockTomcat tomcat =
                StockTomcat.start(base, StockTomcat.stockConnector(), "cameras: { demo: { demo: true } }\n")) {
            tomcat.deploy(RunningPerch.war(), "cams");
            HttpResponse<String> page = get(tomcat.address("cams"));
            assertEquals(200, page.statusCode(), page::body);
            assertTrue(page.body().contains("Perch"), page::body);
            assertEquals(
                    404, get(tomcat.address("cams").resolve("WEB-INF/web.xml")).statusCode());
            assertFalse(tomcat.log().contains("SEVERE"), tomcat::log);
        }
    }

    @Test
    void deploy_withErrorsInTheConfiguration_logsThemAndAnswers503() throws Exception {
        try (StockTomcat tomcat = StockTomcat.start(
                base, StockTomcat.stockConnector(), "cameras: { demo: { demo: true, sise: 1x1 } }\n")) {
            tomcat.deploy(RunningPerch.war(), "cams");
            HttpResponse<String> answer = get(tomcat.address("cams"));
            assertEquals(503, answer.statusCode(), answer::body);
            assertTrue(answer.body().contains("perch.yml:1:"), answer::body);
            assertEquals(503, get(tomcat.address("cams").resolve("stream.mp4")).statusCode());
            assertTrue(tomcat.log().contains("perch.yml:1:"), tomcat::log);
            assertFalse(tomcat.log().contains("\tat "), tomcat::log);
        }
    }

    private static HttpResponse<String> get(URI address) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
