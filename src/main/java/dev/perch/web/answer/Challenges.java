package dev.perch.web.answer;

import dev.perch.access.Verdict;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Asks who the caller is: a person by the login page, a program by 401. */
public final class Challenges {
    private static final int TOO_MANY_REQUESTS = 429;

    private Challenges() {}

    /** Answers {@code request} with {@code challenge}. */
    public static void answer(Verdict.Challenge challenge, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (challenge.waitSeconds() > 0) {
            response.setHeader("Retry-After", String.valueOf(challenge.waitSeconds()));
            Problem.of(TOO_MANY_REQUESTS, "Too many attempts", challenge.sentence())
                    .with(Problem.RETRY_AFTER, challenge.waitSeconds())
                    .answer(request, response);
        } else if (ProblemForm.of(request).forPeople() && request.getMethod().equals("GET")) {
            toLogin(request, response);
        } else {
            response.setHeader("WWW-Authenticate", scheme(request));
            Problem.of(HttpServletResponse.SC_UNAUTHORIZED, "Who is there?", challenge.sentence())
                    .answer(request, response);
        }
    }

    /**
     * Returns the authentication scheme to offer. Browsers are not offered Basic (RFC 7617), because they would open a password window for each
     * picture.
     */
    private static String scheme(HttpServletRequest request) {
        boolean browser = String.valueOf(request.getHeader("User-Agent")).startsWith("Mozilla/");
        return (browser ? "Bearer" : "Basic") + " realm=\"Perch\"" + (browser ? "" : ", charset=\"UTF-8\"");
    }

    private static void toLogin(HttpServletRequest request, HttpServletResponse response) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        String to = path.startsWith("/") ? path.substring(1) + query : "";
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        Headers.media(response::setHeader);
        response.setHeader(
                "Location",
                ProblemForm.root(request) + "login"
                        + (to.isEmpty() ? "" : "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8)));
    }
}
