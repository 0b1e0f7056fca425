package dev.perch.web.answer;

import dev.perch.web.line.Head;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The form of an error for a client: a page for a person in a browser's window, {@code application/problem+json} for a program. */
public final class ProblemForm {
    /** The form for programs. */
    public static final ProblemForm JSON = new ProblemForm("", "");

    private final String root; // from the address to the program's root, such as ../; empty for JSON

    private final String ancestors; // the pages that may show this one in a frame

    private ProblemForm(String root, String ancestors) {
        this.root = root;
        this.ancestors = ancestors;
    }

    /**
     * Returns the form for {@code request}. A browser's window asks for HTML by name (RFC 9110 §12.5.1); elements and programs ask for something
     * else, or for anything.
     */
    public static ProblemForm of(HttpServletRequest request) {
        String accept = String.valueOf(request.getHeader("Accept")).toLowerCase(Locale.ROOT);
        // Java's URLConnection names HTML unless a program says otherwise
        boolean javas = String.valueOf(request.getHeader("User-Agent")).startsWith("Java/");
        if (javas || !accept.contains("text/")) {
            return JSON;
        }
        double html = Math.max(quality(accept, "text/html"), quality(accept, "text/*"));
        double json = Math.max(quality(accept, "application/json"), quality(accept, "application/problem+json"));
        return html > 0 && html >= json ? new ProblemForm(root(request), CrossOrigin.ancestorsOf(request)) : JSON;
    }

    /** Returns whether this is a page. */
    boolean forPeople() {
        return !root.isEmpty();
    }

    /** Returns the weight of a media range; 0 if it is not listed. */
    private static double quality(String accept, String range) {
        for (String item : accept.split(",", 32)) {
            String[] words = item.split(";");
            if (words[0].strip().equals(range)) {
                return weight(words);
            }
        }
        return 0;
    }

    private static double weight(String[] words) {
        for (int i = 1; i < words.length; i++) {
            String word = words[i].strip();
            if (word.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(word.substring(2));
            }
        }
        return 1;
    }

    /**
     * Returns the path to the program's root. It counts the slashes that a browser counts: those of the address as sent, before the query.
     */
    static String root(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        long folders = path.chars().filter(character -> character == '/').count() - 1;
        return folders <= 0 ? "./" : "../".repeat((int) Math.min(folders, 64));
    }

    /** Returns the error in this form. */
    public byte[] body(Problem problem) {
        return root.isEmpty() ? problem.body() : ProblemPage.html(problem, root).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the head of an answer with {@code body}. */
    public Head head(Problem problem, byte[] body) {
        Head head = problem.head(body);
        return root.isEmpty() ? head : ProblemPage.head(head, ancestors);
    }

    /** Answers with it. */
    void answer(Problem problem, HttpServletResponse response) throws IOException {
        byte[] body = body(problem);
        head(problem, body).applyTo(response);
        CrossOrigin.varyByAccept(response);
        response.getOutputStream().write(body);
    }
}
