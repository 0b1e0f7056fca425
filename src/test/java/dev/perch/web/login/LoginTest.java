package dev.perch.web.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.UserFile;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestUsers;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes by HTTP tells who it is: tools by Basic, people by the login page and its cookie. */
class LoginTest {
    private static final String PEOPLE = "Accept: text/html,*/*;q=0.8";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    @TempDir
    private Path folder;

    private PerchServer server;

    @SuppressWarnings("NullAway.Init") // made before each test
    LoginTest() {}

    @BeforeEach
    void start() throws Exception {
        Path users = folder.resolve("users");
        UserFile.empty()
                .with(TestUsers.user("ann", 1, "viewer", "correct horse"))
                .with(TestUsers.user("bob", 1, "operator", "battery: staple"))
                .write(users);
        Path file = folder.resolve("perch.yml");
        Files.writeString(
                file,
                "server: {address: 127.0.0.1, port: 0, trusted-proxies: [127.0.0.1]}\naccess: {users: " + users
                        + "}\ncameras: {front: {demo: true}}\n");
        server = PerchServer.start(PerchConfig.load(file), Files.createDirectory(folder.resolve("work")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String basic(String text) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private int status(String method, String target, String... headers) throws IOException {
        try (Socket socket = Answer.ask(server.port(), method, target, "1.1", headers);
                Answer answer = Answer.of(socket)) {
            return answer.status();
        }
    }

    private Answer post(String target, String body, String... headers) throws IOException {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = FORM;
        all[1] = "Content-Length: " + body.length();
        Socket socket = Answer.ask(server.port(), "POST", target, "1.1", all);
        socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        return Answer.of(socket);
    }

    private static String form(String user, String password, String to) {
        return "user=" + user + "&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8) + "&to="
                + URLEncoder.encode(to, StandardCharsets.UTF_8);
    }

    private String cookie(String user, String password) throws IOException {
        try (Answer answer = post("/login", form(user, password, ""))) {
            return "Cookie: other=1; "
                    + String.valueOf(answer.header("Set-Cookie")).replaceFirst(";.*", "");
        }
    }

    // ---- tools

    @Test
    void tool_isAskedForANameAndAPassword_andMaySendThemAtOnce() throws Exception {
        try (Answer answer = Answer.get(server.port(), "/front/stream.mjpg")) {
            assertEquals(401, answer.status());
            assertEquals("Basic realm=\"Perch\", charset=\"UTF-8\"", answer.header("WWW-Authenticate"));
        }
        assertEquals(200, status("GET", "/front/stream.mjpg", basic("ann:correct horse")));
        assertEquals(200, status("GET", "/stats", basic("bob:battery: staple")));
        assertEquals(401, status("GET", "/stats", basic("ann:wrong")));
        assertEquals(401, status("GET", "/stats", basic("eve:correct horse")));
        assertEquals(401, status("GET", "/stats", "Authorization: Basic %%%"));
        assertEquals(403, status("PUT", "/front/controls", basic("ann:correct horse"), "Content-Length: 2"));
        assertEquals(401, status("PUT", "/front/controls", "Content-Length: 2"));
    }

    /** A window in which a browser asks by itself knows no logging out, and comes once for each picture. */
    @Test
    void browsersScriptsAndPictures_areNotAskedByAWindow() throws Exception {
        try (Answer answer =
                Answer.get(server.port(), "/front/snapshot.jpg", "User-Agent: Mozilla/5.0 (X11)", "Accept: image/*")) {
            assertEquals(401, answer.status());
            assertEquals("Bearer realm=\"Perch\"", answer.header("WWW-Authenticate"));
        }
    }

    @Test
    void guesses_waitLongerAndLonger() throws Exception {
        int waits = 0;
        for (int i = 0; i < 6; i++) {
            waits += status("GET", "/stats", basic("eve:" + i)) == 429 ? 1 : 0;
        }
        assertTrue(waits >= 1, waits + " had to wait");
        try (Answer answer = Answer.get(server.port(), "/stats", basic("eve:x"))) {
            assertEquals(429, answer.status());
            assertTrue(Integer.parseInt(String.valueOf(answer.header("Retry-After"))) >= 1);
        }
    }

    // ---- people

    @Test
    void person_isLedToTheLoginPage_andBack() throws Exception {
        try (Answer answer = Answer.get(server.port(), "/front/?technique=mse", PEOPLE)) {
            assertEquals(303, answer.status());
            assertEquals("../login?to=front%2F%3Ftechnique%3Dmse", answer.header("Location"));
        }
        try (Answer answer = Answer.get(server.port(), "/login?to=front%2F%3Ftechnique%3Dmse", PEOPLE)) {
            assertEquals(200, answer.status());
            assertTrue(String.valueOf(answer.header("Content-Security-Policy"))
                    .contains("form-action 'self'; frame-ancestors 'none'"));
            assertTrue(answer.text().contains("name=\"to\" value=\"front/?technique=mse\""));
        }
        try (Answer answer = post("/login", form("ann", "correct horse", "front/?technique=mse"))) {
            assertEquals(303, answer.status());
            assertEquals("./front/?technique=mse", answer.header("Location"));
            String cookie = String.valueOf(answer.header("Set-Cookie"));
            assertTrue(cookie.matches("perch=[A-Za-z0-9_.-]+; Max-Age=2592000; HttpOnly; SameSite=Lax"), cookie);
        }
    }

    @Test
    void cookie_standsForTheUser_untilItIsAltered() throws Exception {
        String cookie = cookie("ann", "correct horse");
        assertEquals(200, status("GET", "/front/", PEOPLE, cookie));
        assertEquals(200, status("GET", "/front/stream.mp4", cookie));
        assertEquals(403, status("PUT", "/front/controls", cookie, "Content-Length: 2"));
        assertEquals(401, status("GET", "/front/stream.mp4", cookie + "A"));
        String operators = cookie("bob", "battery: staple");
        assertFalse(status("PUT", "/front/controls", operators, "Content-Length: 0") == 403);
    }

    @Test
    void loginByAWrongPassword_saysNoMoreThanThat() throws Exception {
        String known;
        try (Answer answer = post("/login", form("ann", "wrong", "front/"))) {
            assertEquals(403, answer.status());
            known = answer.text();
        }
        try (Answer answer = post("/login", form("eve", "wrong", "front/"))) {
            assertEquals(403, answer.status());
            assertEquals(known, answer.text());
        }
        assertTrue(known.contains("That is no user with this password."), known);
    }

    /** The form and what it says of an attempt are in the first language that the browser prefers and that there is; without one, English. */
    @ParameterizedTest
    @CsvSource({
        "'de-AT,de;q=0.9,en;q=0.5', de, Passwort, Diesen Namen",
        "'fr,de;q=0.8,en;q=0.7', de, Passwort, Diesen Namen",
        "'en-GB,de;q=0.9', en, Password, That is no user",
        "'de;q=0.2,en', en, Password, That is no user",
        "fr, en, Password, That is no user",
        "'', en, Password, That is no user"
    })
    void page_speaksTheBrowsersLanguage(String preferred, String language, String label, String trouble)
            throws Exception {
        String header = preferred.isEmpty() ? "X-None: 1" : "Accept-Language: " + preferred;
        try (Answer answer = Answer.get(server.port(), "/login", PEOPLE, header)) {
            String html = answer.text();
            assertTrue(
                    html.contains("<html lang=\"" + language + "\">") && html.contains(">" + label + "</label>"), html);
        }
        try (Answer answer = post("/login", form("ann", "wrong " + preferred, ""), header)) {
            assertTrue(answer.text().contains("<p role=\"alert\">" + trouble), preferred);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "..%2f\""})
    void login_leadsNowhereElse(String to) throws Exception {
        try (Answer answer = post("/login", form("ann", "correct horse", to))) {
            assertEquals("./", answer.header("Location"), to);
        }
    }

    @Test
    void pageOfAnotherSite_logsNobodyInOrOut_andChangesNothing() throws Exception {
        String evil = "Origin: https://evil.example";
        try (Answer answer = post("/login", form("ann", "correct horse", ""), evil)) {
            assertEquals(403, answer.status());
        }
        String cookie = cookie("bob", "battery: staple");
        assertEquals(403, status("PUT", "/front/controls", cookie, evil, "Content-Length: 2"));
        assertEquals(403, status("POST", "/logout", cookie, evil, "Content-Length: 0"));
        try (Answer answer = post("/logout", "", cookie)) {
            assertEquals(303, answer.status());
            assertTrue(String.valueOf(answer.header("Set-Cookie")).startsWith("perch=; Max-Age=0;"));
        }
    }

    /** A body that does not come holds one thread of one address, not all. */
    @Test
    void slowForm_keepsItsAddressFromSendingMore_andNotOthers() throws Exception {
        try (Socket slow = Answer.ask(server.port(), "POST", "/login", "1.1", FORM, "Content-Length: 100")) {
            slow.getOutputStream().write("user=".getBytes(StandardCharsets.US_ASCII));
            Await.until(10, () -> statusOfALogin() == 503, () -> "more forms of one address are read");
            assertEquals(403, statusOfALogin("X-Forwarded-For: 203.0.113.9"));
        }
        Await.until(10, () -> statusOfALogin() == 403, () -> "the form before is still awaited");
    }

    private int statusOfALogin(String... headers) {
        try (Answer answer = post("/login", "to=front", headers)) {
            return answer.status();
        } catch (IOException notNow) {
            return -1;
        }
    }

    /** Only a browser that has logged in is offered to log out, from each page. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/front/", "/front/compare", "/system"})
    void page_offersToLogOut_whoHasLoggedIn(String page) throws Exception {
        String form = "<form class=\"leave\" method=\"post\" action=\"" + (page.startsWith("/front") ? "../" : "")
                + "logout\">";
        for (String login : new String[] {cookie("ann", "correct horse"), basic("ann:correct horse")}) {
            try (Socket socket = Answer.ask(server.port(), "GET", page, "1.1", PEOPLE, login);
                    Answer answer = Answer.of(socket)) {
                String html = answer.text();
                assertEquals(login.startsWith("Cookie"), html.contains(form), html);
            }
        }
    }

    /** The configuration with its origins is for operators; who may only watch is neither told of the page nor shown it. */
    @Test
    void configuration_isForOperators() throws Exception {
        String operators = cookie("bob", "battery: staple");
        try (Socket socket = Answer.ask(server.port(), "GET", "/system/configuration", "1.1", PEOPLE, operators);
                Answer answer = Answer.of(socket)) {
            String html = answer.text();
            assertTrue(
                    html.contains("<code>cameras.front.demo</code></th><td>true</td><td><span>line</span> <span>3"),
                    html);
            assertTrue(html.contains("<code>cameras.front.linger</code></th><td>10s</td><td><span>default"), html);
        }
        String viewers = cookie("ann", "correct horse");
        assertEquals(403, status("GET", "/system/configuration", PEOPLE, viewers));
        assertEquals(303, status("GET", "/system/configuration", PEOPLE));
        for (String login : new String[] {operators, viewers}) {
            try (Socket socket = Answer.ask(server.port(), "GET", "/system", "1.1", PEOPLE, login);
                    Answer answer = Answer.of(socket)) {
                assertEquals(login.equals(operators), answer.text().contains("href=\"system/configuration\""), login);
            }
        }
    }

    /** Without encryption a browser does not tell what page has it ask, and sends the cookie all the same. */
    @Test
    void commandByGet_ofNobodyKnowsWhatPage_isNotTheCookiesUsers() throws Exception {
        String command = "/?action=command&dest=0&plugin=0&id=9963776&group=1&value=5";
        String cookie = cookie("bob", "battery: staple");
        assertEquals(403, status("GET", command, cookie));
        assertEquals(403, status("GET", command, cookie, "Referer: http://evil.example/"));
        String own = "Referer: http://127.0.0.1:" + server.port() + "/front/";
        assertFalse(status("GET", command, cookie, own, "Host: 127.0.0.1:" + server.port()) == 403);
        assertFalse(status("GET", command, cookie, "Sec-Fetch-Site: same-origin") == 403);
        assertFalse(status("GET", command, basic("bob:battery: staple")) == 403);
    }

    @Test
    void cookieOfAnEncryptedLogin_isSecure() throws Exception {
        try (Answer answer = post(
                "/login",
                form("ann", "correct horse", ""),
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-Proto: https")) {
            assertTrue(String.valueOf(answer.header("Set-Cookie")).endsWith("; Secure"));
        }
    }
}
