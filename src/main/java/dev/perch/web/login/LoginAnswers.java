package dev.perch.web.login;

import dev.perch.access.Action;
import dev.perch.access.Caller;
import dev.perch.access.Users;
import dev.perch.audience.AddressShares;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.ShortBody;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.function.Predicate;

/** Answers /login and /logout, if users have names: the page, the browser's cookie, and its end. */
public final class LoginAnswers {
    private static final int MAX_BODY_BYTES = 4 << 10;
    private static final int TOO_MANY_REQUESTS = 429;

    /** An address below the program's root, which cannot lead to another site. */
    private static final String INSIDE = "[A-Za-z0-9][A-Za-z0-9/._~?=&%+,-]{0,1000}";

    /** How long a form may take: it comes in one piece, or is given up. */
    private static final int BUSY_SECONDS = 2;

    private static final LoginPage.Trouble OUTSIDE = new LoginPage.Trouble(
            "access.play of perch.yml lets nobody in from here.",
            "access.play in perch.yml lässt von hier niemanden ein.");
    private static final LoginPage.Trouble BUSY = new LoginPage.Trouble(
            "Others log in just now. Try again.", "Gerade melden sich andere an. Bitte noch einmal versuchen.");
    private static final LoginPage.Trouble WRONG = new LoginPage.Trouble(
            "That is no user with this password.", "Diesen Namen mit diesem Passwort gibt es nicht.");

    /** The most request threads, of eight, that read forms. */
    private static final int MOST_AT_ONCE = 2;

    private final Users users;
    private final Predicate<Caller> near;
    private final Callers callers;
    private final Set<String> reading = new HashSet<>(); // the networks whose forms are being read; guarded by itself

    /**
     * Creates the answers.
     *
     * @param near tells whether a caller's address may log in at all
     */
    public LoginAnswers(Users users, Predicate<Caller> near, Callers callers) {
        this.users = users;
        this.near = near;
        this.callers = callers;
    }

    /** Returns the routes. */
    public List<Route> routes() {
        return List.of(
                Route.get("/login", Action.GREET, this::page),
                Route.post("/login", Action.GREET, this::login),
                Route.post("/logout", Action.GREET, this::logout));
    }

    private void page(Exchange exchange) throws IOException {
        String to = exchange.request().getParameter("to");
        show(HttpServletResponse.SC_OK, LoginPage.Trouble.NONE, to == null ? "" : to, exchange);
    }

    private void login(Exchange exchange) throws IOException {
        if (!near.test(callers.of(exchange.request()))) {
            RequestBody.leaveUnread(exchange.request(), exchange.response());
            show(HttpServletResponse.SC_FORBIDDEN, OUTSIDE, "", exchange);
            return;
        }
        String network = callers.of(exchange.request())
                .address()
                .map(AddressShares::network)
                .orElse("");
        if (!begin(network)) {
            RequestBody.leaveUnread(exchange.request(), exchange.response());
            exchange.response().setHeader("Retry-After", String.valueOf(BUSY_SECONDS));
            show(HttpServletResponse.SC_SERVICE_UNAVAILABLE, BUSY, "", exchange);
            return;
        }
        Map<String, String> fields;
        try {
            fields = fields(ShortBody.read(exchange.request(), MAX_BODY_BYTES));
        } catch (Parameters.RefusedException refused) {
            RequestBody.leaveUnread(exchange.request(), exchange.response());
            LoginPage.Trouble malformed = LoginPage.Trouble.inEnglish(String.valueOf(refused.getMessage()));
            show(HttpServletResponse.SC_BAD_REQUEST, malformed, "", exchange);
            return;
        } finally {
            end(network);
        }
        login(fields, exchange);
    }

    /** Reserves a thread for a form, which may come slowly: a network that sends many at once gets no more threads. */
    private boolean begin(String network) {
        synchronized (reading) {
            return reading.size() < MOST_AT_ONCE && reading.add(network);
        }
    }

    private void end(String network) {
        synchronized (reading) {
            reading.remove(network);
        }
    }

    private void login(Map<String, String> fields, Exchange exchange) throws IOException {
        String to = fields.getOrDefault("to", "");
        Users.Login login = users.login(callers.of(
                exchange.request(), fields.getOrDefault("user", "").strip(), fields.getOrDefault("password", "")));
        if (login.cookie().isPresent()) {
            setCookie(login.cookie().get(), Users.COOKIE_SECONDS, exchange);
            redirect(to.matches(INSIDE) ? to : "", exchange.response());
        } else if (login.waitSeconds() > 0) {
            exchange.response().setHeader("Retry-After", String.valueOf(login.waitSeconds()));
            String waits = "Zu viele Versuche: Der nächste zählt in " + login.waitSeconds() + " s.";
            show(TOO_MANY_REQUESTS, new LoginPage.Trouble(login.trouble(), waits), to, exchange);
        } else {
            boolean wrong = login.trouble().equals(WRONG.english());
            show(
                    HttpServletResponse.SC_FORBIDDEN,
                    wrong ? WRONG : LoginPage.Trouble.inEnglish(login.trouble()),
                    to,
                    exchange);
        }
    }

    private void logout(Exchange exchange) throws IOException {
        RequestBody.leaveUnread(exchange.request(), exchange.response());
        setCookie("", 0, exchange);
        redirect("login", exchange.response());
    }

    /**
     * Sets the cookie for the folder of the program, which behind a proxy the browser knows better: it is the folder of the requested address (RFC
     * 6265 §5.1.4).
     */
    private void setCookie(String value, long maxAgeSeconds, Exchange exchange) {
        exchange.response()
                .setHeader(
                        "Set-Cookie",
                        Callers.COOKIE + "=" + value + "; Max-Age=" + maxAgeSeconds + "; HttpOnly; SameSite=Lax"
                                + (callers.secure(exchange.request()) ? "; Secure" : ""));
    }

    private static void redirect(String inside, HttpServletResponse response) {
        Headers.media(response::setHeader);
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", "./" + inside);
    }

    private static void show(int status, LoginPage.Trouble trouble, String to, Exchange exchange) throws IOException {
        boolean says = exchange.request().getHeader("Accept-Language")
                != null; // else a container takes its own language for the browser's
        LoginPage.Tongue tongue =
                LoginPage.Tongue.of(says ? Collections.list(exchange.request().getLocales()) : List.of());
        byte[] html =
                LoginPage.html(trouble, to.matches(INSIDE) ? to : "", tongue).getBytes(StandardCharsets.UTF_8);
        HttpServletResponse response = exchange.response();
        response.setStatus(status);
        Headers.media(response::setHeader);
        LoginPage.head(response::setHeader);
        response.setContentLength(html.length);
        response.getOutputStream().write(html);
    }

    /** Parses {@code application/x-www-form-urlencoded} (URL Standard §5.1). */
    private static Map<String, String> fields(String body) throws Parameters.RefusedException {
        Map<String, String> fields = new HashMap<>();
        StringTokenizer pairs = new StringTokenizer(body, "&");
        while (pairs.hasMoreTokens()) {
            String pair = pairs.nextToken();
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) throws Parameters.RefusedException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new Parameters.RefusedException("The form is not encoded as forms are.");
        }
    }
}
