package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
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

    /** The realm of Tomcat's own server.xml, with the users of its own file. */
    @Test
    void realm_knowsWhoMayWhat() throws Exception {
        Files.createDirectory(base.resolve("conf"));
        Files.writeString(base.resolve("conf/tomcat-users.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <tomcat-users xmlns="http://tomcat.apache.org/xml" version="1.0">
                  <role rolename="perch-viewer"/>
                  <role rolename="perch-operator"/>
                  <role rolename="perch-publisher"/>
                  <user username="vera" password="correct horse" roles="perch-viewer"/>
                  <user username="otto" password="correct horse" roles="perch-operator"/>
                  <user username="paul" password="correct horse" roles="perch-publisher"/>
                  <user username="mona" password="correct horse" roles="manager-gui"/>
                </tomcat-users>
                """);
        try (StockTomcat tomcat = StockTomcat.start(
                base,
                StockTomcat.stockConnector(),
                "access: { users: container }\ncameras: { front: { demo: true }, brought: { publish: true } }\n")) {
            tomcat.deploy(RunningPerch.war(), "cams");
            URI cams = tomcat.address("cams");
            String nobody = "";
            String snapshot = "GET front/snapshot.jpg";
            String links = "POST front/links";
            String publish = "PUT brought/publish";
            assertEquals(401, status(cams, nobody, snapshot));
            assertEquals(200, status(cams, "vera:correct horse", snapshot));
            assertEquals(403, status(cams, "vera:correct horse", links));
            assertEquals(403, status(cams, "vera:correct horse", publish));
            assertEquals(200, status(cams, "otto:correct horse", snapshot));
            assertEquals(201, status(cams, "otto:correct horse", links));
            assertEquals(403, status(cams, "otto:correct horse", publish));
            assertEquals(403, status(cams, "paul:correct horse", snapshot));
            assertEquals(403, status(cams, "paul:correct horse", links));
            assertEquals(415, status(cams, "paul:correct horse", publish), "let in, and told that this is no stream");
            assertEquals(403, status(cams, "mona:correct horse", snapshot), "a user of something else");
            assertEquals(401, status(cams, "vera:wrong", snapshot));
            assertFalse(tomcat.log().contains("SEVERE"), tomcat::log);
            assertFalse(tomcat.log().contains("correct horse"), tomcat::log);
        }
    }

    /** Asks for "METHOD path" with name and password by Basic, if there are some. */
    private static int status(URI cams, String user, String wish) throws Exception {
        int space = wish.indexOf(' ');
        String method = wish.substring(0, space);
        HttpRequest.Builder request = HttpRequest.newBuilder(cams.resolve(wish.substring(space + 1)))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (!user.isEmpty()) {
            String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + basic);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static HttpResponse<String> get(URI address) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
